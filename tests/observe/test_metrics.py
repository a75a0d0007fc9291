from __future__ import annotations

import inspect
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import Clock
from worker.messages import Outcome, RawRecord, Reason, Result, Source
from worker.observe.health import HEARTBEAT, Heartbeat
from worker.observe.metrics import About, Metrics, Seen
from worker.observe.status import BesideTheLog, Counts, IndexSize, Interval, Now, Status, Totals, Who

PUBLISHED = (Outcome.PUBLISHED, Reason.NEW)
DUPLICATE = (Outcome.DUPLICATE, Reason.EXACT)
SHORT = (Outcome.DROPPED, Reason.TOO_SHORT)
HTTP_ERROR = (Outcome.DROPPED, Reason.HTTP_ERROR)
BAD_JSON = (Outcome.DEAD, Reason.BAD_JSON)


@pytest.fixture
def clock() -> Clock:
    return Clock(50.0)


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    return Metrics(clock=clock, wall_clock=lambda: 1000 + clock.now)


def result(
    ending: tuple[Outcome, Reason] = PUBLISHED, size: int = 1000, stage_ms: Mapping[str, float] | None = None
) -> Result:
    record = RawRecord(Source("articles.raw", 0, 0), b"", size_bytes=size)
    return Result(record, *ending, (), stage_ms if stage_ms is not None else {"extract": 1.0})


# -- counting ------------------------------------------------------------------------------------------------------


def test_records_are_counted_by_outcome_and_reason_the_most_frequent_first(metrics: Metrics) -> None:
    endings = [PUBLISHED, SHORT, PUBLISHED, DUPLICATE, HTTP_ERROR, BAD_JSON, HTTP_ERROR]
    metrics.add([result(ending) for ending in endings])
    line = metrics.line()
    assert (line["articles_in"], line["published"], line["duplicate"]) == (7, 2, 1)
    assert list(line["kinds"].items()) == [("new", 2), ("exact", 1)]
    assert list(line["dropped"].items()) == [("http_error", 2), ("too_short", 1)]
    assert line["dead"] == {"bad_json": 1}


@given(st.lists(st.sampled_from([PUBLISHED, DUPLICATE, SHORT, HTTP_ERROR, BAD_JSON]), max_size=60))
def test_articles_in_is_the_sum_of_all_outcomes(endings: list[tuple[Outcome, Reason]]) -> None:
    metrics = Metrics(clock=lambda: 0.0)
    metrics.add([result(ending) for ending in endings])
    line = metrics.line()
    out = line["published"] + line["duplicate"] + sum(line["dropped"].values()) + sum(line["dead"].values())
    assert line["articles_in"] == len(endings) == out
    assert sum(line["kinds"].values()) == line["published"] + line["duplicate"]


def test_rates_cover_the_interval_and_counts_cover_the_run(metrics: Metrics, clock: Clock) -> None:
    clock.now += 10
    metrics.add([result(size=500_000) for _ in range(20)])
    first = metrics.line()
    assert (first["interval_s"], first["articles_per_s"], first["mb_per_s"]) == (10.0, 2.0, 1.0)
    clock.now += 5
    metrics.add([result(size=100_000) for _ in range(5)])
    second = metrics.line()
    assert (second["interval_s"], second["articles_per_s"], second["mb_per_s"]) == (5.0, 1.0, 0.1)
    assert second["articles_in"] == 25


def test_the_final_line_covers_the_whole_run(metrics: Metrics, clock: Clock) -> None:
    clock.now += 10
    metrics.add([result(stage_ms={"extract": 100.0}) for _ in range(20)])
    metrics.line()
    clock.now += 10
    final = metrics.line(final=True)
    assert (final["final"], final["interval_s"], final["articles_per_s"]) == (True, 20.0, 1.0)
    assert (final["state"], final["interval"]["articles_in"]) == ("stopped", 20)
    assert final["article_ms"]["p50"] == pytest.approx(100, rel=0.05)
    assert final["time_share"] == {"extract": 0.1}


def test_an_interval_without_articles_has_rates_of_zero_and_no_percentiles(metrics: Metrics, clock: Clock) -> None:
    metrics.add([result()])
    metrics.line()
    clock.now += 10
    line = metrics.line()
    assert (line["articles_per_s"], line["mb_per_s"], line["time_share"]) == (0.0, 0.0, {})
    assert line["article_ms"] == {"p50": None, "p95": None, "p99": None}
    assert line["articles_in"] == 1


def test_a_line_at_the_very_start_does_not_divide_by_zero(metrics: Metrics) -> None:
    assert metrics.line()["articles_per_s"] == 0.0


