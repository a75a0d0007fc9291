"""Which files the file transport reads: the one that was named, or those of a directory that have an input's name."""

from __future__ import annotations

import os
import re
from pathlib import Path

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.transport.files.checkpoint import CHANNELS, fatal_on_os_error, output_name

INPUT_NAMES = "articles.raw*.jsonl, articles.raw*.jsonl.gz or articles.raw*.jsonl.zst"
_INPUT_NAME = re.compile(r"articles\.raw.*\.jsonl(\.gz|\.zst)?", re.DOTALL)

_DEVICES = (Path("/dev"), Path("/dev/fd"))  # what stands there for a file has neither a name nor a directory of its own


def require_input(settings: Settings) -> None:
    """Look before anything is made, so that a mistyped name makes no directory.

    Raises:
        FatalTransportError: there is no input, and nobody is to wait for some; or it cannot be read.
    """
    if settings.files in (None, "-"):
        return
    path = Path(str(settings.files))
    with fatal_on_os_error(f"read {path}"):
        if not path.exists():
            raise FatalTransportError(f"there is no file or directory {path} to read from")
        if not path.is_dir():
            _require_file(path, settings.resolved_out_dir)
        elif not input_files(path) and not settings.follow:
            raise FatalTransportError(f"no input in {path}: no file there is named {INPUT_NAMES}")


def input_files(path: Path) -> list[Path]:
    """The file itself, or the input files of a directory in the order of their names.

    Raises:
        FatalTransportError: the directory cannot be read, or a name is no printable text.
    """
    if not path.is_dir():
        return [path]
    with fatal_on_os_error(f"read {path}"), os.scandir(path) as entries:
        names = sorted(entry.name for entry in entries if _INPUT_NAME.fullmatch(entry.name) and entry.is_file())
    for name in names:
        _require_printable(name)
    return [path / name for name in names]


def _require_file(path: Path, out_dir: Path) -> None:
    if not path.is_file() or path.absolute().parent in _DEVICES:
        raise FatalTransportError(
            f"{path} is neither a file nor a directory. To read a pipe, use standard input: --files - --out-dir DIR"
        )
    _require_printable(path.name)
    os.close(os.open(path, os.O_RDONLY))
    outputs = [out_dir / output_name(channel) for channel in CHANNELS]
    if any(output.exists() and output.samefile(path) for output in outputs):
        raise FatalTransportError(f"{path} would be input and output at once: choose another --out-dir")


def _require_printable(name: str) -> None:
    if not name.isprintable():  # it becomes part of every message about its lines, and those are JSON
        raise FatalTransportError(f"the name of the input file {name!r} has unprintable characters: rename it")
