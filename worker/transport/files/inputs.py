"""Where the file transport's lines come from: a file, those of a directory, or standard input."""

from __future__ import annotations

import os
import select
from collections import deque
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from worker.transport.files.checkpoint import fatal_on_os_error
from worker.transport.files.decoders import CHUNK_BYTES, PlainDecoder
from worker.transport.files.input_files import input_files
from worker.transport.files.lines import HEAD_BYTES, Line, LineStream, Position
from worker.transport.files.reader import InputFile, Reading

LOOK_S = 0.1  # how long a stop, or new input, can go unnoticed


class Input(Protocol):
    """Where lines come from."""

    ended: bool
    """Whether there will never be another line."""

    def read(self) -> list[Line] | None:
        """The next records, maybe none; None when nothing is there at present. Does not wait.

        Raises:
            FatalTransportError: the input cannot be read any more.
        """

    def wait(self, timeout_s: float) -> None:
        """Until something may be there, at most a moment."""

    def progress(self) -> tuple[int, int] | None:
        """Bytes read of bytes there, as they lie in the files; None when unknown."""

    def damage(self) -> list[str]:
        """What is wrong with each file that could not be read to its end; the others were read."""

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
        """See Input. While following, every file is read to its present end before new ones are looked for."""
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
    """Standard input, or what stands in for it.

    Its topic is made from its first line (at most 64 KiB of it), so that the same stream piped again is taken up
    where it was left, and another one is another source.
    """

    def __init__(self, descriptor: int, reading: Reading) -> None:
        self.ended = False
        self._descriptor = descriptor
        self._reading = reading
        self._first = b""  # until the topic is known
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
        if self._at_end:  # always readable, with nothing to read
            self._reading.sleep(moment_s)
        else:
            self._readable(moment_s)

    def progress(self) -> tuple[int, int] | None:
        """See Input."""
        return None

    def damage(self) -> list[str]:
        """See Input. Standard input is not compressed."""
        return []

    def close(self) -> None:
        """See Input. Standard input is not ours to close."""

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
