"""Bytes in, numbered records out: splitting into lines, and taking up where an earlier run stopped. Knows no file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from worker.errors import DamagedInput, FatalTransportError
from worker.messages import RawRecord, Source
from worker.transport.files.decoders import DAMAGED, Decoder

HEAD_BYTES = 64 << 10
"""What is kept of a line over the limit, at most."""

TAIL_BYTES = 1024
"""How many bytes before a position are remembered (as a checksum) to tell the same input from another one."""

_ADVICE = (
    "Put the whole original back to go on where it stopped; new content needs a new file name or another --out-dir."
)


def checksum(tail: bytes) -> str:
    """16 hex characters that stand for the bytes before a position."""
    return hashlib.sha256(tail).hexdigest()[:16]


Count = Annotated[int, Field(ge=0, lt=1 << 62)]
"""A number of bytes or lines of a file, no larger than the system and JSON can take."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where reading goes on: after `size_bytes` decompressed bytes, which held `lines` lines.

    `tail` is the checksum of the up to 1,024 bytes before it. `file_bytes` is the size of the compressed file when
    nothing but blank lines was left after this position; a file that still has this size need not be read again.
    """

    size_bytes: Count = 0
    lines: Count = 0
    tail: Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")] = checksum(b"")
    file_bytes: Count | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A record, and the position behind it."""

    record: RawRecord
    end: Position

    @property
    def kept_bytes(self) -> int:
        """What its value takes in memory."""
        return len(self.record.value or b"")


class _OpenLine:
    """The line that is being read; once it is over the limit only its head, its length and its digest."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        # Below the limit, so that a value that was cut is always shorter than its size_bytes.
        self._head_bytes = min(HEAD_BYTES, limit_bytes)
        self._start()

    def _start(self) -> None:
        self.length = 0
        self._parts: list[bytes] = []
        self._head = b""
        self._held = b""  # a \r that may yet turn out to be part of the line's end
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
        """The line's value, size and, when the value was cut, digest; then begin the next line."""
        value, size, digest = self._head, self.length - len(self._held), None
        if self._head:
            digest = self._digest.hexdigest()
        else:
            value = b"".join(self._parts).removesuffix(b"\r")
            size = len(value)
            if size > self._limit:  # by the one byte that might have been a \r
                value, digest = value[: self._head_bytes], hashlib.sha256(value).hexdigest()
        self._start()
        return value, size, digest


class LineSplitter:
    r"""Splits bytes at \n and \r\n into records of one topic; blank lines are counted and left out."""

    def __init__(self, topic: str, limit_bytes: int, start: Position, tail: bytes) -> None:
        self.passed_bytes = start.size_bytes
        """Up to the end of the last whole line."""
        self._passed_lines = start.lines
        self._topic = topic
        self._tail = tail
        # Read earlier to an end without a newline: what follows belongs to a line that has its number already.
        self._continues = bool(tail) and not tail.endswith(b"\n")
        self._open = _OpenLine(limit_bytes)

    @property
    def partial(self) -> bool:
        """Whether a line has begun and not ended."""
        return self._open.length > 0

    def feed(self, chunk: bytes) -> list[Line]:
        """The records that end in this chunk."""
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
        """The last line, which has no newline."""
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
    """One input's raw bytes on their way to records, from a position on.

    `skip_bytes` is how many of the decompressed bytes lie before the position; they are compared with what is known
    of them. Push raw bytes, then pull until None.
    """

    def __init__(self, topic: str, limit_bytes: int, start: Position, skip_bytes: int, decoder: Decoder) -> None:
        self._topic = topic
        self._limit = limit_bytes
        self._start = start
        self._decoder = decoder
        self._chunks: Iterator[bytes] = iter(())
        self._skip = skip_bytes
        self._tail = b""
        self._splitter = LineSplitter(topic, limit_bytes, start, b"")

    @property
    def at_line_end(self) -> bool:
        """Whether nothing read is waiting for more: no part of a line, no part of a compressed stream."""
        return self._decoder.whole and not self._splitter.partial and not self._skip

    def push(self, raw: bytes) -> None:
        """Hand in the next raw bytes; only after `pull` gave None."""
        self._chunks = self._decoder.decode(raw)

    def pull(self) -> list[Line] | None:
        """The records that end in the next chunk, maybe none; None when more bytes are needed.

        Raises:
            DamagedInput: the compressed data is damaged.
            FatalTransportError: the input is not the one read earlier.
        """
        try:
            chunk = next(self._chunks, None)
        except DAMAGED as error:
            at = self._splitter.passed_bytes
            raise DamagedInput(
                f"{self._topic}: damaged compressed data ({error}). Its lines were read up to byte {at} of the "
                f"decompressed data. {_ADVICE}"
            ) from error
        if chunk is None:
            return None
        if self._skip:
            chunk = self._pass_over(chunk)
        return self._splitter.feed(chunk)

    def check_reached(self) -> None:
        """At the present end of the input.

        Raises:
            FatalTransportError: the input ends before the position that it was read to earlier.
        """
        if self._skip:
            raise FatalTransportError(
                f"{self._topic}: ends {self._skip} bytes before the position it was read to earlier (byte "
                f"{self._start.size_bytes}): it was truncated or replaced. {_ADVICE}"
            )

    def finish(self) -> list[Line]:
        """The last record, at the end of the input.

        Raises:
            DamagedInput: the compressed data is not whole.
            FatalTransportError: the position was not reached.
        """
        if not self._decoder.whole:
            raise DamagedInput(
                f"{self._topic}: ends in the middle of its compressed data. Its whole lines were read up to byte "
                f"{self._splitter.passed_bytes} of the decompressed data. {_ADVICE}"
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
                    f"{self._topic}: is not what was read earlier under this name: the bytes before byte "
                    f"{self._start.size_bytes} differ. {_ADVICE}"
                )
            self._splitter = LineSplitter(self._topic, self._limit, self._start, self._tail)
        return rest
