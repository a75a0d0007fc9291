from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, cast

import pytest
from structlog.testing import capture_logs

from worker.config.settings import Settings
from worker.engine import EXIT_FORCED, STOPPING, Loop, Pace, Stop, stop_on_signals
from worker.errors import CommitFailed, FatalTransportError, StoppedWaiting
from worker.messages import Outcome, Output, RawRecord, Reason, Result, Source
from worker.observe.health import HEARTBEAT, Heartbeat
from worker.observe.metrics import Metrics
from worker.observe.status import IndexSize
from worker.pipeline.pipeline import Pipeline
from worker.transport.base import Batch, Lag, Membership, OutputRefused


def record(offset: int) -> RawRecord:
    return RawRecord(Source("articles.raw", 0, offset), b"x" * 1000)


def offsets(records: Sequence[RawRecord]) -> list[int]:
    return [each.source.offset for each in records]


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class MemoryTransport:
    """A transport over a list of `size` records. The commits whose numbers are in `failing` fail."""

    size: int
    failing: dict[int, Exception] = field(default_factory=dict)
    on_poll: Callable[[int], None] = lambda _number: None
    max_message_bytes: int = 1 << 20
    membership: Membership | None = None
    is_away = False
    position: int = 0
    looks: int = 0
    polls: int = 0
    commits: int = 0
    committed: list[int] = field(default_factory=list)
    published: list[bytes] = field(default_factory=list)
    timeouts_s: list[float] = field(default_factory=list)

    def poll(self, max_records: int, timeout_s: float) -> Batch:
        self.polls += 1
        self.timeouts_s.append(timeout_s)
        self.on_poll(self.polls)
        return Batch(tuple(record(n) for n in range(self.position, min(self.position + max_records, self.size))))

    def commit(self, batch: Batch, outputs: Sequence[Output]) -> None:
        self.commits += 1
        if self.commits in self.failing:
            raise self.failing[self.commits]
        self.position = batch.records[-1].source.offset + 1
        self.committed += offsets(batch.records)
        self.published += [output.key or b"" for output in outputs]

    @property
    def finished(self) -> bool:
        return self.position >= self.size

    def resumes(self) -> bool:
        return False

    def lag(self) -> Lag | None:
        self.looks += 1
        return Lag(self.size - self.position, {0: self.size - self.position}, 990.0)

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class FakePipeline:
    """Turns each record into one output. `on_record` runs while a record is processed."""

    on_record: Callable[[int], None] = lambda _offset: None
    processed: list[int] = field(default_factory=list)
    refused: list[Output] = field(default_factory=list)

    def note_refused(self, results: Sequence[Result], refused: Sequence[Output]) -> bool:
        assert results
        self.refused += refused
        return len(self.refused) < 3

    def process(self, records: Sequence[RawRecord], enough: Callable[[], bool] = lambda: False) -> list[Result]:
        results = []
        for each in records:
            offset = each.source.offset
            self.processed.append(offset)
            self.on_record(offset)
            output = Output("quality", str(offset).encode(), b"{}")
            results.append(Result(each, Outcome.PUBLISHED, Reason.NEW, (output,), {"decode": 2.0}))
            if enough():
                break
        return results


@dataclass
class Scene:
    """A loop over fakes, and the objects to inspect afterwards."""

    loop: Loop
    transport: MemoryTransport
    pipeline: FakePipeline
    metrics: Metrics
    stop: Stop
    clock: Clock
    advanced: list[int]

    def run(self) -> list[Any]:
        with capture_logs() as lines:
            self.loop.run()
        return lines


Build = Callable[..., Scene]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def build(transport: MemoryTransport, on_record: Callable[[int], None] = lambda _: None, **settings: Any) -> Scene:
        clock, stop, pipeline, advanced = Clock(), Stop(), FakePipeline(on_record), list[int]()
        metrics = Metrics(clock=clock)
        loop = Loop(
            transport,
            cast("Pipeline", pipeline),
            metrics,
            Heartbeat(tmp_path / HEARTBEAT, "a"),
            Settings(**{"batch_max_records": 3, **settings}),
            stop,
            advanced.append,
            clock,
        )
        return Scene(loop, transport, pipeline, metrics, stop, clock, advanced)

    return build


