"""Compressed bytes in, bytes out, a bounded chunk at a time: no input can make one step large."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import zstandard

CHUNK_BYTES = 64 << 10
"""Bytes handled at a time. Bounds what one step adds to memory: a chunk of the shortest lines is 32,768 records."""

# A zstd frame may hold 32,768 times its size: 1 KiB of it is at most 32 MiB. Measured: 780 MB/s, 64 KiB gives 800.
_ZSTD_SLICE_BYTES = 1024

DAMAGED = (zlib.error, zstandard.ZstdError)
"""What a decoder raises on damaged data."""


class Decoder(Protocol):
    """Decompresses; raises one of `DAMAGED`."""

    whole: bool
    """Whether the input may end here."""

    def decode(self, raw: bytes) -> Iterator[bytes]:
        """Chunks of at most CHUNK_BYTES."""


class PlainDecoder:
    """No compression."""

    whole = True

    def decode(self, raw: bytes) -> Iterator[bytes]:
        """The bytes as they are."""
        yield raw


class GzipDecoder:
    """gzip, of one or more members, with zero bytes for padding after a member."""

    def __init__(self) -> None:
        self.whole = True
        self._first = True
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def decode(self, raw: bytes) -> Iterator[bytes]:
        """Chunks of at most CHUNK_BYTES; checks every member's checksum and length."""
        more = bool(raw)
        while more:
            if self.whole:
                raw = raw if self._first else raw.lstrip(b"\0")
                if not raw:
                    return
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
                self.whole = self._first = False
            data = self._member.decompress(raw, CHUNK_BYTES)
            self.whole = self._member.eof
            raw = self._member.unused_data if self.whole else self._member.unconsumed_tail
            more = bool(raw) or (len(data) == CHUNK_BYTES and not self.whole)
            if data:
                yield data


class ZstdDecoder:
    """zstd, of one or more frames."""

    def __init__(self) -> None:
        self.whole = True
        self._frame = zstandard.ZstdDecompressor().decompressobj()

    def decode(self, raw: bytes) -> Iterator[bytes]:
        """Chunks of at most CHUNK_BYTES; checks the frames' checksums where they have one."""
        for start in range(0, len(raw), _ZSTD_SLICE_BYTES):
            piece = raw[start : start + _ZSTD_SLICE_BYTES]
            while piece:
                if self.whole:
                    self._frame = zstandard.ZstdDecompressor().decompressobj()
                data = self._frame.decompress(piece)
                self.whole = self._frame.eof
                piece = self._frame.unused_data if self.whole else b""
                for begin in range(0, len(data), CHUNK_BYTES):
                    yield data[begin : begin + CHUNK_BYTES]


def decoder_for(name: str) -> Decoder:
    """The decoder that a file's name asks for."""
    return GzipDecoder() if name.endswith(".gz") else ZstdDecoder() if name.endswith(".zst") else PlainDecoder()
