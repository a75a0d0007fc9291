"""`article-worker index export` and `import`: one index as one file, for backups, and to move it to another store."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rich.console import Console

from worker.commands.index_memory import existing_memory, memory_to_fill
from worker.commands.interrupt import interruptible
from worker.commands.progress import progress
from worker.commands.sources import STDIO, opened_source
from worker.config.settings import Settings
from worker.dedup import dump_file
from worker.dedup.dump import Chunk, Entries, Loader, Records, Start
from worker.errors import ExportError, SettingsError
from worker.store import own_files
from worker.text.terminal import printable, shown

_NOT_WRITTEN = "Nothing was written to the file"
_NOT_COMPLETE = "The index is not complete, and workers refuse it: import the file again to start over"


def run_export(target: str, settings: Settings, console: Console, *, force: bool) -> None:
    """Write the index to a file, or to standard output.

    Raises:
        SettingsError: the file exists (without `force`), or standard output is a terminal.
        ExportError: the file cannot be written.
        IndexStoreError: there is no index, or it cannot be used.
    """
    with (
        existing_memory(settings) as memory,
        interruptible(_NOT_WRITTEN) as check,
        _target(target, settings.resolved_state_dir, force=force) as file,
    ):
        dump_file.write(_shown("export", memory.dump(), console, check), file)
    console.print(shown(f"exported to {'standard output' if target == STDIO else target}"))


def run_import(source: str, settings: Settings, console: Console) -> None:
    """Fill an empty index with the content of a file, or of standard input.

    Raises:
        SettingsError: the file cannot be read.
        ExportError: the file is no export, or it is damaged.
        IndexStoreError: the index is not empty, or cannot be used; or workers use it.
    """
    with opened_source(source) as file, interruptible(_NOT_COMPLETE) as check:
        if file.seekable():  # or else damage is found only after a part was stored
            dump_file.check(file)
            file.seek(0)
        with memory_to_fill(settings) as memory:
            loader = Loader(memory)
            for chunk in _shown("import", dump_file.read(file), console, check):
                loader.load(chunk)
            loader.finish()
    console.print(shown(f"imported from {'standard input' if source == STDIO else source}"))


def _shown(command: str, chunks: Iterator[Chunk], console: Console, check: Callable[[], None]) -> Iterator[Chunk]:
    """The chunks. Shows how many entries and records have passed, and checks for a signal between chunks."""
    start = next(chunks)
    assert isinstance(start, Start)
    yield start
    with progress(command, "entries", start.entries, console) as advance:
        for chunk in chunks:
            check()
            yield chunk
            if isinstance(chunk, Entries | Records):
                advance(len(chunk.items))


@contextmanager
def _target(target: str, state_dir: Path, *, force: bool) -> Iterator[IO[bytes]]:
    opened = _standard_output() if target == STDIO else _file(Path(target), state_dir, force=force)
    try:
        with opened as file:
            yield file
    except BrokenPipeError:  # who reads has ended, and knows why
        raise
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not Path(target).parent.exists():
            raise ExportError(
                f"there is no directory {printable(str(Path(target).parent))}: create it first"
            ) from error
        name = "standard output" if target == STDIO else printable(target)
        raise ExportError(f"cannot write {name}: {error.strerror}") from error


def _standard_output() -> IO[bytes]:
    if sys.stdout is None:
        raise ExportError("cannot write standard output: it is closed")
    if sys.stdout.isatty():
        raise SettingsError("an export is binary: send standard output to a file or a pipe")
    return open(sys.stdout.fileno(), "wb", closefd=False)


@contextmanager
def _file(path: Path, state_dir: Path, *, force: bool) -> Iterator[IO[bytes]]:
    if path.resolve().is_relative_to(state_dir.resolve()):  # it may be the index itself, even under --force
        raise SettingsError(f"{printable(str(path))} is inside the state directory: choose a file outside it")
    if own_files.look(path) and not force:
        raise SettingsError(f"{printable(str(path))} exists: add --force to replace it, or choose another name")
    with own_files.replacing(path) as descriptor, os.fdopen(descriptor, "wb", closefd=False) as file:
        yield file