# -- the pace --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per_s", "takes_s", "sizes"), [(2, 0.0, 2), (2, 0.7, 2), (2, 5.0, 2), (100, 0.0, 3), (0.5, 0, 1)]
)
def test_a_limited_loop_begins_so_many_records_a_second_and_waits_no_longer_than_needed(
    build: Build, per_s: float, takes_s: float, sizes: int
) -> None:
    began: list[float] = []
    waits: list[float] = []
    transport = MemoryTransport(size=12)
    scene: Scene = build(transport)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        scene.clock.tick(seconds)

    transport.on_poll = lambda _number: began.append(scene.clock.now)
    scene.pipeline.on_record = lambda _offset: scene.clock.tick(takes_s / sizes)
    replace(scene.loop, pace=Pace(per_s, scene.clock, sleep)).run()
    assert set(scene.advanced) == {sizes}
    steps = [after - before for before, after in itertools.pairwise(began)]
    assert steps == pytest.approx([max(takes_s, sizes / per_s)] * len(steps))
    assert max(waits) <= max(1, 1 / per_s)


def test_an_unlimited_loop_never_waits(build: Build) -> None:
    transport = MemoryTransport(size=7)
    scene: Scene = build(transport)
    replace(scene.loop, pace=Pace(None, scene.clock, lambda _seconds: pytest.fail("it waited"))).run()
    assert scene.advanced == [3, 3, 1]


# -- the loop ------------------------------------------------------------------------------------------------------


def test_the_loop_ends_when_the_input_is_finished(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=7))
    scene.run()
    assert scene.transport.committed == list(range(7))
    assert scene.transport.published == [str(n).encode() for n in range(7)]
    assert scene.advanced == [3, 3, 1]
    assert scene.metrics.total.records == 7


def test_an_input_that_is_finished_at_the_start_is_not_polled(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=0))
    scene.run()
    assert scene.transport.polls == 0


def test_an_empty_poll_commits_nothing_and_the_loop_goes_on(build: Build) -> None:
    transport = MemoryTransport(size=2)
    real_poll = transport.poll

    def poll(max_records: int, timeout_s: float) -> Batch:
        batch = real_poll(max_records, timeout_s)
        return Batch(()) if transport.polls < 3 else batch

    transport.poll = poll  # type: ignore[method-assign]
    scene: Scene = build(transport)
    scene.run()
    assert (transport.polls, transport.commits) == (3, 1)
    assert transport.committed == [0, 1]


def test_the_settings_bound_the_batch_and_the_wait_for_it(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=4), batch_max_records=2, batch_linger="250ms")
    scene.run()
    assert scene.advanced == [2, 2]
    assert scene.transport.timeouts_s == [0.25, 0.25]


def test_a_failed_commit_is_repeated_and_its_records_count_once(build: Build) -> None:
    failing: dict[int, Exception] = {1: CommitFailed("broker away"), 2: CommitFailed("broker away")}
    scene: Scene = build(MemoryTransport(size=4, failing=failing))
    lines = scene.run()
    assert scene.pipeline.processed == [0, 1, 2, 0, 1, 2, 0, 1, 2, 3]
    assert scene.transport.committed == [0, 1, 2, 3]
    assert scene.metrics.total.records == 4
    assert scene.advanced == [3, 1]
    rewound = [line for line in lines if line["event"] == "batch_rewound"]
    assert [(line["log_level"], line["records"], line["error"]) for line in rewound] == [
        ("warning", 3, "broker away")
    ] * 2


