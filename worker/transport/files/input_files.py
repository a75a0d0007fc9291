"""Finds the input files: the named file, or the files of a directory whose names match."""

from __future__ import annotations

import os
import re
from pathlib import Path

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.transport.files.checkpoint import CHANNELS, fatal_on_os_error, output_name

INPUT_NAMES = "articles.raw*.jsonl, articles.raw*.jsonl.gz or articles.raw*.jsonl.zst"
_INPUT_NAME = re.compile(r"articles\.raw.*\.jsonl(\.gz|\.zst)?", re.DOTALL)

_DEVICES = (Path("/dev"), Path("/dev/fd"))  # a path such as /dev/stdin hides the name and directory of the real file


def require_input(settings: Settings) -> None:
    """Check that there is input before anything is created, so that a mistyped name creates no directory.

    Raises:
        FatalTransportError: there is no input (and `follow` is off), or it cannot be read.
    """
    if settings.files in (None, "-"):
        return
    path = Path(str(settings.files))
    with fatal_on_os_error(f"read {path}"):
        if not path.exists():
            raise FatalTransportError(f"there is no file or directory {path}. Check --files")
        if not path.is_dir():
            _require_file(path, settings.resolved_out_dir)
        elif not input_files(path) and not settings.follow:
            raise FatalTransportError(
                f"no input in {path}: it has no file named {INPUT_NAMES}. Rename the input, or name one file in --files"
            )


def input_files(path: Path) -> list[Path]:
    """The file itself, or the input files of a directory in the order of their names.

    Raises:
        FatalTransportError: the directory cannot be read, or a name has unprintable characters.
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
        raise FatalTransportError(f"{path} would be both input and output: choose another --out-dir")


def _require_printable(name: str) -> None:
    if not name.isprintable():  # the name becomes part of JSON messages
        raise FatalTransportError(f"the name of the input file {name!r} has unprintable characters: rename it")
