from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from worker.transport.files.decoders import (
    CHUNK_BYTES,
    DAMAGED,
    Decoder,
    GzipDecoder,
    PlainDecoder,
    ZstdDecoder,
    decoder_for,
)

Compress = Callable[[bytes], bytes]

SKIPPABLE_FRAME = b"\x50\x2a\x4d\x18\x05\x00\x00\x00hello"

COMPRESSED = pytest.mark.parametrize(
    ("make", "compress"),
    [(GzipDecoder, gzip.compress), (ZstdDecoder, zstandard.ZstdCompressor(write_checksum=True).compress)],
    ids=["gzip", "zstd"],
)


def decode(decoder: Decoder, raw: bytes, step: int = 1 << 16) -> bytes:
    return b"".join(chunk for at in range(0, len(raw), step) for chunk in decoder.decode(raw[at : at + step]))


@COMPRESSED
@given(parts=st.lists(st.binary(max_size=300), max_size=4), step=st.integers(1, 700))
def test_members_and_frames_decode_to_one_stream_in_chunks_of_any_size(
    make: type[Decoder], compress: Compress, parts: list[bytes], step: int
) -> None:
    decoder = make()
    assert decode(decoder, b"".join(map(compress, parts)), step) == b"".join(parts)
    assert decoder.whole


@COMPRESSED
@given(data=st.binary(min_size=1, max_size=200), cut=st.integers(1, 10_000))
def test_a_truncated_stream_is_not_complete(make: type[Decoder], compress: Compress, data: bytes, cut: int) -> None:
    raw = compress(data)
    decoder = make()
    assert data.startswith(decode(decoder, raw[: cut % len(raw) or 1]))
    assert decoder.whole == (cut % len(raw) == 0 and len(raw) == 1)


@COMPRESSED
def test_a_chunk_is_limited_however_far_the_data_expands(make: type[Decoder], compress: Compress) -> None:
    raw = compress(bytes(40 << 20))
    sizes = [len(chunk) for chunk in make().decode(raw)]
    assert sum(sizes) == 40 << 20
    assert max(sizes) <= CHUNK_BYTES


@COMPRESSED
@pytest.mark.parametrize("at", [0, -1])
def test_damage_is_noticed(make: type[Decoder], compress: Compress, at: int) -> None:
    raw = bytearray(compress(b"some text " * 50))
    raw[at] ^= 0xFF
    with pytest.raises(DAMAGED):
        decode(make(), bytes(raw))


@COMPRESSED
def test_garbage_after_the_end_is_damage(make: type[Decoder], compress: Compress) -> None:
    with pytest.raises(DAMAGED):
        decode(make(), compress(b"text") + b"garbage!")


def test_an_incomplete_stream_gives_all_that_can_be_decoded() -> None:
    raw = gzip.compress(bytes(3 * CHUNK_BYTES))
    for cut in range(len(raw)):
        whole = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw[:cut])
        assert len(decode(GzipDecoder(), raw[:cut])) == len(whole), cut


@pytest.mark.parametrize("step", [1, 7, 1 << 16])
def test_zero_bytes_pad_a_gzip_member(step: int) -> None:
    decoder = GzipDecoder()
    assert decode(decoder, gzip.compress(b"a") + bytes(512) + gzip.compress(b"b") + bytes(100), step) == b"ab"
    assert decoder.whole


def test_a_gzip_file_of_zero_bytes_only_is_damaged() -> None:
    with pytest.raises(zlib.error):
        decode(GzipDecoder(), bytes(100))


def test_skippable_zstd_frames_are_skipped() -> None:
    frame = zstandard.compress(b"text")
    decoder = ZstdDecoder()
    assert decode(decoder, SKIPPABLE_FRAME + frame + SKIPPABLE_FRAME, 3) == b"text"
    assert decoder.whole


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jsonl", PlainDecoder), ("a.jsonl.gz", GzipDecoder), ("a.zst", ZstdDecoder)]
)
def test_the_file_name_tells_the_compression(name: str, kind: type) -> None:
    assert isinstance(decoder_for(name), kind)
