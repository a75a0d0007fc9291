"""Reads a file of the worker's outputs, one on each line, as a run with files writes them. It may be compressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from worker.errors import FatalTransportError
from worker.transport.files.decoders import decoder_for
from worker.transport.files.lines import LineStream, Position

_READ_BYTES = 1 << 20
_ADVICE = "Run the command again with the complete file to start over."


def lines(file: IO[bytes], name: str, limit_bytes: int) -> Iterator[tuple[bytes | None, int]]:
    """Each line, None if it is over the limit, and the number of bytes of the file that were read since the last one.

    The end of the name tells how the file is compressed.

    Raises:
        FatalTransportError: the file cannot be read to its end.
    """
    stream = LineStream(name, limit_bytes, Position(), 0, decoder_for(name), _ADVICE)
    try:
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
        raise FatalTransportError(f"cannot read {name}: {error.strerror}") from error
