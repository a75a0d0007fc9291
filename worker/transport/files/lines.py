"""Turns bytes into numbered records: splits lines, and continues where an earlier run stopped. Opens no files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from worker.errors import DamagedInput, FatalTransportError
from worker.messages import RawRecord, Source
from worker.transport.dead_letters import HEAD_BYTES
from worker.transport.files.decoders import DAMAGED, Decoder

TAIL_BYTES = 1024
"""How many bytes before a position its checksum covers. The checksum tells whether the input is still the same."""

_ADVICE = "To continue, put the complete original back. New content needs a new file name or another --out-dir."


def checksum(tail: bytes) -> str:
    """The checksum of the bytes before a position: 16 hex characters."""
    return hashlib.sha256(tail).hexdigest()[:16]


Count = Annotated[int, Field(ge=0, lt=1 << 62)]
"""A number of bytes or lines of a file, small enough for the system and for JSON."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where reading continues: after `size_bytes` decompressed bytes, which held `lines` lines.

    `tail` is the checksum of the last 1,024 bytes (or fewer) before the position. `file_bytes` is the size of a
    compressed file that has only blank lines after the position. If the size is unchanged, the file is not read again.
    """

    size_bytes: Count = 0
    lines: Count = 0
    tail: Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")] = checksum(b"")
    file_bytes: Count | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A record, and the position after it."""

    record: RawRecord
    end: Position

    @property
    def kept_bytes(self) -> int:
        """The bytes of its value that are in memory."""
        return len(self.record.value or b"")


class _OpenLine:
    """The line that is being read. Once it is over the limit, only its head, length and digest are kept."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        # As much as a dead letter keeps. At most the limit, so that a cut value is always shorter than its size_bytes.
        self._head_bytes = min(HEAD_BYTES, limit_bytes)
        self._start()

    def _start(self) -> None:
        self.length = 0
        self._parts: list[bytes] = []
        self._head = b""
        self._held = b""  # a \r that may turn out to belong to the line end
        self._digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        self.length += len(piece)
        if not self._head:
            self._parts.append(piece)
            if self.length <= self._limit + 1:  # + 1: the line may end in \r\n
                return
            piece = b"".join(self._parts)
            self._parts.clear()
            self._head = piece[: self._head_bytes]
        piece = self._held + piece
        self._held = b"\r" if piece.endswith(b"\r") else b""
        self._digest.update(piece.removesuffix(b"\r"))

    def take(self) -> tuple[bytes, int, str | None]:
        """Return the line's value, its size, and its digest if the value was cut; then begin the next line."""
        value, size, digest = self._head, self.length - len(self._held), None
        if self._head:
            digest = self._digest.hexdigest()
        else:
            value = b"".join(self._parts).removesuffix(b"\r")
            size = len(value)
            if size > self._limit:  # by one byte, which might have been a \r
                value, digest = value[: self._head_bytes], hashlib.sha256(value).hexdigest()
        self._start()
        return value, size, digest


class LineSplitter:
    r"""Splits bytes at \n and \r\n into records of one topic. Blank lines count, but are not records."""

    def __init__(self, topic: str, limit_bytes: int, start: Position, tail: bytes) -> None:
        self.passed_bytes = start.size_bytes
        """The bytes up to the end of the last complete line."""
        self._passed_lines = start.lines
        self._topic = topic
        self._tail = tail
        # An earlier run read to an end without a newline: the next bytes continue a line that already has a number.
        self._continues = bool(tail) and not tail.endswith(b"\n")
        self._open = _OpenLine(limit_bytes)

    @property
    def partial(self) -> bool:
        """Whether a line has begun but not ended."""
        return self._open.length > 0

    def feed(self, chunk: bytes) -> list[Line]:
        """Split the next chunk, and return the records that end in it."""
        lines: list[Line] = []
        begin = 0
        while (newline := chunk.find(b"\n", begin)) >= 0:
            self._open.add(chunk[begin:newline])
            begin = newline + 1
            lines += self._end_line(chunk, begin, newline_bytes=1)
        self._open.add(chunk[begin:])
        self._tail = self._tail_at(chunk, len(chunk))
        return lines

    def flush(self) -> list[Line]:
        """Return the last line if it has no newline."""
        return self._end_line(b"", 0, newline_bytes=0) if self.partial else []

    def _end_line(self, chunk: bytes, end: int, *, newline_bytes: int) -> list[Line]:
        self.passed_bytes += self._open.length + newline_bytes
        value, size, digest = self._open.take()
        blank = digest is None and not value.strip()
        number = self._passed_lines
        if not (blank and self._continues):
            self._passed_lines += 1
        self._continues = False
        if blank:
            return []
        record = RawRecord(Source(self._topic, 0, number), value, size_bytes=size, sha256=digest)
        position = Position(self.passed_bytes, self._passed_lines, checksum(self._tail_at(chunk, end)))
        return [Line(record, position)]

    def _tail_at(self, chunk: bytes, end: int) -> bytes:
        if end >= TAIL_BYTES:
            return chunk[end - TAIL_BYTES : end]
        return (self._tail + chunk[:end])[-TAIL_BYTES:]