def test_the_latency_of_an_article_is_the_sum_of_its_stages(metrics: Metrics) -> None:
    metrics.add([result(stage_ms={"decode": 1.0, "extract": 20.0, "quality": 4.0})] * 90)
    metrics.add([result(stage_ms={"extract": 400.0})] * 10)
    percentiles = metrics.line()["article_ms"]
    assert percentiles == {
        "p50": pytest.approx(25, rel=0.05),
        "p95": pytest.approx(400, rel=0.05),
        "p99": pytest.approx(400, rel=0.05),
    }


def test_time_shares_of_poll_stages_and_commit_come_largest_first(metrics: Metrics, clock: Clock) -> None:
    with metrics.phase("poll"):
        clock.now += 1
    with metrics.phase("commit"):
        clock.now += 2
    metrics.add([result(stage_ms={"extract": 4000.0, "quality": 500.0}), result(stage_ms={"extract": 1000.0})])
    clock.now += 7
    shares = metrics.line()["time_share"]
    assert list(shares.items()) == [("extract", 0.5), ("commit", 0.2), ("poll", 0.1), ("quality", 0.05)]


def test_the_time_of_a_phase_that_fails_counts(metrics: Metrics, clock: Clock) -> None:
    def fail() -> None:
        clock.now += 3
        raise RuntimeError

    with pytest.raises(RuntimeError), metrics.phase("commit"):
        fail()
    assert metrics.total.seconds == {"commit": 3.0}


def test_a_phase_that_goes_on_counts_up_to_now(metrics: Metrics, clock: Clock) -> None:
    """During an outage the loop stays in one phase for many intervals."""
    with metrics.phase("poll"):
        clock.now += 10
        first = metrics.line()
        clock.now += 4
        assert metrics.status()["busy_s"] == {"poll": 14.0}
        clock.now += 6
    second = metrics.line()
    assert (first["time_share"], second["time_share"]) == ({"poll": 1.0}, {"poll": 1.0})


def test_removals_are_counted_by_rule_the_most_frequent_first(metrics: Metrics) -> None:
    metrics.add([replace(result(), removed={"ads": 1, "links": 2}), replace(result(), removed={"links": 3})])
    assert list(metrics.status()["removed"].items()) == [("links", 5), ("ads", 1)]


def test_failures_are_counted_by_host(metrics: Metrics) -> None:
    metrics.add([replace(result(BAD_JSON), host="blocked.example"), replace(result(), host=None)] * 20)
    [worst] = metrics.status()["worst_hosts"]
    assert worst == {"host": "blocked.example", "articles_in": 20, "dropped": 0, "dead": 20}


def test_commits_rewinds_and_the_seconds_of_a_batch_are_counted(metrics: Metrics) -> None:
    metrics.add([result()], 3.0)
    metrics.add([result()], 0.01)
    metrics.rewound()
    status = metrics.status()
    assert (status["commits"], status["rewinds"]) == (2, 1)
    assert status["batch_seconds"]["counts"] == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]


def test_the_seconds_of_each_stage_and_of_the_article_are_counted_in_buckets(metrics: Metrics) -> None:
    metrics.add([result(stage_ms={"decode": 0.3, "extract": 30.0})] * 2)
    status = metrics.status()
    assert status["stage_seconds"]["decode"] == {"counts": [0, 2, *[0] * 12], "sum_s": 0.0006}
    assert status["stage_seconds"]["extract"] == {"counts": [*[0] * 7, 2, *[0] * 6], "sum_s": 0.06}
    assert status["article_seconds"] == {"counts": [*[0] * 7, 2, *[0] * 6], "sum_s": 0.0606}


# -- the interval --------------------------------------------------------------------------------------------------


def test_an_interval_has_its_own_counts_beside_the_totals(metrics: Metrics, clock: Clock) -> None:
    metrics.add([result(SHORT), result(PUBLISHED)])
    metrics.line()
    clock.now += 10
    metrics.add([result(SHORT), result(DUPLICATE), result(BAD_JSON)])
    line = metrics.line()
    assert line["dropped"] == {"too_short": 2}
    assert line["interval"] == {
        "articles_in": 3, "bytes_in": 3000, "published": 0, "duplicate": 1, "kinds": {"exact": 1},
        "dropped": {"too_short": 1}, "dead": {"bad_json": 1},
    }  # fmt: skip


def test_the_status_has_totals_of_now_and_the_interval_of_the_last_line(metrics: Metrics, clock: Clock) -> None:
    clock.now += 5
    metrics.add([result()] * 10)
    before = metrics.status()
    assert (before["articles_in"], before["interval_s"], before["articles_per_s"]) == (10, 5.0, 2.0)
    clock.now += 5
    metrics.line()
    clock.now += 3
    metrics.add([result()] * 90)
    after = metrics.status()
    assert (after["articles_in"], after["interval_s"], after["articles_per_s"]) == (100, 10.0, 1.0)
    assert metrics.line()["articles_per_s"] == 30.0, "asking for the status ends no interval"


