"""Where the file transport's lines come from: a file, those of a directory, or standard input."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from worker.errors import FatalTransportError
from worker.transport.checkpoint import fatal_on_os_error
from worker.transport.decoders import CHUNK_BYTES, PlainDecoder, decoder_for
from worker.transport.input_files import input_files
from worker.transport.lines import HEAD_BYTES, TAIL_BYTES, Line, LineStream, Position

LOOK_S = 0.1  # how long a stop, or new input, can go unnoticed


_ROTATED = (
    "With --follow a file may only grow: give each new file its own name (articles.raw-2.jsonl). "
    "To go on, put the old content back under its name"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: from which positions (by topic), lines up to which length, whether to wait for more at the end."""

    positions: Mapping[str, Position]
    limit_bytes: int
    follow: bool = False
    sleep: Callable[[float], object] = time.sleep


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

    def close(self) -> None:
        """Close the files."""


class _File:
    """One input file. It is open only while it is read, however many there are."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.read_bytes = 0  # how far in the file as it lies there, compressed or not
        self.size_bytes = path.stat().st_size
        self._limit = reading.limit_bytes
        self._follow = reading.follow
        self._start = reading.positions.get(path.name, Position())
        self._compressed = not isinstance(decoder_for(path.name), PlainDecoder)
        self._stream: LineStream | None = None
        self._descriptor = -1
        self._raw_tail = b""
        self._held: list[Line] = []
        self._ended = False

    def read(self) -> list[Line] | None:
        """See Input."""
        if self._ended:
            return None
        if self._descriptor < 0 and not self._open():
            return None
        assert self._stream is not None
        while (lines := self._stream.pull()) is None:
            with fatal_on_os_error(f"read {self.path}"):
                raw = os.read(self._descriptor, CHUNK_BYTES)
            if not raw:
                return self._at_end(self._stream)
            self.read_bytes += len(raw)
            self._raw_tail = (self._raw_tail + raw)[-TAIL_BYTES:]
            self._stream.push(raw)
        return self._hold_last(lines) if self._compressed else lines

    def has_grown(self) -> bool:
        """Whether there is more to read than at the last end.

        Raises:
            FatalTransportError: the file was cut, or removed while part of a line was read.
        """
        with fatal_on_os_error(f"read {self.path}"):
            if not self.path.exists():
                if self._stream is None or self._stream.at_line_end:
                    return False
                raise FatalTransportError(f"{self.path} was removed before its last line was complete. {_ROTATED}")
            self.size_bytes = self.path.stat().st_size
        if self.size_bytes < self.read_bytes:
            raise FatalTransportError(f"{self.path} was truncated or replaced while the worker followed it. {_ROTATED}")
        return self.size_bytes > self.read_bytes

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> bool:
        """Whether there is anything to read."""
        with fatal_on_os_error(f"read {self.path}"):
            self._descriptor = os.open(self.path, os.O_RDONLY)
            self.size_bytes = os.fstat(self._descriptor).st_size
            if self._stream is None and not self._begin():
                self.close()
                return False
            came_before = os.pread(self._descriptor, len(self._raw_tail), self.read_bytes - len(self._raw_tail))
            os.lseek(self._descriptor, self.read_bytes, os.SEEK_SET)
        if came_before != self._raw_tail:
            raise FatalTransportError(f"{self.path} was replaced while the worker followed it. {_ROTATED}")
        return True

    def _begin(self) -> bool:
        start = self._start
        if start.file_bytes == self.size_bytes:
            self.read_bytes, self._ended = self.size_bytes, not self._follow
            return False
        skip = start.size_bytes if self._compressed else min(TAIL_BYTES, start.size_bytes)
        self.read_bytes = 0 if self._compressed else start.size_bytes - skip
        self._raw_tail = b""
        self._stream = LineStream(self.path.name, self._limit, start, skip, decoder_for(self.path.name))
        return True

    def _at_end(self, stream: LineStream) -> list[Line] | None:
        self.close()
        if self._follow:
            stream.check_reached()
            return self._release(stream) or None
        self._ended = True
        return self._hold_last(stream.finish()) + self._release(stream)

    def _hold_last(self, lines: list[Line]) -> list[Line]:
        """All but the last: whether it is the last of the file, its position has to say, is known only later."""
        lines = self._held + lines
        self._held = lines[-1:]
        return lines[:-1]

    def _release(self, stream: LineStream) -> list[Line]:
        held, self._held = self._held, []
        if not (self._compressed and stream.at_line_end):
            return held
        return [replace(line, end=replace(line.end, file_bytes=self.read_bytes)) for line in held]


class FilesInput:
    """A file, or the files of a directory in the order of their names."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self.ended = False
        self._path = path
        self._reading = reading
        self._files: dict[str, _File] = {}
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

    def close(self) -> None:
        """See Input."""
        for file in self._files.values():
            file.close()

    def _add_new(self) -> list[_File]:
        with fatal_on_os_error(f"read {self._path}"):
            new = [_File(path, self._reading) for path in input_files(self._path) if path.name not in self._files]
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