class LineStream:
    """Turns the raw bytes of one input into records, from a position on. Push raw bytes, then pull until None.

    The first `skip_bytes` decompressed bytes lie before the position. They are compared with its checksum. `advice`
    ends the message if the input cannot be used.
    """

    def __init__(
        self, topic: str, limit_bytes: int, start: Position, skip_bytes: int, decoder: Decoder, advice: str = _ADVICE
    ) -> None:
        self._topic = topic
        self._limit = limit_bytes
        self._start = start
        self._decoder = decoder
        self._advice = advice
        self._chunks: Iterator[bytes] = iter(())
        self._skip = skip_bytes
        self._tail = b""
        self._splitter = LineSplitter(topic, limit_bytes, start, b"")

    @property
    def at_line_end(self) -> bool:
        """Whether everything read so far is complete: the last line, and the compressed stream."""
        return self._decoder.whole and not self._splitter.partial and not self._skip

    def push(self, raw: bytes) -> None:
        """Add the next raw bytes. Call it only after `pull` returned None."""
        self._chunks = self._decoder.decode(raw)

    def pull(self) -> list[Line] | None:
        """Return the records that end in the next chunk, possibly none; None if more bytes are needed.

        Raises:
            DamagedInput: the compressed data is damaged.
            FatalTransportError: the input is not the one that was read earlier.
        """
        try:
            chunk = next(self._chunks, None)
        except DAMAGED as error:
            at = self._splitter.passed_bytes
            raise DamagedInput(
                f"{self._topic}: the compressed data is damaged ({error}). Its lines were read up to byte {at} of the "
                f"decompressed data. {self._advice}"
            ) from error
        if chunk is None:
            return None
        if self._skip:
            chunk = self._pass_over(chunk)
        return self._splitter.feed(chunk)

    def check_reached(self) -> None:
        """Check, at the present end of the input, that the position was reached.

        Raises:
            FatalTransportError: the input ends before the position.
        """
        if self._skip:
            raise FatalTransportError(
                f"{self._topic}: the input ends {self._skip} bytes before the position that it was read to earlier "
                f"(byte {self._start.size_bytes}), so it was truncated or replaced. {self._advice}"
            )

    def finish(self) -> list[Line]:
        """Return the last record, at the end of the input.

        Raises:
            DamagedInput: the compressed data is incomplete.
            FatalTransportError: the input ends before the position.
        """
        if not self._decoder.whole:
            raise DamagedInput(
                f"{self._topic}: the input ends in the middle of its compressed data. Its complete lines were read up "
                f"to byte {self._splitter.passed_bytes} of the decompressed data. {self._advice}"
            )
        self.check_reached()
        return self._splitter.flush()

    def _pass_over(self, chunk: bytes) -> bytes:
        skipped, rest = chunk[: self._skip], chunk[self._skip :]
        self._tail = (self._tail + skipped)[-TAIL_BYTES:]
        self._skip -= len(skipped)
        if not self._skip:
            if checksum(self._tail) != self._start.tail:
                raise FatalTransportError(
                    f"{self._topic}: the input is not what was read earlier under this name: the bytes before byte "
                    f"{self._start.size_bytes} differ. {self._advice}"
                )
            self._splitter = LineSplitter(self._topic, self._limit, self._start, self._tail)
        return rest