def test_refused_outputs_are_noted_and_their_batch_is_repeated(build: Build) -> None:
    refused = (Output("clean", b"1", b"{}"), Output("quality", b"2", b"{}"))
    scene: Scene = build(MemoryTransport(size=4, failing={1: OutputRefused("too large for the topic", refused)}))
    lines = scene.run()
    assert scene.pipeline.refused == [*refused]
    assert scene.transport.committed == [0, 1, 2, 3]
    assert scene.metrics.total.records == 4
    (noted,) = (line for line in lines if line["event"] == "output_refused")
    assert (noted["log_level"], noted["outputs"], noted["error"]) == ("warning", 2, "too large for the topic")


def test_an_output_that_cannot_be_made_smaller_ends_the_loop_with_the_advice(build: Build) -> None:
    outputs = (Output("quality", b"1", b"{}"), Output("quality", b"2", b"{}"))
    error = OutputRefused("too large for the topic: raise its limit", outputs)
    scene: Scene = build(MemoryTransport(size=4, failing={1: error, 2: error}))
    with pytest.raises(FatalTransportError, match="raise its limit"):
        scene.run()
    assert scene.transport.committed == []


def test_any_other_error_of_a_commit_ends_the_loop_and_counts_nothing(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=4, failing={2: FatalTransportError("fenced")}))
    with pytest.raises(FatalTransportError, match="fenced"):
        scene.run()
    assert scene.transport.committed == [0, 1, 2]
    assert scene.metrics.total.records == 3


def test_a_stop_while_the_index_is_unreachable_leaves_the_batch_for_the_next_run(build: Build) -> None:
    def on_record(offset: int) -> None:
        if offset == 4:
            scene.stop.request()
            raise StoppedWaiting("stopped while the index server was away")

    scene: Scene = build(MemoryTransport(size=9), on_record)
    lines = scene.run()
    assert scene.transport.committed == [0, 1, 2]
    assert scene.metrics.total.records == 3
    assert [line["records"] for line in lines if line["event"] == "batch_left"] == [3]


def test_a_batch_over_its_budget_is_committed_as_far_as_it_got(build: Build) -> None:
    scene: Scene = build(
        MemoryTransport(size=5), lambda _offset: scene.clock.tick(6), batch_budget="10s", batch_max_records=5
    )
    scene.run()
    assert scene.advanced == [2, 2, 1]  # after 6 s and 12 s: the second record exceeds the budget
    assert scene.transport.committed == list(range(5))
    assert scene.pipeline.processed == list(range(5))


def test_one_record_is_committed_even_if_it_takes_the_whole_budget(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=2), batch_budget="0s")
    scene.run()
    assert scene.advanced == [1, 1]


def test_a_stop_within_a_batch_commits_what_is_done_and_ends(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=9), lambda offset: scene.stop.request() if offset == 4 else None)
    lines = scene.run()
    assert scene.pipeline.processed == [0, 1, 2, 3, 4]
    assert scene.transport.committed == [0, 1, 2, 3, 4]
    assert scene.metrics.total.records == 5
    assert [line for line in lines if line["event"] == "stopping"] == [
        {"event": "stopping", "by": "request", "log_level": "info"}
    ]


def test_a_stop_while_polling_commits_the_first_record_and_ends(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=9, on_poll=lambda number: scene.stop.request() if number == 2 else None))
    scene.run()
    assert scene.transport.committed == [0, 1, 2, 3]


def test_a_stop_before_the_loop_polls_nothing(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=9))
    scene.stop.request()
    scene.run()
    assert scene.transport.polls == 0


def test_a_stop_whose_last_commit_fails_ends_and_counts_nothing(build: Build) -> None:
    scene: Scene = build(
        MemoryTransport(size=9, failing={1: CommitFailed("away")}), lambda _offset: scene.stop.request()
    )
    scene.run()
    assert scene.transport.committed == []
    assert scene.metrics.total.records == 0


