from __future__ import annotations

import base64
import errno
import gzip
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transport.contract import TransportContract, batches, echo, some, values
from worker.config.settings import Settings
from worker.errors import CommitFailed, DamagedInput, FatalTransportError
from worker.messages import Channel, Output, RawRecord
from worker.transport.base import Lag
from worker.transport.files.transport import FilesTransport

# -- the contract, for every kind of input ---------------------------------------------------------------------------

COMPRESS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


class Full:
    """A disk that, while switched on, is full after a few bytes of the second write."""

    def __init__(self) -> None:
        self._write = os.write

    @contextmanager
    def on(self) -> Iterator[None]:
        count = 0

        def write(descriptor: int, data: bytes) -> int:
            nonlocal count
            count += 1
            if count == 1:
                return self._write(descriptor, bytes(data)[:3])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "write", write)
            yield


@dataclass
class FilesHarness:
    """The contract suite's access to the file transport."""

    directory: Path
    suffix: str = ""  # for compression
    piped: bool = False  # the input file is standard input
    named: bool = False  # the setting names the input file, not its directory
    carries_headers: bool = False
    opened: list[FilesTransport] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)

    @property
    def input(self) -> Path:
        return self.directory / f"articles.raw.jsonl{self.suffix}"

    def put_raw(self, values: Sequence[bytes]) -> None:
        lines = b"".join(value + b"\n" for value in values)
        with self.input.open("ab") as file:
            file.write(COMPRESS[self.suffix](lines) if lines else b"")

    def open(self, **changed: Any) -> FilesTransport:
        return self.open_with(**changed)

    def open_with(self, parts: dict[str, Any] | None = None, **changed: Any) -> FilesTransport:
        files = "-" if self.piped else str(self.input if self.named else self.directory)
        parts = dict(parts or {})
        if self.piped:
            self.descriptors.append(os.open(self.input, os.O_RDONLY))
            parts["stdin"] = self.descriptors[-1]
        self.opened.append(FilesTransport(Settings(files=files, out_dir=self.directory, **changed), **parts))
        return self.opened[-1]

    def lines(self, channel: Channel) -> list[bytes]:
        return (self.directory / f"articles.{channel}.jsonl").read_bytes().split(b"\n")[:-1]

    def outputs(self, channel: Channel) -> list[Output]:
        return [Output(channel, b"", value) for value in self.lines(channel)]

    def dead_values(self) -> list[bytes]:
        return [base64.b64decode(orjson.loads(line)["value_base64"]) for line in self.lines("dead")]

    def failing_commits(self) -> AbstractContextManager[None]:
        return Full().on()

    def close(self) -> None:
        for transport in self.opened:
            transport.close()
        for descriptor in self.descriptors:
            os.close(descriptor)


KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "gzip": {"suffix": ".gz"},
    "zstd": {"suffix": ".zst"},
    "named": {"named": True},
    "stdin": {"piped": True},
}


@contextmanager
def harness_of(kind: str, directory: Path) -> Iterator[FilesHarness]:
    made = FilesHarness(directory, **KINDS[kind])
    yield made
    made.close()


class TestContract(TransportContract):
    @pytest.fixture(params=KINDS)
    def harness(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FilesHarness]:
        with harness_of(request.param, tmp_path) as made:
            yield made


# -- any bytes, any events -------------------------------------------------------------------------------------------


def lines_of(content: bytes) -> list[bytes]:
    r"""The records that the rules give for the content: lines end in \n or \r\n, and blank lines are not records."""
    lines = [line.removesuffix(b"\r") for line in content.split(b"\n")]
    return [line for line in lines if line.strip()]


