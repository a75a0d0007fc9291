"""Reads a file of clean articles, one on each line, as a run with files writes them. It may be compressed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from worker.errors import FatalTransportError
from worker.transport.files.decoders import decoder_for
from worker.transport.files.lines import LineStream, Position

STDIN = "-"

_READ_BYTES = 1 << 20


def lines(source: str, limit_bytes: int) -> Iterator[tuple[bytes | None, int]]:
    """Each line, None if it is over the limit, and the number of bytes of the file that were read since the last one.

    Raises:
        FatalTransportError: the file cannot be read to its end.
    """
    stream = LineStream(source, limit_bytes, Position(), 0, decoder_for(source))
    with ExitStack() as stack:
        try:
            file = sys.stdin.buffer if source == STDIN else stack.enter_context(Path(source).open("rb"))
            while raw := file.read(_READ_BYTES):
                stream.push(raw)
                passed = len(raw)
                while (read := stream.pull()) is not None:
                    for line in read:
                        yield None if line.record.sha256 else line.record.value, passed
                        passed = 0
            for line in stream.finish():
                yield line.record.value, 0
        except OSError as error:
            raise FatalTransportError(f"cannot read {source}: {error.strerror}") from error