def test_the_status_can_be_asked_for_while_the_loop_counts(metrics: Metrics) -> None:
    ended = threading.Event()

    def count() -> None:
        for number in range(2000):
            metrics.add([result(stage_ms={f"stage {number}": 1.0})])
        ended.set()

    threading.Thread(target=count).start()
    while not ended.is_set():
        metrics.line()
    assert metrics.status()["articles_in"] == 2000


# -- the state -----------------------------------------------------------------------------------------------------


def test_the_status_says_which_worker_it_is(clock: Clock) -> None:
    status = Metrics(About("crawl-1", "news", "1.2.3", "abcd"), clock=clock, wall_clock=lambda: 77.0).status()
    assert [status[key] for key in ("instance", "group", "version", "fingerprint", "started_at")] == [
        "crawl-1", "news", "1.2.3", "abcd", 77.0,
    ]  # fmt: skip


def test_brokers_that_are_away_are_the_state_even_while_the_loop_is_in_a_commit(clock: Clock) -> None:
    metrics = Metrics(clock=clock)
    metrics.is_away = lambda: True
    with metrics.phase("commit"):
        assert metrics.status()["state"] == "waiting for the Kafka brokers"


def test_the_state_is_what_the_heartbeat_says(tmp_path: Path, clock: Clock) -> None:
    heartbeat = Heartbeat(tmp_path / HEARTBEAT, "a", clock)
    metrics = Metrics(heartbeat=heartbeat, clock=clock)
    states = [metrics.status()["state"]]
    heartbeat.beat()
    clock.now += 4
    states.append(metrics.status()["state"])
    assert metrics.status()["heartbeat_age_s"] == 4.0
    heartbeat.wait("the index server")
    states.append(metrics.status()["state"])
    assert metrics.status()["heartbeat_age_s"] == 0.0
    assert states == ["starting", "working", "waiting for the index server"]


def test_a_worker_of_a_group_waits_for_the_group_from_its_first_step() -> None:
    assert Metrics(About(group="news")).status()["state"] == "waiting for the group"
    assert Metrics(About(group=None)).status()["state"] == "working"


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(has_joined=False), "waiting for the group"),
        (Seen(group_wait_s=0.5), "waiting for the group"),
        (Seen(), "working"),
    ],
)
def test_a_worker_that_has_nothing_to_read_because_of_a_rebalance_waits_for_the_group(
    metrics: Metrics, seen: Seen, state: str
) -> None:
    metrics.seen = seen
    assert metrics.status()["state"] == state


def test_the_age_of_the_oldest_unread_record_grows_with_time(metrics: Metrics, clock: Clock) -> None:
    metrics.seen = Seen(7, {1: 2, 0: 5}, oldest_at=1000 + clock.now - 20)
    clock.now += 10
    status = metrics.status()
    assert (status["lag"], status["lag_s"], status["lag_by_partition"]) == (7, 30.0, {"0": 5, "1": 2})


@pytest.mark.parametrize(
    ("seen", "lag_s"),
    [(Seen(0, {0: 0}), 0.0), (Seen(None), None), (Seen(5, {0: 5}), None), (Seen(5, {0: 5}, oldest_at=1e12), 0.0)],
)
def test_the_age_is_zero_without_unread_records_and_none_if_nothing_is_known(
    metrics: Metrics, seen: Seen, lag_s: float | None
) -> None:
    metrics.seen = seen
    assert metrics.status()["lag_s"] == lag_s


# -- the line ------------------------------------------------------------------------------------------------------


def test_the_status_has_exactly_the_keys_that_are_documented(metrics: Metrics) -> None:
    assert metrics.status().keys() == Status.__annotations__.keys()
    assert metrics.status()["interval"].keys() == Counts.__annotations__.keys()


@pytest.mark.parametrize("part", [Who, Totals, Interval, Now, BesideTheLog, Status, IndexSize])
def test_every_key_of_the_status_has_a_comment(part: type) -> None:
    own = re.findall(r"^    (\w+): .+$", source := inspect.getsource(part), re.MULTILINE)
    assert own
    assert [key for key in own if not re.search(rf"^    {key}: .+  # \S.+$", source, re.MULTILINE)] == []


def test_the_line_is_json_with_plain_values(metrics: Metrics, clock: Clock) -> None:
    clock.now += 3
    metrics.add([result(ending) for ending in (PUBLISHED, SHORT, BAD_JSON)])
    metrics.seen = Seen(3, {0: 3}, 900.0)
    line = dict(metrics.line())
    assert orjson.loads(orjson.dumps(line)) == line


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process uses")
def test_the_memory_of_the_process_is_known(metrics: Metrics) -> None:
    assert 1 << 20 < (metrics.status()["memory_bytes"] or 0) < 1 << 34