def test_the_loop_looks_at_the_lag_every_two_seconds_for_the_metrics(build: Build) -> None:
    scene: Scene = build(MemoryTransport(size=8), lambda _offset: scene.clock.tick(0.5), batch_max_records=1)
    scene.run()
    assert scene.transport.looks == 2  # after 0.5 and 2.5 s
    status = scene.metrics.status()
    assert (status["lag"], status["lag_by_partition"], scene.metrics.seen.oldest_at) == (3, {"0": 3}, 990.0)


def test_a_lag_that_is_unknown_is_unknown_in_the_metrics(build: Build) -> None:
    transport = MemoryTransport(
        size=1, membership=Membership(has_joined=True, wait_s=4.0, rebalances=3, rebalance_s=9.0)
    )
    transport.lag = lambda: None  # type: ignore[method-assign]
    scene: Scene = build(transport)
    scene.run()
    status = scene.metrics.status()
    assert (status["lag"], status["lag_s"], status["lag_by_partition"]) == (None, None, {})
    assert (status["state"], status["group_wait_s"]) == ("waiting for the group", 4.0)
    assert (status["rebalances"], status["rebalance_s"]) == (3, 9.0)


def test_a_worker_whose_poll_returns_nothing_waits_for_input(build: Build) -> None:
    transport = MemoryTransport(size=1)
    scene: Scene = build(transport)
    states = []
    real_poll = transport.poll

    def poll(max_records: int, timeout_s: float) -> Batch:
        batch = real_poll(max_records, timeout_s)
        states.append(scene.metrics.status()["state"])
        return batch if transport.polls == 3 else Batch(())

    transport.poll = poll  # type: ignore[method-assign]
    scene.run()
    states.append(scene.metrics.status()["state"])
    assert states == ["working", "waiting for input", "waiting for input", "working"]


def test_the_size_of_the_index_is_asked_for_once_a_minute_after_a_commit(build: Build) -> None:
    sizes: list[IndexSize] = []

    def size() -> IndexSize:
        sizes.append({"articles": scene.transport.position, "bytes": 1, "limit_bytes": None, "span_s": 1})
        return sizes[-1]

    failing: dict[int, Exception] = {1: CommitFailed("broker away")}
    scene: Scene = build(MemoryTransport(8, failing), lambda _offset: scene.clock.tick(25), batch_max_records=1)
    replace(scene.loop, index_size=size).run()
    assert [each["articles"] for each in sizes] == [1, 4, 7]
    assert scene.metrics.status()["index"] == sizes[-1]


def test_unused_memory_is_given_back_after_a_commit_every_five_seconds(build: Build) -> None:
    positions: list[int] = []
    failing: dict[int, Exception] = {1: CommitFailed("broker away")}
    scene: Scene = build(MemoryTransport(8, failing), lambda _offset: scene.clock.tick(2.5), batch_max_records=1)
    replace(scene.loop, give_back=lambda: positions.append(scene.transport.position)).run()
    assert positions == [1, 3, 5, 7]


def test_a_stop_while_the_index_is_asked_for_its_size_is_orderly(build: Build) -> None:
    def size() -> IndexSize:
        scene.stop.request()
        raise StoppedWaiting("stopped while the index server was away")

    scene: Scene = build(MemoryTransport(size=9))
    replace(scene.loop, index_size=size).run()
    assert scene.transport.committed == [0, 1, 2]


def test_batches_that_are_committed_and_rewound_are_counted(build: Build) -> None:
    refused = OutputRefused("too large", (Output("clean", b"1", b"{}"),))
    failing: dict[int, Exception] = {1: CommitFailed("broker away"), 2: refused}
    scene: Scene = build(MemoryTransport(size=4, failing=failing), lambda _offset: scene.clock.tick(2))
    scene.run()
    status = scene.metrics.status()
    assert (status["commits"], status["rewinds"]) == (2, 2)
    assert status["batch_seconds"]["sum_s"] == 8.0  # 3 records, then 1


