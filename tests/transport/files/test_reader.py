"""Tests of damaged files; test_inputs.py has those of intact files."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from structlog.testing import capture_logs

from worker.transport.files.decoders import CHUNK_BYTES, DAMAGED, decoder_for
from worker.transport.files.inputs import FilesInput
from worker.transport.files.lines import Line, Position
from worker.transport.files.reader import Reading

Compress = Callable[[bytes], bytes]

COMPRESSED = pytest.mark.parametrize(
    ("suffix", "compress"),
    [(".gz", gzip.compress), (".zst", zstandard.ZstdCompressor(write_checksum=True).compress)],
    ids=["gzip", "zstd"],
)


def numbers(count: int) -> list[bytes]:
    """Lines that hardly compress, a thousand in each chunk of the file."""
    made = random.Random(7)
    return [b"%d" % made.getrandbits(200) for _ in range(count)]


def joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def read(source: FilesInput) -> list[Line]:
    """All records up to the present end."""
    found: list[Line] = []
    while (lines := source.read()) is not None:
        found += lines
    source.close()
    return found


def values(lines: list[Line]) -> list[bytes | None]:
    return [line.record.value for line in lines]


def open_input(path: Path, known: dict[str, Position] | None = None, *, follow: bool = False) -> FilesInput:
    return FilesInput(path, Reading(known or {}, 1 << 20, follow))


def decodable_lines(path: Path) -> list[bytes]:
    """The complete lines up to the damage, from a decoder that gets one byte at a time."""
    decoder = decoder_for(path.name)
    chunks: list[bytes] = []
    with suppress(*DAMAGED):
        for byte in path.read_bytes():
            chunks += decoder.decode(bytes([byte]))
    return [line.removesuffix(b"\r") for line in b"".join(chunks).split(b"\n")[:-1] if line.strip()]


@COMPRESSED
@pytest.mark.parametrize("at", [0.01, 0.5, 0.9999])
@pytest.mark.parametrize("count", [3, 6_000])
def test_every_line_before_the_damage_is_read(
    tmp_path: Path, suffix: str, compress: Compress, count: int, at: float
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    whole = numbers(count)
    raw = compress(joined(whole))
    begin = compress(b"first\n")
    place = int(len(raw) * at)
    path.write_bytes(begin + raw[:place] + b"\xff" * 40 + raw[place + 40 :])
    assert count < 100 or path.stat().st_size > 2 * CHUNK_BYTES
    source = open_input(path)
    lines = read(source)
    assert values(lines) == decodable_lines(path)
    assert lines[0].record.value == b"first"
    (damage,) = source.damage()
    assert damage.startswith(f"{path.name}: ")
    assert f"up to byte {lines[-1].end.size_bytes} of" in damage


@COMPRESSED
def test_garbage_after_the_compressed_data_loses_no_line(tmp_path: Path, suffix: str, compress: Compress) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    path.write_bytes(compress(b"1\n2\n") + b"garbage")
    source = open_input(path)
    assert values(read(source)) == [b"1", b"2"]
    assert "up to byte 4" in source.damage()[0]


@COMPRESSED
def test_complete_lines_of_a_truncated_file_are_read_and_the_rest_after_it_is_restored(
    tmp_path: Path, suffix: str, compress: Compress
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    path.write_bytes(compress(b"1\n2\n") + compress(b"3\n4")[:-3])
    source = open_input(path)
    found = read(source)
    assert values(found)[:2] == [b"1", b"2"]
    assert source.damage()[0].startswith(f"articles.raw.jsonl{suffix}: the input ends in the middle")
    path.write_bytes(compress(b"1\n2\n") + compress(b"3\n4"))
    again = open_input(path, {path.name: found[-1].end})
    assert values(found + read(again)) == [b"1", b"2", b"3", b"4"]
    assert again.damage() == []


@COMPRESSED
def test_the_files_after_a_damaged_one_are_read(tmp_path: Path, suffix: str, compress: Compress) -> None:
    (tmp_path / f"articles.raw-1.jsonl{suffix}").write_bytes(compress(b"1\n") + b"garbage")
    (tmp_path / f"articles.raw-2.jsonl{suffix}").write_bytes(compress(b"2\n")[:-1])
    (tmp_path / "articles.raw-3.jsonl").write_bytes(b"3\n")
    source = open_input(tmp_path)
    with capture_logs() as logged:
        found = read(source)
    assert values(found)[0] == b"1"
    assert values(found)[-1] == b"3"
    assert source.ended
    assert source.progress() is not None
    assert len({*(source.progress() or ())}) == 1, "read to the end, as far as it goes"
    assert [entry["event"] for entry in logged] == ["input_damaged"] * 2
    assert [entry["error"] for entry in logged] == source.damage()


@COMPRESSED
def test_the_next_start_reports_a_damaged_file_again_but_does_not_read_its_lines_again(
    tmp_path: Path, suffix: str, compress: Compress
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    path.write_bytes(compress(b"1\n2\n") + b"garbage")
    (_, last) = read(open_input(path))
    again = open_input(path, {path.name: last.end})
    assert read(again) == []
    assert "up to byte 4" in again.damage()[0]


@COMPRESSED
def test_damage_before_the_position_is_reported_and_the_next_file_is_read(
    tmp_path: Path, suffix: str, compress: Compress
) -> None:
    path = tmp_path / f"articles.raw-1.jsonl{suffix}"
    path.write_bytes(compress(joined(numbers(5))))
    (tmp_path / "articles.raw-2.jsonl").write_bytes(b"2\n")
    known = {line.record.source.topic: line.end for line in read(open_input(path))}
    path.write_bytes(b"\xff" * 100)
    source = open_input(tmp_path, known)
    assert values(read(source)) == [b"2"]
    assert len(source.damage()) == 1


@COMPRESSED
def test_following_abandons_a_damaged_file_and_continues_with_the_others(
    tmp_path: Path, suffix: str, compress: Compress
) -> None:
    damaged, other = tmp_path / f"articles.raw-1.jsonl{suffix}", tmp_path / "articles.raw-2.jsonl"
    damaged.write_bytes(compress(b"1\n") + b"garbage")
    other.write_bytes(b"2\n")
    source = open_input(tmp_path, follow=True)
    assert values(read(source)) == [b"1", b"2"]
    for path in (damaged, other):
        with path.open("ab") as file:
            file.write(b"3\n")
    with capture_logs() as logged:
        assert values(read(source)) == [b"3"]
    assert logged == []
    assert not source.ended


@COMPRESSED
@pytest.mark.parametrize("garbage", [b"garbage garbage", b""], ids=["garbage", "a bad member"])
@pytest.mark.parametrize("good", [0, 1])
def test_damage_appended_to_a_followed_file_repeats_no_line(
    tmp_path: Path, suffix: str, compress: Compress, good: int, garbage: bytes
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    path.write_bytes(compress(b"0\n1\n"))
    source = open_input(path, follow=True)
    assert values(read(source)) == [b"0", b"1"]
    damage = garbage or compress(b"")[:-4] + b"\xff" * 4
    for appended in (compress(b"2\n3\n"), compress(b"4\n") * good + damage):
        with path.open("ab") as file:
            file.write(appended)
        last = read(source)
    assert values(last) == [b"4"] * good
    (said,) = source.damage()
    assert f"up to byte {8 + 2 * good} of" in said
