from __future__ import annotations

import gzip
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import FatalTransportError
from worker.transport.dead_letters import HEAD_BYTES
from worker.transport.files.decoders import GzipDecoder, PlainDecoder
from worker.transport.files.lines import TAIL_BYTES, Line, LineSplitter, LineStream, Position

LIMIT = 20

# Small alphabets make newlines, \r\n and blank lines frequent.
CONTENT = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from([b"\n", b"\r\n", b"\r", b" ", b"a", b"bc" * 9, b"d" * 30, b"\xff"]), max_size=40).map(
        b"".join
    ),
)


def chunks(content: bytes, cuts: list[int]) -> list[bytes]:
    """The content, cut at the given places."""
    places = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
    return [content[begin:end] for begin, end in pairwise(places)]


def expected(content: bytes) -> list[tuple[int, bytes]]:
    """The number and bytes of every line that is a record. Bytes after the last newline are a line, too."""
    lines = content.split(b"\n")
    if not lines[-1]:
        lines.pop()
    whole = [line.removesuffix(b"\r") for line in lines]
    return [(number, line) for number, line in enumerate(whole) if len(line) > LIMIT or line.strip()]


def split(pieces: list[bytes], start: Position | None = None, tail: bytes = b"") -> list[Line]:
    splitter = LineSplitter("t", LIMIT, start or Position(), tail)
    return [line for piece in pieces for line in splitter.feed(piece)] + splitter.flush()


def described(lines: list[Line]) -> list[tuple[int, int, str]]:
    """The number, size and digest of each record."""
    return [
        (r.source.offset, r.size_bytes, r.sha256 or sha256(r.value or b"").hexdigest())
        for r in (line.record for line in lines)
    ]


@given(content=CONTENT, cuts=st.lists(st.integers(0, 1000), max_size=8))
def test_records_are_the_lines_of_the_content_in_chunks_of_any_size(content: bytes, cuts: list[int]) -> None:
    lines = split(chunks(content, cuts))
    assert described(lines) == [(n, len(line), sha256(line).hexdigest()) for n, line in expected(content)]


@given(content=CONTENT, cuts=st.lists(st.integers(0, 1000), max_size=8))
def test_a_line_over_the_limit_keeps_only_its_beginning(content: bytes, cuts: list[int]) -> None:
    for line, (_, whole) in zip(split(chunks(content, cuts)), expected(content), strict=True):
        assert line.record.value == whole[:LIMIT]
        assert (line.record.sha256 is not None) == (len(whole) > LIMIT)


@given(content=CONTENT, cuts=st.lists(st.integers(0, 1000), max_size=8), after=st.integers(0, 50))
def test_resuming_after_any_record_gives_the_records_after_it(content: bytes, cuts: list[int], after: int) -> None:
    lines = split([content])
    if not lines:
        return
    index = after % len(lines)
    at = lines[index].end
    stream = LineStream("t", LIMIT, at, at.size_bytes, PlainDecoder())
    rest = []
    for piece in chunks(content, cuts):
        stream.push(piece)
        while (found := stream.pull()) is not None:
            rest += found
    rest += stream.finish()
    assert [line.record for line in rest] == [line.record for line in lines[index + 1 :]]
    assert [line.end for line in rest] == [line.end for line in lines[index + 1 :]]


def test_positions_count_bytes_and_all_lines_even_blank_ones() -> None:
    lines = split([b"\n\r\none\r\n\n two \nlast"])
    assert [(line.record.value, line.end.size_bytes, line.end.lines) for line in lines] == [
        (b"one", 8, 3),
        (b" two ", 15, 5),
        (b"last", 19, 6),
    ]


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + 2])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("step", [1, 100])
def test_the_limit_does_not_count_the_line_end(size: int, end: bytes, step: int) -> None:
    content = b"x" * size + end
    (line,) = split([content[at : at + step] for at in range(0, len(content), step)])
    assert line.record.size_bytes == size
    assert line.record.value == b"x" * min(size, LIMIT)


def test_at_most_64_kib_of_a_large_line_are_kept() -> None:
    splitter = LineSplitter("t", 1 << 20, Position(), b"")
    (line,) = splitter.feed(b"x" * (2 << 20) + b"\n")
    assert line.record.value == b"x" * HEAD_BYTES
    assert line.record.sha256 == sha256(b"x" * (2 << 20)).hexdigest()
    assert line.kept_bytes == HEAD_BYTES


@pytest.mark.parametrize("more", [b"\n", b"\r\n", b"  \n"])
def test_a_newline_after_a_last_line_that_was_read_does_not_begin_a_new_line(more: bytes) -> None:
    (last,) = split([b"one"])
    (line,) = split([more + b"two\n"], last.end, b"one")
    assert (line.record.source.offset, line.record.value) == (1, b"two")


def test_bytes_added_to_a_last_line_that_was_read_are_a_new_record() -> None:
    (last,) = split([b'{"half'])
    lines = split([b'":1}\n{}\n'], last.end, b'{"half')
    assert [(line.record.source.offset, line.record.value) for line in lines] == [(1, b'":1}'), (2, b"{}")]


def stream_from(start: Position, content: bytes) -> LineStream:
    stream = LineStream("t", LIMIT, start, start.size_bytes, PlainDecoder())
    stream.push(content)
    return stream


def test_other_content_before_the_position_is_refused() -> None:
    end = split([b"one\ntwo\n"])[1].end
    with pytest.raises(FatalTransportError, match=r"t: the input is not what was read earlier .* before byte 8 differ"):
        stream_from(end, b"one\nTwo\nthree\n").pull()


def test_content_that_ends_before_the_position_is_refused() -> None:
    end = split([b"one\ntwo\n"])[1].end
    stream = stream_from(end, b"one\n")
    assert stream.pull() == []
    with pytest.raises(FatalTransportError, match=r"t: the input ends 4 bytes before the position .*byte 8"):
        stream.finish()


def test_the_checksum_covers_the_last_kibibyte_before_the_position() -> None:
    content = b"x" * 5000 + b"\n"
    (line,) = split([content])
    changed_far_before = b"y" + content[1:]
    assert stream_from(line.end, changed_far_before).pull() == []
    changed = content[:-TAIL_BYTES] + b"y" + content[-TAIL_BYTES + 1 :]
    with pytest.raises(FatalTransportError, match=r"differ"):
        stream_from(line.end, changed).pull()


def test_an_error_says_where_compressed_data_is_damaged() -> None:
    stream = LineStream("a.gz", LIMIT, Position(), 0, GzipDecoder())
    stream.push(gzip.compress(b"one\n") + b"garbage")
    assert [line.record.value for line in stream.pull() or ()] == [b"one"]
    with pytest.raises(FatalTransportError, match=r"a.gz: the compressed data is damaged .* up to byte 4"):
        stream.pull()


def test_a_truncated_compressed_stream_gives_only_its_complete_lines() -> None:
    raw = gzip.compress(b"one\ntwo")[:-1]
    stream = LineStream("a.gz", LIMIT, Position(), 0, GzipDecoder())
    stream.push(raw)
    assert [line.record.value for line in stream.pull() or ()] == [b"one"]
    with pytest.raises(FatalTransportError, match=r"ends in the middle of its compressed data.* up to byte 4"):
        stream.finish()