def test_time_in_poll_and_commit_is_measured(build: Build) -> None:
    transport = MemoryTransport(size=1, on_poll=lambda _number: scene.clock.tick(1))
    scene: Scene = build(transport)
    real_commit = transport.commit

    def commit(batch: Batch, outputs: Sequence[Output]) -> None:
        scene.clock.tick(3)
        real_commit(batch, outputs)

    transport.commit = commit  # type: ignore[method-assign]
    scene.run()
    assert scene.metrics.total.seconds == {"poll": 1.0, "commit": 3.0, "decode": 0.002}


def test_every_turn_of_the_loop_leaves_a_heartbeat(build: Build, tmp_path: Path) -> None:
    beats = []

    def on_poll(_number: int) -> None:
        beats.append((tmp_path / HEARTBEAT).exists())
        (tmp_path / HEARTBEAT).unlink()

    build(MemoryTransport(size=5, on_poll=on_poll)).run()
    assert beats == [True, True]


def test_each_record_and_each_commit_leaves_a_heartbeat_too(build: Build, tmp_path: Path) -> None:
    """Otherwise a worker would seem to hang during a batch of half a minute."""
    beats = []

    def look(_number: int = 0) -> None:
        beats.append((tmp_path / HEARTBEAT).exists())
        (tmp_path / HEARTBEAT).unlink(missing_ok=True)

    scene: Scene = build(MemoryTransport(size=3), on_record=look)
    real_commit = scene.transport.commit

    def commit(batch: Batch, outputs: Sequence[Output]) -> None:
        look()
        real_commit(batch, outputs)

    scene.transport.commit = commit  # type: ignore[method-assign]
    scene.run()
    assert beats == [True] * 4


# -- signals, in this process --------------------------------------------------------------------------------------


@pytest.fixture
def running() -> Stop:
    """The `Stop` of a loop that has begun."""
    stop = Stop()
    stop.loop_began = True
    return stop


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_the_loop_to_stop(running: Stop, number: signal.Signals) -> None:
    assert not running()
    with stop_on_signals(running, 60):
        signal.raise_signal(number)
    assert running()
    assert running.by == number.name


def test_after_the_loop_the_old_signal_handlers_are_back(running: Stop) -> None:
    before = [signal.getsignal(number) for number in STOPPING]
    signal.set_wakeup_fd(-1)
    with stop_on_signals(running, 60):
        signal.raise_signal(signal.SIGTERM)
    assert [signal.getsignal(number) for number in STOPPING] == before
    assert signal.set_wakeup_fd(-1) == -1


def test_after_an_orderly_end_no_timer_can_end_the_process(running: Stop) -> None:
    before = threading.enumerate()
    with stop_on_signals(running, 60):
        signal.raise_signal(signal.SIGINT)
    assert threading.enumerate() == before


def test_the_guard_s_alarm_is_not_a_stop_request(running: Stop) -> None:
    previous = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        with stop_on_signals(running, 60):
            signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert not running()


def test_a_very_long_shutdown_timeout_does_not_overflow(running: Stop) -> None:
    with stop_on_signals(running, 1e12):
        signal.raise_signal(signal.SIGINT)
    assert running()


# -- signals, in a process of its own ------------------------------------------------------------------------------

DRIVER = '''
import sys, threading
from pathlib import Path
import structlog
from worker.engine import Loop, Stop, stop_on_signals
from worker.messages import Outcome, RawRecord, Reason, Result, Source
from worker.observe import logs
from worker.observe.health import Heartbeat
from worker.observe.metrics import Metrics
from worker.config.settings import Settings
from worker.transport.base import Batch

mode, state_dir, shutdown_timeout_s = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
say = lambda *words: print(*words, flush=True)

class Transport:
    """An endless input."""
    offset, finished, membership = 0, False, None
    def poll(self, max_records, timeout_s):
        if mode == "hang-in-poll":
            say("busy")
            threading.Event().wait()
        return Batch(tuple(RawRecord(Source("t", 0, self.offset + n), b"x") for n in range(max_records)))
    def commit(self, batch, outputs):
        self.offset += len(batch.records)
        say("committed", self.offset)
    def lag(self):
        return None

class Pipeline:
    def process(self, records, enough):
        results = []
        for record in records:
            results.append(Result(record, Outcome.PUBLISHED, Reason.NEW, (), {}))
            if mode == "log":
                say("busy")
                structlog.get_logger().info("line")
            if len(results) == 2 and mode == "orderly":
                say("busy")
                while not enough():  # a long record: the stop arrives while it is being processed
                    pass
            if enough():
                break
        return results

logs.configure("json", "info")
stop = Stop()
stop.before_forced_end = lambda: (state_dir / "forced").touch()
with stop_on_signals(stop, shutdown_timeout_s):
    if mode == "start":
        say("busy")
        threading.Event().wait()
    Loop(Transport(), Pipeline(), Metrics(), Heartbeat(state_dir / "heartbeat", "a"), Settings(), stop).run()
say("ended")
'''


