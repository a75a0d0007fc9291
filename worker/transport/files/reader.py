"""Reads one input file in chunks, follows it while it grows, and reads a damaged file up to the damage."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from worker.errors import DamagedInput, FatalTransportError
from worker.transport.files.checkpoint import fatal_on_os_error
from worker.transport.files.decoders import CHUNK_BYTES, PlainDecoder, decoder_for
from worker.transport.files.lines import TAIL_BYTES, Line, LineStream, Position

log = structlog.get_logger(__name__)

_ROTATED = (
    "With --follow, a file may only grow: give each new file its own name (such as articles.raw-2.jsonl). "
    "To continue, put the old content back under its name"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: the positions by topic, the longest line in bytes, and whether to wait for more at the end."""

    positions: Mapping[str, Position]
    limit_bytes: int
    follow: bool = False
    sleep: Callable[[float], object] = time.sleep


class InputFile:
    """One input file. It is open only while it is read, so there may be many.

    A damaged compressed file is read up to the damage, and then abandoned.
    """

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.damage = ""  # the error, if the file was abandoned
        self.read_bytes = 0  # of the file on disk, compressed or not
        self.size_bytes = path.stat().st_size
        self._limit = reading.limit_bytes
        self._follow = reading.follow
        self._start = reading.positions.get(path.name, Position())  # where the next line begins
        self._compressed = not isinstance(decoder_for(path.name), PlainDecoder)
        self._stream: LineStream | None = None
        self._descriptor = -1
        self._raw_tail = b""
        self._chunk_begin = 0
        self._held: list[Line] = []
        self._ended = False
        self._closely_from: int | None = None  # the offset in the file from which it is read byte by byte

    def read(self) -> list[Line] | None:
        """See Input."""
        if self._ended:
            return None
        if self._descriptor < 0 and not self._open():
            return None
        assert self._stream is not None
        try:
            return self._read_on(self._stream)
        except DamagedInput as damage:
            return self._abandon(damage) if self._ended or self._closely_from is not None else self._look_closely()

    def _read_on(self, stream: LineStream) -> list[Line] | None:
        while (lines := stream.pull()) is None:
            with fatal_on_os_error(f"read {self.path}"):
                raw = os.read(self._descriptor, self._step_bytes())
            if not raw:
                return self._at_end(stream)
            self._chunk_begin = self.read_bytes
            self.read_bytes += len(raw)
            self._raw_tail = (self._raw_tail + raw)[-TAIL_BYTES:]
            stream.push(raw)
        return self._hold_last(lines) if self._compressed else lines

    def has_grown(self) -> bool:
        """Whether the file has grown since it was read to its end. Never true of an abandoned file.

        Raises:
            FatalTransportError: the file was truncated, or removed while part of a line was read.
        """
        if self._ended:
            return False
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
        """Open the file, and return whether there is anything to read."""
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

    def _step_bytes(self) -> int:
        return (
            CHUNK_BYTES
            if self._closely_from is None
            else max(1, min(CHUNK_BYTES, self._closely_from - self.read_bytes))
        )

    def _look_closely(self) -> list[Line]:
        """Read the damaged chunk again, byte by byte. The decoders return nothing for a chunk that has damage in it."""
        self.close()
        self._closely_from = self._chunk_begin
        self._stream = None
        return []

    def _abandon(self, damage: DamagedInput) -> list[Line]:
        self.close()
        self.damage, self._ended = str(damage), True
        log.error("input_damaged", error=self.damage)
        self.read_bytes = self.size_bytes
        held, self._held = self._held, []
        return held

    def _at_end(self, stream: LineStream) -> list[Line] | None:
        self.close()
        if self._follow:
            stream.check_reached()
            return self._release(stream) or None
        self._ended = True
        return self._hold_last(stream.finish()) + self._release(stream)

    def _hold_last(self, lines: list[Line]) -> list[Line]:
        """Hold back the last line. Its position must say whether more lines follow, which is not known yet."""
        lines = self._held + lines
        self._held = lines[-1:]
        if lines:
            self._start = lines[-1].end
        return lines[:-1]

    def _release(self, stream: LineStream) -> list[Line]:
        held, self._held = self._held, []
        if not (self._compressed and stream.at_line_end):
            return held
        return [replace(line, end=replace(line.end, file_bytes=self.read_bytes)) for line in held]
