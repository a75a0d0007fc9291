"""The durable side of the file transport: the output files, the checkpoint beside them, and the lock on both.

A commit appends the outputs, calls fsync, and then replaces the checkpoint, which holds the lengths of the outputs and
the input positions. The batch is published at the moment of that replacement. Until then, the appended bytes lie beyond
the recorded lengths, and the next start cuts them off.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import TypeAdapter, ValidationError

from worker.errors import DISK_FULL, CommitFailed, FatalTransportError, system_words
from worker.messages import Channel
from worker.store import own_files
from worker.transport.files.lines import Count, Position

CHANNELS: tuple[Channel, ...] = get_args(Channel)
CHECKPOINT_NAME = "articles.checkpoint.json"
LOCK_NAME = "articles.lock"


def output_name(channel: Channel) -> str:
    """The file name of a channel's output."""
    return f"articles.{channel}.jsonl"


@contextlib.contextmanager
def fatal_on_os_error(doing: str) -> Iterator[None]:
    """Turns an OSError into a FatalTransportError that says what the code was doing."""
    try:
        yield
    except OSError as error:
        raise FatalTransportError(f"cannot {doing}: {system_words(error, doing)}") from error


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is published: the length of each output in bytes, and the position reached in each input, by topic."""

    outputs: Mapping[Channel, Count]
    inputs: Mapping[str, Position]
    schema: Literal["files_checkpoint.v1"] = "files_checkpoint.v1"


_JSON = TypeAdapter(Checkpoint)


def read_checkpoint(path: Path) -> Checkpoint | None:
    """Read the checkpoint; None if the file does not exist.

    Raises:
        FatalTransportError: the file cannot be read, or is not a checkpoint.
    """
    try:
        with fatal_on_os_error(f"read {path}"):
            checkpoint = _JSON.validate_json(own_files.read(path)) if own_files.look(path) else None
    except ValidationError as error:
        raise _damaged(path, f"it is not a checkpoint: {error.errors(include_url=False)[0]['msg']}") from error
    if checkpoint is not None and set(checkpoint.outputs) != set(CHANNELS):
        raise _damaged(path, "it does not list every output")
    return checkpoint


def _damaged(path: Path, what: str) -> FatalTransportError:
    return FatalTransportError(
        f"{path} was damaged or changed by another program: {what}. Restore it and the outputs beside it from a "
        "backup; or move it and the outputs away to read all input again; or choose another --out-dir"
    )


class Ledger:
    """The output files and the checkpoint of one directory. One process at a time can hold them.

    Raises:
        FatalTransportError: the directory cannot be used. The message says why and what to do.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / CHECKPOINT_NAME
        self._files: dict[Channel, int] = {}
        with fatal_on_os_error(f"use the output directory {directory}"), contextlib.ExitStack() as held:
            directory.mkdir(parents=True, exist_ok=True)
            _lock(directory, held)
            held.callback(self._close_files)
            self._checkpoint = self._recover()
            self._held = held.pop_all()

    @property
    def inputs(self) -> Mapping[str, Position]:
        """The committed input positions."""
        return self._checkpoint.inputs

    def commit(self, appended: Mapping[Channel, bytes], inputs: Mapping[str, Position]) -> None:
        """Append to the outputs and move the input positions: all or nothing.

        Raises:
            CommitFailed: the disk is full. The outputs are as they were before.
            FatalTransportError: the outputs cannot be written, or another program changed them.
        """
        recorded = self._checkpoint.outputs
        lengths = {channel: size + len(appended.get(channel, b"")) for channel, size in recorded.items()}
        for channel in appended:
            self._check_unchanged(channel)
        try:
            for channel, data in appended.items():
                own_files.write(self._files[channel], data)
            for channel in appended:
                os.fsync(self._files[channel])
            self._store(Checkpoint(lengths, inputs))
        except OSError as error:
            message = f"cannot write to {error.filename or self._directory}: {error.strerror}"
            # Someone can free space while the process waits. After any other error, the disk cannot be trusted.
            if error.errno not in DISK_FULL:
                raise FatalTransportError(message) from error
            self._truncate_outputs()
            raise CommitFailed(f"{message}. Nothing is lost; free some space") from error
        self._checkpoint = Checkpoint(lengths, inputs)

    def close(self) -> None:
        """Close the files and release the lock. Never raises."""
        with contextlib.suppress(OSError):
            self._held.close()

    def _close_files(self) -> None:
        while self._files:
            with contextlib.suppress(OSError):
                os.close(self._files.popitem()[1])

    def _recover(self) -> Checkpoint:
        """Check the outputs against the checkpoint, and cut off bytes that were appended but never published."""
        stored = read_checkpoint(self._path)
        recorded = stored or Checkpoint(dict.fromkeys(CHANNELS, 0), {})
        sizes = {channel: _size(self._directory / output_name(channel)) for channel in CHANNELS}
        for channel, size in sizes.items():
            if stored is None and size:
                raise FatalTransportError(
                    f"{self._directory / output_name(channel)} is not empty, but there is no {CHECKPOINT_NAME}, so it "
                    "may be another program's file. Choose another --out-dir, or move the file away"
                )
            if size < recorded.outputs[channel]:
                what = f"{output_name(channel)} has {size} bytes but should have {recorded.outputs[channel]}"
                raise _damaged(self._path, what)
        for channel in CHANNELS:
            self._files[channel] = _open(self._directory / output_name(channel))
            os.ftruncate(self._files[channel], recorded.outputs[channel])
        if stored is None:
            # From now on, bytes in the outputs come from an interrupted commit, not from another program.
            self._store(recorded)
        return recorded

    def _check_unchanged(self, channel: Channel) -> None:
        path = self._directory / output_name(channel)
        held = os.fstat(self._files[channel])
        try:
            named = path.lstat()
        except FileNotFoundError:
            named = None
        if named is None or not os.path.samestat(held, named) or held.st_size != self._checkpoint.outputs[channel]:
            raise FatalTransportError(
                f"{path} was removed, replaced or written to while the worker was using it. Restore it as it was; or "
                f"move it, the other outputs and {CHECKPOINT_NAME} away to read all input again"
            )

    def _store(self, checkpoint: Checkpoint) -> None:
        own_files.replace(self._path, _JSON.dump_json(checkpoint) + b"\n", own_files.OUTPUT_MODE)

    def _truncate_outputs(self) -> None:
        with fatal_on_os_error(f"truncate the outputs in {self._directory} after a failed write"):
            for channel, descriptor in self._files.items():
                os.ftruncate(descriptor, self._checkpoint.outputs[channel])


def _lock(directory: Path, held: contextlib.ExitStack) -> None:
    try:
        held.enter_context(own_files.locked(directory / LOCK_NAME, wait=False, mode=own_files.OUTPUT_MODE))
    except BlockingIOError:
        raise FatalTransportError(
            f"another worker is writing to {directory} (it holds {LOCK_NAME}). Stop it, or choose another --out-dir"
        ) from None


def _open(path: Path) -> int:
    return own_files.open_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, own_files.OUTPUT_MODE)


def _size(path: Path) -> int:
    status = own_files.look(path)
    return status.st_size if status else 0
