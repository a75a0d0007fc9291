"""Reading files of clean articles line by line."""

from __future__ import annotations

import errno
import gzip
import io
import os
from pathlib import Path

import pytest
import zstandard

from worker.errors import DamagedInput, FatalTransportError
from worker.transport.files.published import lines

CONTENT = b'{"a": 1}\n\n{"b": 2}\r\n{"c": 3}'


def read(path: Path) -> list[tuple[bytes | None, int]]:
    with path.open("rb") as file:
        return list(lines(file, path.name, 100))


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.jsonl", CONTENT),
        ("a.jsonl.gz", gzip.compress(CONTENT, mtime=0)),
        ("a.jsonl.zst", zstandard.compress(CONTENT)),
    ],
)
def test_each_line_is_a_record_and_the_bytes_add_up_to_the_file(tmp_path: Path, name: str, packed: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(packed)
    found = read(path)
    assert [value for value, _ in found] == [b'{"a": 1}', b'{"b": 2}', b'{"c": 3}']
    assert sum(passed for _, passed in found) == len(packed)


def test_a_line_over_the_limit_has_no_value(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 101 + b"\n" + b"y" * 100 + b"\n")
    assert [value for value, _ in read(path)] == [None, b"y" * 100]


def test_a_file_that_cannot_be_read_is_an_error() -> None:
    class Broken(io.BytesIO):
        def read(self, _: object = None) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(FatalTransportError, match=r"cannot read a.jsonl: Input/output error"):
        list(lines(Broken(), "a.jsonl", 100))


def test_a_compressed_file_that_ends_early_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(CONTENT, mtime=0)[:-4])
    with pytest.raises(DamagedInput, match=r"Run the command again with the complete file to start over\.$"):
        read(path)
