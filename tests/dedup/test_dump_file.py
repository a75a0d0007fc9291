"""The file of a dump: what is written can be read, and any damage is refused."""

from __future__ import annotations

import io
import struct
import zlib
from hashlib import blake2b
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedup import dump_file
from worker.dedup.dump import Chunk, Entries, Postings, Records, Start
from worker.dedup.memory import Table
from worker.errors import ExportError

START = Start(1_772_452_800.25, (1 << 64) - 1, 3)
CHUNKS: list[Chunk] = [
    START,
    Entries(Table.VERDICTS, 86_400, [(b"k" * 28, b""), (b"l", b"value")]),
    Entries(Table.COUNTS, 86_400, [(b"pairs", bytes(1 << 17))]),
    Records(172_800, [(0, b"words"), ((1 << 32) - 1, b"more words")]),
    Postings(np.array([1 << 32, (1 << 64) - 1], np.uint64)),
]


def written(*chunks: Chunk) -> bytes:
    file = io.BytesIO()
    dump_file.write(chunks, file)
    return file.getvalue()


def read(content: bytes) -> list[Chunk]:
    return list(dump_file.read(io.BytesIO(content)))


def plain(chunk: Chunk) -> Any:
    """The chunk in a form that can be compared."""
    return chunk.postings.tolist() if isinstance(chunk, Postings) else chunk


def blocks(content: bytes) -> tuple[bytes, list[bytes]]:
    """The first line of the file, and its blocks."""
    line, rest = content.split(b"\n", 1)
    found = []
    while rest:
        _, length = struct.unpack_from("<BI", rest)
        found.append(rest[: 5 + length + 16])
        rest = rest[len(found[-1]) :]
    return line + b"\n", found


FILE = written(*CHUNKS)


def test_what_is_written_can_be_read() -> None:
    assert [*map(plain, read(FILE))] == [*map(plain, CHUNKS)]
    dump_file.check(io.BytesIO(FILE))


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=28), st.binary(max_size=300))))
def test_any_entries_and_records_can_be_read_back(items: list[tuple[bytes, bytes]]) -> None:
    entries = Entries(Table.URLS, 1, items)
    records = Records(2, [(number, value) for number, (_, value) in enumerate(items)])
    assert read(written(START, entries, records)) == [START, entries, records]


def test_the_first_line_says_what_the_file_is() -> None:
    assert FILE.startswith(b"article-worker index export 2\n")


@pytest.mark.parametrize("flip", [0x01, 0x80])
def test_a_change_of_any_byte_is_refused(flip: int) -> None:
    for place in range(len(FILE)):
        damaged = bytearray(FILE)
        damaged[place] ^= flip
        with pytest.raises(ExportError):
            dump_file.check(io.BytesIO(damaged))
        with pytest.raises(ExportError):
            read(bytes(damaged))


def test_a_file_that_ends_early_is_refused() -> None:
    for length in range(len(FILE)):
        with pytest.raises(ExportError, match=r"truncated|not an export|has the format"):
            dump_file.check(io.BytesIO(FILE[:length]))


def test_more_bytes_after_the_end_are_refused() -> None:
    with pytest.raises(ExportError, match="more bytes after its end"):
        read(FILE + b"\n")


def test_a_missing_a_moved_or_a_repeated_block_is_refused() -> None:
    line, found = blocks(FILE)
    for others in (
        found[:1] + found[2:],
        [found[0], found[2], found[1], *found[3:]],
        [*found[:2], found[1], *found[2:]],
    ):
        with pytest.raises(ExportError, match="is damaged"):
            dump_file.check(io.BytesIO(line + b"".join(others)))


@pytest.mark.parametrize("content", [b"", b"\n", b'{"url": "https://example.com"}\n', bytes(100)])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(ExportError, match="not an export of an index"):
        read(content)


def test_another_version_is_refused_by_its_number() -> None:
    with pytest.raises(ExportError, match="format 7, but this version of the worker reads only format 2"):
        read(FILE.replace(b"export 2\n", b"export 7\n", 1))


def forged(*parts: tuple[int, bytes]) -> bytes:
    """A file with these blocks, whose checksums are right."""
    line = b"article-worker index export 2\n"
    digest, made = blake2b(line, digest_size=16), line
    for kind, content in parts:
        packed = zlib.compress(content)
        block = struct.pack("<BI", kind, len(packed)) + packed
        digest.update(block)
        made += block + digest.digest()
    return made


@pytest.mark.parametrize(
    "parts",
    [
        [(1, struct.pack("<BQ", 0, 9)), (4, b"")],  # no start
        [(0, struct.pack("<dQQ", 1.0, 2, 3)), (0, struct.pack("<dQQ", 1.0, 2, 3)), (4, b"")],
        [(0, b"short"), (4, b"")],
        [(0, struct.pack("<dQQ", 1.0, 2, 3)), (1, struct.pack("<BQ", 200, 9)), (4, b"")],  # no such table
        [(0, struct.pack("<dQQ", 1.0, 2, 3)), (3, b"123"), (4, b"")],
        [(0, struct.pack("<dQQ", 1.0, 2, 3)), (9, b""), (4, b"")],
    ],
)
def test_blocks_that_no_worker_writes_are_refused_even_with_right_checksums(parts: list[tuple[int, bytes]]) -> None:
    with pytest.raises(ExportError, match="is damaged"):
        read(forged(*parts))


def test_a_block_that_would_not_fit_into_memory_is_refused() -> None:
    start = (0, struct.pack("<dQQ", 1.0, 2, 3))
    with pytest.raises(ExportError, match="is damaged"):
        read(forged(start, (3, bytes((64 << 20) + 8)), (4, b"")))
