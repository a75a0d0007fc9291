"""The inputs of the file transport: a file, the files of a directory, or standard input."""

from __future__ import annotations

import os
import select
from collections import deque
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from worker.transport.dead_letters import HEAD_BYTES
from worker.transport.files.checkpoint import fatal_on_os_error
from worker.transport.files.decoders import CHUNK_BYTES, PlainDecoder
from worker.transport.files.input_files import input_files
from worker.transport.files.lines import Line, LineStream, Position
from worker.transport.files.reader import InputFile, Reading

LOOK_S = 0.1  # the longest time until a stop or new input is noticed


class Input(Protocol):
    """A source of lines."""

    ended: bool
    """Whether there will be no more lines."""

    def read(self) -> list[Line] | None:
        """Read the next records, possibly none. Returns None if there is no input at present. Does not wait.

        Raises:
            FatalTransportError: the input can no longer be read.
        """

    def wait(self, timeout_s: float) -> None:
        """Wait until there may be input, for `timeout_s` or `LOOK_S`, whichever is shorter."""

    def progress(self) -> tuple[int, int] | None:
        """How many bytes were read, and how many there are, as stored in the files; None if unknown."""

    def damage(self) -> list[str]:
        """A message for each file that could not be read to its end. All other files were read."""

    def close(self) -> None:
        """Close the files."""


class FilesInput:
    """A file, or the files of a directory in the order of their names."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self.ended = False
        self._path = path
        self._reading = reading
        self._files: dict[str, InputFile] = {}
        self._turn = deque(self._add_new())

    def read(self) -> list[Line] | None:
        """See Input. With `follow`, it reads every file to its present end before it looks for new files."""
        if not self._turn and self._reading.follow:
            known = [file for file in self._files.values() if file.has_grown()]
            self._turn.extend(sorted([*known, *self._add_new()], key=lambda file: file.path.name))
        while self._turn:
            lines = self._turn[0].read()
            if lines is not None:
                return lines
            self._turn.popleft()
        self.ended = not self._reading.follow
        return None

    def wait(self, timeout_s: float) -> None:
        """See Input."""
        self._reading.sleep(min(timeout_s, LOOK_S))

    def progress(self) -> tuple[int, int] | None:
        """See Input."""
        files = self._files.values()
        return sum(file.read_bytes for file in files), sum(max(file.read_bytes, file.size_bytes) for file in files)

    def damage(self) -> list[str]:
        """See Input."""
        return [file.damage for file in self._files.values() if file.damage]

    def close(self) -> None:
        """See Input."""
        for file in self._files.values():
            file.close()

    def _add_new(self) -> list[InputFile]:
        with fatal_on_os_error(f"read {self._path}"):
            new = [InputFile(path, self._reading) for path in input_files(self._path) if path.name not in self._files]
        self._files.update({file.path.name: file for file in new})
        return new


class StdinInput:
    """Standard input, or another descriptor in its place.

    Its topic is a hash of the first line (at most 64 KiB of it). If the same stream is piped again, reading continues
    where it stopped. A different stream is a different source.
    """

    def __init__(self, descriptor: int, reading: Reading) -> None:
        self.ended = False
        self._descriptor = descriptor
        self._reading = reading
        self._first = b""  # the bytes read until the topic is known
        self._stream: LineStream | None = None
        self._at_end = False

    def read(self) -> list[Line] | None:
        """See Input."""
        lines = self._stream.pull() if self._stream else None
        if lines is not None or self.ended:
            return lines
        if self._at_end and not self._reading.follow:
            self.ended = True
            return self._stream.finish() if self._stream else None
        with fatal_on_os_error("read standard input"):
            if not self._readable(0):
                return None
            raw = os.read(self._descriptor, CHUNK_BYTES)
        self._at_end = not raw
        if raw or not self._reading.follow:
            self._push(raw)
            return []
        return None

    def wait(self, timeout_s: float) -> None:
        """See Input."""
        moment_s = min(timeout_s, LOOK_S)
        if self._at_end:  # at its end, the descriptor always counts as readable
            self._reading.sleep(moment_s)
        else:
            self._readable(moment_s)

    def progress(self) -> tuple[int, int] | None:
        """See Input."""
        return None

    def damage(self) -> list[str]:
        """See Input. Always empty: standard input is not compressed."""
        return []

    def close(self) -> None:
        """See Input. Leaves standard input open: the worker did not open it."""

    def _readable(self, timeout_s: float) -> bool:
        return bool(select.select([self._descriptor], [], [], timeout_s)[0])

    def _push(self, raw: bytes) -> None:
        if self._stream is not None:
            self._stream.push(raw)
            return
        self._first += raw
        line, newline, _ = self._first.partition(b"\n")
        if not (newline or len(line) >= HEAD_BYTES or (line and not raw)):
            return
        name = "stdin-" + sha256(line[:HEAD_BYTES].removesuffix(b"\r")).hexdigest()[:8]
        start = self._reading.positions.get(name, Position())
        self._stream = LineStream(name, self._reading.limit_bytes, start, start.size_bytes, PlainDecoder())
        self._stream.push(self._first)
