"""Writes the chunks of a dump to a file, and reads them back. The file may be a pipe: it is never read twice.

It begins with a line of text that names the format. Then come blocks:

    kind (1 byte), length of the content (4 bytes), content (compressed with zlib), checksum (16 bytes)

A checksum covers everything from the beginning of the file to its block. So a block is used only if nothing before it
is damaged, missing or in another order. The last block is of the kind END. Numbers are little-endian.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import numpy as np

from worker.dedup.dump import Chunk, Entries, Postings, Records, Start
from worker.dedup.memory import Table
from worker.errors import ExportError

FORMAT = 2
"""Raise this if anything in the file changes, the values of `worker.dedup.entries` included."""

_NAME = b"article-worker index export "
_HEAD = b"%s%d\n" % (_NAME, FORMAT)
_LONGEST_HEAD = len(_NAME) + 8

_BLOCK = struct.Struct("<BI")
_CHECKSUM_BYTES = 16
_START, _ENTRIES, _RECORDS, _POSTINGS, _END = range(5)
_MOST_BYTES = 64 << 20  # no block is nearly as large, before or after decompression

_OF_START = struct.Struct("<dQQ")
_OF_TABLE = struct.Struct("<BQ")
_ENTRY = struct.Struct("<BI")
_OF_RECORDS = struct.Struct("<Q")
_RECORD = struct.Struct("<II")
_DAMAGED = ExportError("the export is damaged: use another one, or export the index again")
_LEVEL = 1  # of zlib: level 6 takes three times as long, and saves 2 %


def write(chunks: Iterable[Chunk], file: IO[bytes]) -> None:
    """Write all chunks.

    Raises:
        OSError: the file cannot be written.
    """
    digest = hashlib.blake2b(_HEAD, digest_size=_CHECKSUM_BYTES)
    file.write(_HEAD)
    for kind, content in _packed(chunks):
        packed = zlib.compress(content, _LEVEL)
        block = _BLOCK.pack(kind, len(packed)) + packed
        digest.update(block)
        file.write(block + digest.digest())
    file.flush()


def read(file: IO[bytes]) -> Iterator[Chunk]:
    """All chunks; the first is the start. Only after the last one is it certain that the file is complete.

    Raises:
        ExportError: this is no dump, it is of another version, or it is damaged.
        OSError: the file cannot be read.
    """
    for kind, packed in _blocks(file):
        try:
            yield _UNPACK[kind](_decompressed(packed))
        except (struct.error, zlib.error, ValueError) as error:  # written by another program
            raise _DAMAGED from error


def check(file: IO[bytes]) -> None:
    """Read the file to its end, without unpacking it. See `read` for what it raises."""
    for _ in _blocks(file):
        pass


def _blocks(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The kind and the content of each block but the last."""
    digest = hashlib.blake2b(_head(file), digest_size=_CHECKSUM_BYTES)
    kinds = {_START}
    while True:
        head = _exactly(file, _BLOCK.size)
        kind, length = _BLOCK.unpack(head)
        if length > _MOST_BYTES:
            raise _DAMAGED
        packed = _exactly(file, length)
        digest.update(head)
        digest.update(packed)
        if _exactly(file, _CHECKSUM_BYTES) != digest.digest():
            raise _DAMAGED
        if kind == _END:
            break
        if kind not in kinds:
            raise _DAMAGED
        yield kind, packed
        kinds = {_ENTRIES, _RECORDS, _POSTINGS}
    if file.read(1):
        raise ExportError("the export has more bytes after its end: use another one, or export the index again")


def _head(file: IO[bytes]) -> bytes:
    head = file.readline(_LONGEST_HEAD)
    if not head.startswith(_NAME):
        raise ExportError("this is not an export of an index: give a file that `index export` wrote")
    if head != _HEAD:
        version = head.removeprefix(_NAME).strip().decode("ascii", "replace")
        raise ExportError(
            f"the export has the format {version}, but this version of the worker reads only format {FORMAT}: use "
            "`index rebuild` instead"
        )
    return head


def _exactly(file: IO[bytes], size: int) -> bytes:
    content = file.read(size)
    if len(content) != size:
        raise ExportError("the export is truncated: use another one, or export the index again")
    return content


def _decompressed(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    content = stream.decompress(packed, _MOST_BYTES)
    if not stream.eof or stream.unused_data:
        raise ValueError("not one stream")
    return content


# -- chunks --------------------------------------------------------------------------------------------------------


def _packed(chunks: Iterable[Chunk]) -> Iterator[tuple[int, bytes]]:
    for chunk in chunks:
        match chunk:
            case Start():
                yield _START, _OF_START.pack(chunk.watermark_s, chunk.seed, chunk.entries)
            case Entries():
                yield _ENTRIES, _pack_entries(chunk)
            case Records():
                yield _RECORDS, _pack_records(chunk)
            case Postings():
                yield _POSTINGS, chunk.postings.astype("<u8").tobytes()
    yield _END, b""


def _pack_entries(chunk: Entries) -> bytes:
    parts = [_OF_TABLE.pack(chunk.table, chunk.end_s)]
    for key, value in chunk.items:
        parts += (_ENTRY.pack(len(key), len(value)), key, value)
    return b"".join(parts)


def _unpack_entries(content: bytes) -> Entries:
    table, end_s = _OF_TABLE.unpack_from(content)
    at, items = _OF_TABLE.size, []
    while at < len(content):
        key_bytes, value_bytes = _ENTRY.unpack_from(content, at)
        at += _ENTRY.size
        middle = at + key_bytes
        items.append((content[at:middle], content[middle : middle + value_bytes]))
        at = middle + value_bytes
    return Entries(Table(table), end_s, items)


def _pack_records(chunk: Records) -> bytes:
    parts = [_OF_RECORDS.pack(chunk.end_s)]
    for number, value in chunk.items:
        parts += (_RECORD.pack(number, len(value)), value)
    return b"".join(parts)


def _unpack_records(content: bytes) -> Records:
    (end_s,) = _OF_RECORDS.unpack_from(content)
    at, items = _OF_RECORDS.size, []
    while at < len(content):
        number, size = _RECORD.unpack_from(content, at)
        at += _RECORD.size
        items.append((number, content[at : at + size]))
        at += size
    return Records(end_s, items)


_UNPACK: dict[int, Callable[[bytes], Any]] = {
    _START: lambda content: Start(*_OF_START.unpack(content)),
    _ENTRIES: _unpack_entries,
    _RECORDS: _unpack_records,
    _POSTINGS: lambda content: Postings(np.frombuffer(content, "<u8").astype(np.uint64)),
}