@settings(max_examples=60)
@given(
    kind=st.sampled_from(list(KINDS)),
    content=st.one_of(
        st.binary(max_size=300),
        st.lists(st.sampled_from([b"\n", b"\r\n", b"\r", b" ", b"a", b"bc" * 50]), max_size=60).map(b"".join),
    ),
    steps=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5), st.sampled_from(["on", "fail", "restart"]))),
)
def test_every_line_of_any_bytes_comes_out_once_whatever_happens(
    kind: str, content: bytes, steps: list[tuple[int, int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as directory, harness_of(kind, Path(directory)) as harness:
        harness.input.write_bytes(COMPRESS[harness.suffix](content))
        transport = harness.open()
        for max_records, first, event in steps:
            batch = transport.poll(max_records, 0).first(first)
            if event == "fail" and batch:
                with harness.failing_commits(), pytest.raises(CommitFailed):
                    transport.commit(batch, echo(batch))
            else:
                transport.commit(batch, echo(batch))
            if event == "restart":
                transport.close()
                transport = harness.open()
        run(transport)
        assert harness.lines("quality") == lines_of(content)


# -- files only ------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Iterator[FilesHarness]:
    with harness_of("plain", tmp_path) as made:
        yield made


class Clock:
    """A clock that only `sleep` moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.on_sleep: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.on_sleep()

    @property
    def parts(self) -> dict[str, Any]:
        return {"clock": self, "sleep": self.sleep}


def run(transport: FilesTransport, max_records: int = 100) -> list[RawRecord]:
    """Commit everything with an echo, and return the records."""
    records: list[RawRecord] = []
    for batch in batches(transport, max_records):
        records += batch.records
        transport.commit(batch, echo(batch))
    return records


def test_a_source_is_the_file_name_and_the_line_number_from_zero_including_blank_lines(files: FilesHarness) -> None:
    files.input.write_bytes(b"\n{}\r\n\n  \nlast")
    sources = [record.source for record in some(files.open()).records]
    assert [source.place for source in sources] == ["articles.raw.jsonl/0/1", "articles.raw.jsonl/0/4"]
    assert {source.timestamp_ms for source in sources} == {None}


def test_records_have_no_key_and_no_headers(files: FilesHarness) -> None:
    files.put_raw([b"{}"])
    (record,) = some(files.open()).records
    assert (record.key, record.headers) == (None, ())


def test_the_bytes_of_a_batch_stay_within_the_setting(files: FilesHarness) -> None:
    files.put_raw([b"x" * 1000] * 50)
    transport = files.open(batch_max_bytes=10_500)
    assert [len(transport.poll(100, 0).records), len(transport.poll(7, 0).records)] == [10, 7]


def test_a_large_line_is_not_kept_in_memory_and_does_not_delay_others(files: FilesHarness) -> None:
    with files.input.open("wb") as file:
        file.write(b"before\n")
        for _ in range(64):
            file.write(b"x" * (1 << 20))
        file.write(b"\nafter\n")
    transport = files.open(max_value_bytes=1 << 20, batch_max_bytes=1 << 20)
    before, large, after = run(transport)
    assert (before.value, after.value) == (b"before", b"after")
    assert (large.size_bytes, len(large.value or b"")) == (64 << 20, 64 << 10)


def test_a_poll_that_reads_much_input_ends_when_its_time_is_up(files: FilesHarness) -> None:
    files.input.write_bytes(b"\n" * (1 << 17) + b"{}\n")
    transport = files.open()
    assert not transport.poll(1, 0)
    assert not transport.finished
    assert values(some(transport).records) == [b"{}"]


def test_the_outputs_go_to_the_input_directory_unless_out_dir_is_set(tmp_path: Path) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(b"{}\n")
    for out_dir, where in ((None, tmp_path), (tmp_path / "out", tmp_path / "out")):
        transport = FilesTransport(Settings(files=str(tmp_path), out_dir=out_dir))
        batch = some(transport)
        transport.commit(batch, [Output("clean", b"k", b'{"a":1}')])
        transport.close()
        assert (where / "articles.clean.jsonl").read_bytes() == b'{"a":1}\n'


def test_the_outputs_of_a_single_file_go_beside_it(tmp_path: Path) -> None:
    (tmp_path / "crawl.jsonl").write_bytes(b"{}\n")
    transport = FilesTransport(Settings(files=str(tmp_path / "crawl.jsonl")))
    assert [record.source.place for record in run(transport)] == ["crawl.jsonl/0/0"]
    transport.close()
    assert (tmp_path / "articles.quality.jsonl").read_bytes() == b"{}\n"


def test_reading_resumes_whether_the_file_or_its_directory_is_named(
    files: FilesHarness,
) -> None:
    files.put_raw([b"1", b"2"])
    for named in (True, False, True):
        transport = files.open()
        transport.commit(transport.poll(1, 0.5), [])
        transport.close()
        files.put_raw([b"3"])
        files.named = named
        assert [record.value for record in run(files.open())][-1] == b"3"
        files.opened[-1].close()
    assert files.lines("quality").count(b"3") == 3


def test_nothing_is_created_if_there_is_no_input(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "mistyped"):
        with pytest.raises(FatalTransportError, match=r"no input|no file or directory"):
            FilesTransport(Settings(files=str(directory)))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_start_releases_the_output_directory(files: FilesHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    files.put_raw([b"{}"])

    def refuse(*_args: object) -> None:
        raise FatalTransportError("no")

    with monkeypatch.context() as patch:
        patch.setattr("worker.transport.files.transport.FilesInput", refuse)
        with pytest.raises(FatalTransportError, match="no"):
            files.open()
    assert some(files.open())


def test_lines_before_damage_are_committed_before_the_poll_raises(files: FilesHarness) -> None:
    files.suffix = ".gz"
    files.put_raw([b"1", b"2"])
    whole = files.input.read_bytes() + gzip.compress(b"3\n")
    files.input.write_bytes(whole[:-5])
    transport = files.open()
    with pytest.raises(FatalTransportError, match=r"articles.raw.jsonl.gz: the input ends in the middle"):
        run(transport, max_records=1)
    assert files.lines("quality")[:2] == [b"1", b"2"]
    assert not transport.finished
    transport.close()
    files.input.write_bytes(whole)
    run(files.open())
    assert files.lines("quality") == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("damaged", "says"),
    [((1,), r"articles.raw-1.jsonl.gz: the compressed data is damaged .* up to byte 4 .*--out-dir\.$"),
     ((1, 2), r"articles.raw-1.jsonl.gz: .* is damaged .* 1 more input file is damaged: see input_damaged in the log"),
     ((1, 2, 3), r"articles.raw-1.jsonl.gz: .* is damaged .* 2 more input files are damaged")],
)  # fmt: skip
def test_every_good_line_is_committed_before_damaged_files_are_reported(
    tmp_path: Path, damaged: Sequence[int], says: str
) -> None:
    for number in (1, 2, 3):
        end = b"garbage" if number in damaged else b""
        (tmp_path / f"articles.raw-{number}.jsonl.gz").write_bytes(gzip.compress(b"%d\nx\n" % number) + end)
    for _ in range(2):  # the second start reads nothing, but reports the damage again
        transport = FilesTransport(Settings(files=str(tmp_path)))
        with pytest.raises(DamagedInput, match=says):
            run(transport)
        assert not transport.finished
        transport.close()
        assert (tmp_path / "articles.quality.jsonl").read_bytes() == b"1\nx\n2\nx\n3\nx\n"


def test_an_input_that_ends_with_an_error_is_never_finished(files: FilesHarness) -> None:
    files.piped = True
    files.put_raw([b"1", b"2"])
    transport = files.open()
    run(transport)
    transport.close()
    files.input.write_bytes(b"1\n")
    transport = files.open()
    for _ in range(2):
        with pytest.raises(FatalTransportError, match="ends 2 bytes before the position"):
            transport.poll(1, 0.5)
        assert not transport.finished


def test_the_next_poll_after_a_full_disk_waits(files: FilesHarness) -> None:
    files.put_raw([b"{}"])
    clock = Clock()
    transport = files.open_with(clock.parts)
    batch = transport.poll(10, 0.5)
    assert clock.now == 0
    with files.failing_commits(), pytest.raises(CommitFailed):
        transport.commit(batch, echo(batch))
    assert transport.poll(10, 0.5) == batch
    assert clock.now == pytest.approx(0.5)
    transport.commit(batch, echo(batch))
    assert files.lines("quality") == [b"{}"]


def test_a_poll_of_a_followed_input_fills_its_batch_until_its_time_is_up(files: FilesHarness) -> None:
    files.put_raw([b"1"])
    clock = Clock()
    clock.on_sleep = lambda: files.put_raw([b"2"])
    transport = files.open_with(clock.parts, follow=True)
    assert values(transport.poll(100, 0.35).records) == [b"1", *[b"2"] * 4]
    assert clock.now == pytest.approx(0.35)
    assert not transport.finished


def test_a_poll_of_a_followed_input_returns_a_full_batch_at_once(files: FilesHarness) -> None:
    files.put_raw([b"1", b"2"])
    clock = Clock()
    assert len(files.open_with(clock.parts, follow=True).poll(2, 60).records) == 2
    assert clock.now == 0


def test_a_stop_ends_a_waiting_poll_with_the_records_so_far(files: FilesHarness) -> None:
    files.put_raw([b"1"])
    clock = Clock()
    transport = files.open_with({**clock.parts, "stop": lambda: clock.now > 0.2}, follow=True)
    assert values(transport.poll(100, 3600).records) == [b"1"]
    assert clock.now < 1


def test_the_lag_of_a_followed_input_counts_uncommitted_records(files: FilesHarness) -> None:
    files.put_raw([b"1", b"2", b"3"])
    transport = files.open_with(Clock().parts, follow=True)
    batch = transport.poll(100, 0.2)
    assert transport.lag() == Lag(3)
    transport.commit(batch.first(1), [])
    assert transport.lag() == Lag(2)
    transport.commit(transport.poll(100, 0.2), [])
    assert transport.lag() == Lag(0)
    files.put_raw([b"4", b"5"])
    transport.poll(1, 0)
    assert transport.lag() is None
    assert not transport.finished


def test_progress_is_known_for_files_but_not_for_standard_input(files: FilesHarness) -> None:
    files.put_raw([b"1"])
    transport = files.open()
    some(transport)
    assert transport.progress() == (2, 2)
    transport.close()
    files.piped = True
    assert files.open().progress() is None


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[FilesTransport, int]]:
    """A transport that reads a pipe, and the end to write to."""
    read, write = os.pipe()
    transport = FilesTransport(Settings(files="-", out_dir=tmp_path), stdin=read)
    yield transport, write
    transport.close()
    os.close(read)
    os.close(write)


def test_a_poll_of_a_silent_pipe_ends_when_its_time_is_up(pipe: tuple[FilesTransport, int]) -> None:
    transport, write = pipe
    assert not transport.poll(10, 0.05)
    os.write(write, b"1\n")
    assert values(transport.poll(10, 0.05).records) == [b"1"]
    assert not transport.finished


def test_a_signal_handler_that_requests_a_stop_ends_the_poll_of_a_silent_pipe(tmp_path: Path) -> None:
    read, write = os.pipe()
    asked: list[bool] = []
    previous = signal.signal(signal.SIGALRM, lambda *_: asked.append(True))
    transport = FilesTransport(Settings(files="-", out_dir=tmp_path), stdin=read, stop=lambda: bool(asked))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert not transport.poll(10, 250)  # the suite's time limit is 300 s
        assert asked
    finally:
        signal.signal(signal.SIGALRM, previous)
        transport.close()
        os.close(read)
        os.close(write)
