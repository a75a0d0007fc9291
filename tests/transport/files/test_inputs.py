from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from worker.errors import FatalTransportError
from worker.transport.dead_letters import HEAD_BYTES
from worker.transport.files.inputs import FilesInput, Input, StdinInput
from worker.transport.files.lines import Line, Position
from worker.transport.files.reader import Reading

Compress = Callable[[bytes], bytes]

LIMIT = 1 << 20
COMPRESSED = pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".zst", zstandard.compress)], ids=["gzip", "zstd"]
)


def read(source: Input) -> list[Line]:
    """All records up to the present end."""
    found: list[Line] = []
    read_into(found, source)
    return found


def read_into(found: list[Line], source: Input) -> None:
    while (lines := source.read()) is not None:
        found += lines


def read_values(source: Input) -> list[bytes | None]:
    return [line.record.value for line in read(source)]


def positions(lines: list[Line]) -> dict[str, Position]:
    return {line.record.source.topic: line.end for line in lines}


def add(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


# -- a directory -----------------------------------------------------------------------------------------------------


@pytest.fixture
def open_directory(tmp_path: Path) -> Iterator[Callable[..., FilesInput]]:
    opened: list[FilesInput] = []

    def start(known: dict[str, Position] | None = None, *, follow: bool = False) -> FilesInput:
        opened.append(FilesInput(tmp_path, Reading(known or {}, LIMIT, follow)))
        return opened[-1]

    yield start
    for source in opened:
        source.close()


Open = Callable[..., FilesInput]


def test_files_are_read_in_the_order_of_their_names(open_directory: Open, tmp_path: Path) -> None:
    (tmp_path / "articles.raw-2.jsonl.gz").write_bytes(gzip.compress(b"1\n2\n"))
    (tmp_path / "articles.raw-3.jsonl.zst").write_bytes(zstandard.compress(b"1\n2\n"))
    for name in ("articles.raw.jsonl", "articles.raw-10.jsonl"):
        (tmp_path / name).write_bytes(b"1\n2\n")
    source = open_directory()
    assert [(line.record.source.topic, line.record.source.offset) for line in read(source)] == [
        ("articles.raw-10.jsonl", 0),
        ("articles.raw-10.jsonl", 1),
        ("articles.raw-2.jsonl.gz", 0),
        ("articles.raw-2.jsonl.gz", 1),
        ("articles.raw-3.jsonl.zst", 0),
        ("articles.raw-3.jsonl.zst", 1),
        ("articles.raw.jsonl", 0),
        ("articles.raw.jsonl", 1),
    ]
    assert source.ended


def test_only_files_with_an_input_name_are_read(open_directory: Open, tmp_path: Path) -> None:
    for name in ("articles.clean.jsonl", "articles.rawx", "x.articles.raw.jsonl", "articles.raw.jsonl.bz2", "a.jsonl"):
        (tmp_path / name).write_bytes(b"no\n")
    (tmp_path / "articles.raw-folder.jsonl").mkdir()
    (tmp_path / "articles.raw.jsonl").write_bytes(b"yes\n")
    assert read_values(open_directory()) == [b"yes"]


def test_an_error_names_a_file_that_cannot_be_read(
    open_directory: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(b"1\n")
    source = open_directory()

    def refuse(*_args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FatalTransportError, match=r"cannot read .*articles.raw.jsonl: Permission denied"):
        source.read()


def test_a_removed_file_does_not_stop_the_others(open_directory: Open, tmp_path: Path) -> None:
    for name in ("articles.raw-1.jsonl", "articles.raw-2.jsonl"):
        (tmp_path / name).write_bytes(b"1\n")
    done = positions(read(open_directory()))
    (tmp_path / "articles.raw-1.jsonl").unlink()
    add(tmp_path / "articles.raw-2.jsonl", b"2\n")
    assert read_values(open_directory(done)) == [b"2"]


@COMPRESSED
def test_a_compressed_file_that_was_read_to_its_end_is_not_decompressed_again(
    open_directory: Open, tmp_path: Path, suffix: str, compress: Compress, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    path.write_bytes(compress(b"1\n2\n\n"))
    done = positions(read(open_directory()))
    with monkeypatch.context() as patch:
        patch.setattr("worker.transport.files.reader.LineStream", None)  # reading the file would need it
        again = open_directory(done)
        assert read_values(again) == []
        assert again.ended
        assert again.progress() == (path.stat().st_size, path.stat().st_size)
    add(path, compress(b"3\n"))
    (line,) = read(open_directory(done))
    assert (line.record.value, line.record.source.offset) == (b"3", 3)


@COMPRESSED
def test_reading_resumes_in_the_middle_of_a_compressed_file(
    open_directory: Open, tmp_path: Path, suffix: str, compress: Compress
) -> None:
    content = b"".join(b"%d\n" % number for number in range(20_000))
    (tmp_path / f"articles.raw.jsonl{suffix}").write_bytes(compress(content[:1000]) + compress(content[1000:]))
    lines = read(open_directory())
    for middle in (0, 100, 15_000):
        assert read(open_directory(positions(lines[: middle + 1]))) == lines[middle + 1 :]


def test_an_input_that_ends_before_the_position_is_refused(open_directory: Open, tmp_path: Path) -> None:
    path = tmp_path / "articles.raw.jsonl"
    path.write_bytes(b"1\n2\n" * 2000)
    done = positions(read(open_directory()))
    path.write_bytes(b"1\n2\n")
    with pytest.raises(FatalTransportError, match=r"articles.raw.jsonl: the input ends \d+ bytes before the position"):
        read(open_directory(done))


def test_a_different_file_of_the_same_name_is_refused(open_directory: Open, tmp_path: Path) -> None:
    path = tmp_path / "articles.raw.jsonl"
    path.write_bytes(b"1\n2\n" * 2000)
    done = positions(read(open_directory()))
    path.write_bytes(b"3\n4\n" * 3000)
    with pytest.raises(FatalTransportError, match=r"articles.raw.jsonl: the input is not what was read earlier"):
        read(open_directory(done))


def test_progress_counts_the_bytes_in_the_files(open_directory: Open, tmp_path: Path) -> None:
    (tmp_path / "articles.raw-1.jsonl").write_bytes(b"1\n")
    (tmp_path / "articles.raw-2.jsonl").write_bytes(b"22\n")
    source = open_directory()
    assert source.progress() == (0, 5)
    source.read()
    assert source.progress() == (2, 5)
    read(source)
    assert source.progress() == (5, 5)


# -- a single file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "compress"), [("crawl", bytes), ("crawl.json.gz", gzip.compress), ("a b.zst", zstandard.compress)]
)
def test_a_single_file_may_have_any_name_which_becomes_its_topic(tmp_path: Path, name: str, compress: Compress) -> None:
    (tmp_path / name).write_bytes(compress(b"1\n2\n"))
    (tmp_path / "articles.raw.jsonl").write_bytes(b"another\n")
    source = FilesInput(tmp_path / name, Reading({}, LIMIT))
    assert [(line.record.source.topic, line.record.value) for line in read(source)] == [(name, b"1"), (name, b"2")]
    assert source.ended


def test_following_a_file_ignores_new_files_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(b"1\n")
    source = FilesInput(path, Reading({}, LIMIT, follow=True))
    assert read_values(source) == [b"1"]
    add(path, b"2\n")
    (tmp_path / "articles.raw.jsonl").write_bytes(b"another\n")
    assert read_values(source) == [b"2"]
    path.unlink()
    assert read_values(source) == []
    assert not source.ended
    source.close()


# -- a followed directory --------------------------------------------------------------------------------------------


def test_following_sees_appended_lines_and_waits_for_their_end(open_directory: Open, tmp_path: Path) -> None:
    path = tmp_path / "articles.raw.jsonl"
    path.write_bytes(b"one\nhal")
    source = open_directory(follow=True)
    assert read_values(source) == [b"one"]
    assert read_values(source) == []
    add(path, b"f\ntwo\n")
    assert read_values(source) == [b"half", b"two"]
    assert not source.ended


def test_following_sees_new_files_even_in_an_empty_directory(open_directory: Open, tmp_path: Path) -> None:
    source = open_directory(follow=True)
    assert read_values(source) == []
    (tmp_path / "articles.raw-2.jsonl").write_bytes(b"2\n")
    assert read_values(source) == [b"2"]
    (tmp_path / "articles.raw-1.jsonl").write_bytes(b"1\n")
    add(tmp_path / "articles.raw-2.jsonl", b"3\n")
    assert read_values(source) == [b"1", b"3"]


@COMPRESSED
def test_following_waits_for_the_rest_of_a_compressed_file(
    open_directory: Open, tmp_path: Path, suffix: str, compress: Compress
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    raw = compress(b"1\n2\n") + compress(b"3\n")
    source = open_directory(follow=True)
    found: list[Line] = []
    for at in range(len(raw)):
        add(path, raw[at : at + 1])
        found += read(source)
    assert [line.record.value for line in found] == [b"1", b"2", b"3"]
    assert found[-1].end.size_bytes == 6


@COMPRESSED
def test_a_followed_compressed_file_may_grow_after_its_end_was_read(
    open_directory: Open, tmp_path: Path, suffix: str, compress: Compress
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    path.write_bytes(compress(b"1\n"))
    source = open_directory(positions(read(open_directory())), follow=True)
    assert read_values(source) == []
    add(path, compress(b"2\n"))
    assert read_values(source) == [b"2"]


@COMPRESSED
def test_a_compressed_file_with_an_incomplete_last_line_is_not_done(
    open_directory: Open, tmp_path: Path, suffix: str, compress: Compress
) -> None:
    (tmp_path / f"articles.raw.jsonl{suffix}").write_bytes(compress(b"1\n2"))
    lines = read(open_directory(follow=True))
    assert [line.record.value for line in lines] == [b"1"]
    assert read_values(open_directory(positions(lines))) == [b"2"]


@COMPRESSED
def test_a_followed_compressed_file_that_ends_before_the_position_is_refused(
    open_directory: Open, tmp_path: Path, suffix: str, compress: Compress
) -> None:
    path = tmp_path / f"articles.raw.jsonl{suffix}"
    path.write_bytes(compress(b"1\n2\n"))
    done = positions(read(open_directory()))
    path.write_bytes(compress(b"1\n"))
    with pytest.raises(FatalTransportError, match="ends 2 bytes before the position"):
        read(open_directory(done, follow=True))


def test_a_followed_file_may_be_removed_after_it_was_read(open_directory: Open, tmp_path: Path) -> None:
    path = tmp_path / "articles.raw.jsonl"
    path.write_bytes(b"1\n")
    source = open_directory(follow=True)
    assert read_values(source) == [b"1"]
    path.unlink()
    assert read_values(source) == []


@pytest.mark.parametrize(
    ("rotate", "says"),
    [
        (lambda path: path.unlink(), "removed before its last line was complete"),
        (lambda path: path.write_bytes(b""), "truncated or replaced"),
        (lambda path: path.write_bytes(b"other content\n" * 99), "replaced"),
        (lambda path: (path.rename(path.with_name("old")), path.write_bytes(b"new\n")), "truncated or replaced"),
    ],
    ids=["removed", "emptied", "overwritten", "rotated"],
)
def test_any_change_of_a_followed_file_except_growth_is_an_error(
    open_directory: Open, tmp_path: Path, rotate: Callable[[Path], object], says: str
) -> None:
    path = tmp_path / "articles.raw.jsonl"
    path.write_bytes(b"first\nunfinished")
    source = open_directory(follow=True)
    assert read_values(source) == [b"first"]
    rotate(path)
    with pytest.raises(FatalTransportError, match=f"articles.raw.jsonl was {says}.*its own name"):
        source.read()


def test_waiting_sleeps_only_briefly(tmp_path: Path) -> None:
    slept: list[float] = []
    source = FilesInput(tmp_path, Reading({}, LIMIT, follow=True, sleep=slept.append))
    source.wait(60)
    source.wait(0.01)
    assert slept == [0.1, 0.01]


# -- standard input --------------------------------------------------------------------------------------------------


class Pipe:
    """A pipe, and the input that reads it."""

    def __init__(self, known: dict[str, Position] | None = None, *, follow: bool = False) -> None:
        self._read, self._write = os.pipe()
        self.slept: list[float] = []
        self.source = StdinInput(self._read, Reading(known or {}, LIMIT, follow, self.slept.append))

    def put(self, data: bytes) -> None:
        os.write(self._write, data)

    def end(self) -> None:
        if self._write >= 0:
            os.close(self._write)
            self._write = -1

    def close(self) -> None:
        self.end()
        os.close(self._read)


@pytest.fixture
def pipes() -> Iterator[Callable[..., Pipe]]:
    opened: list[Pipe] = []

    def start(known: dict[str, Position] | None = None, *, follow: bool = False) -> Pipe:
        opened.append(Pipe(known, follow=follow))
        return opened[-1]

    yield start
    for pipe in opened:
        pipe.close()


def piped(pipe: Pipe, content: bytes) -> list[Line]:
    """Write the content as fast as the pipe takes it, and return the records that are read."""
    found: list[Line] = []
    for at in range(0, len(content), 4096):
        pipe.put(content[at : at + 4096])
        found += read(pipe.source)
    pipe.end()
    return found + read(pipe.source)


Pipes = Callable[..., Pipe]


def test_lines_of_a_pipe_are_read_as_soon_as_they_are_complete(pipes: Pipes) -> None:
    pipe = pipes()
    assert read_values(pipe.source) == []
    pipe.put(b"one\ntw")
    assert read_values(pipe.source) == [b"one"]
    pipe.put(b"o\nlast")
    assert read_values(pipe.source) == [b"two"]
    assert not pipe.source.ended
    pipe.end()
    assert read_values(pipe.source) == [b"last"]
    assert pipe.source.ended


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n  \n"])
def test_a_pipe_without_records_just_ends(pipes: Pipes, content: bytes) -> None:
    pipe = pipes()
    assert piped(pipe, content) == []
    assert pipe.source.ended


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_topic_is_made_from_the_first_line(pipes: Pipes, end: bytes) -> None:
    (line,) = piped(pipes(), b"first" + end)
    assert line.record.source.topic == f"stdin-{sha256(b'first').hexdigest()[:8]}"


def test_the_topic_is_made_from_the_beginning_of_a_long_first_line(pipes: Pipes) -> None:
    first = b"0123456789" * 20_000
    topic = f"stdin-{sha256(first[:HEAD_BYTES]).hexdigest()[:8]}"
    for content in (first, first + b"\n", first + b"\nsecond\n"):
        assert piped(pipes(), content)[0].record.source.topic == topic


def test_reading_resumes_in_a_stream_that_is_piped_again(pipes: Pipes) -> None:
    content = b"".join(b"%d\n" % number for number in range(20_000))
    lines = piped(pipes(), content)
    assert [line.record.source.offset for line in lines] == list(range(20_000))
    for middle in (0, 10_000, 19_999):
        assert piped(pipes(positions(lines[: middle + 1])), content) == lines[middle + 1 :]


def test_a_different_stream_is_a_different_source(pipes: Pipes) -> None:
    done = positions(piped(pipes(), b"a\nb\n"))
    (line,) = piped(pipes(done), b"c\n")
    assert line.record.source.offset == 0
    assert line.record.source.topic not in done


def test_a_stream_with_the_same_first_line_but_other_content_is_refused(pipes: Pipes) -> None:
    done = positions(piped(pipes(), b"a\nb\n"))
    with pytest.raises(
        FatalTransportError, match=r"stdin-[0-9a-f]{8}: the input is not what was read earlier.*--out-dir"
    ):
        piped(pipes(done), b"a\nc\nd\n")


def test_a_stream_that_ends_before_the_position_is_refused(pipes: Pipes) -> None:
    done = positions(piped(pipes(), b"a\nb\n"))
    with pytest.raises(FatalTransportError, match=r"ends 2 bytes before the position"):
        piped(pipes(done), b"a\n")


def test_a_followed_pipe_never_ends_and_waiting_at_its_end_sleeps(pipes: Pipes) -> None:
    pipe = pipes(follow=True)
    assert piped(pipe, b"a\nunfinished") != []
    assert not pipe.source.ended
    pipe.source.wait(60)
    assert pipe.slept == [0.1]


def test_waiting_for_a_pipe_ends_when_input_comes(pipes: Pipes) -> None:
    pipe = pipes()
    pipe.put(b"a")
    pipe.source.wait(60)
    assert pipe.slept == []


def test_a_closed_standard_input_is_an_error(pipes: Pipes) -> None:
    unused, other = os.pipe()
    os.close(unused)
    os.close(other)
    with pytest.raises(FatalTransportError, match="cannot read standard input: Bad file descriptor"):
        StdinInput(unused, Reading({}, LIMIT)).read()