@contextmanager
def driver(
    tmp_path: Path, mode: str, shutdown_timeout_s: float = 60, **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """A worker with a running loop. It ends with the test."""
    command = [sys.executable, "-c", DRIVER, mode, str(tmp_path), str(shutdown_timeout_s)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    with subprocess.Popen(command, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(stream: IO[str] | None, word: str) -> None:
    assert stream is not None
    for line in stream:
        if line.startswith(word):
            return
    pytest.fail(f"the process ended without saying {word!r}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_commits_what_is_done_and_ends_with_0(tmp_path: Path, number: signal.Signals) -> None:
    with driver(tmp_path, "orderly") as process:
        wait_for(process.stdout, "busy")
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output.splitlines()) == (0, ["committed 2", "ended"])
    assert [json.loads(line)["by"] for line in errors.splitlines()] == [number.name]
    assert not (tmp_path / "forced").exists()


def test_a_signal_that_comes_twice_at_once_is_one_request(tmp_path: Path) -> None:
    """As from the command `timeout`, which signals its child and then the whole group."""
    with driver(tmp_path, "hang-in-poll") as process:
        wait_for(process.stdout, "busy")
        process.send_signal(signal.SIGTERM)
        time.sleep(0.02)  # or else the kernel would merge them
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == EXIT_FORCED


def test_the_second_signal_ends_the_process_at_once(tmp_path: Path) -> None:
    with driver(tmp_path, "hang-in-poll") as process:
        wait_for(process.stdout, "busy")
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (EXIT_FORCED, "")
    assert errors == "article-worker: stopped at once; the next start reads uncommitted records again\n"
    assert (tmp_path / "forced").exists()


def test_a_stop_that_takes_longer_than_the_shutdown_timeout_ends_the_process(tmp_path: Path) -> None:
    begin = time.monotonic()
    with driver(tmp_path, "hang-in-poll", shutdown_timeout_s=0.2) as process:
        wait_for(process.stdout, "busy")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == EXIT_FORCED
    assert time.monotonic() - begin < 30
    assert "stopped at once" in errors
    assert (tmp_path / "forced").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, EXIT_FORCED)])
def test_before_the_loop_has_begun_one_signal_ends_the_process_at_once(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with driver(tmp_path, "start") as process:
        wait_for(process.stdout, "busy")
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (code, "")
    assert errors == "article-worker: stopped before the first batch\n"


@pytest.mark.parametrize(("mode", "signals", "code"), [("log", 1, 0), ("hang-in-poll", 2, EXIT_FORCED)])
def test_a_worker_whose_log_nobody_reads_can_still_be_stopped(
    tmp_path: Path, full_pipe: int, mode: str, signals: int, code: int
) -> None:
    """A full pipe blocks every writer, so neither the loop nor the signal thread nor the end may wait for it."""
    with driver(tmp_path, mode, stderr=full_pipe) as process:
        wait_for(process.stdout, "busy")
        for number in (signal.SIGTERM, signal.SIGINT)[:signals]:  # different ones, because equal signals may merge
            process.send_signal(number)
        assert process.wait(timeout=30) == code
