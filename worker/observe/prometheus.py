"""Shows the status of workers as Prometheus metrics.

`FAMILIES` and `HISTOGRAMS` have every metric: its name, its type, its labels, its meaning, and where its values come
from. All of them also have the label `worker`, the worker's instance id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple, get_args

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from worker.observe.histograms import ARTICLE_BOUNDS_S, BATCH_BOUNDS_S
from worker.observe.status import Buckets, IndexSize, State, Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[str, ...]
Values = Iterable[tuple[Labels, float]]
Distributions = Iterable[tuple[Labels, Buckets]]


class Family(NamedTuple):
    """A counter or a gauge. `values` gives the values of one worker by their labels."""

    name: str
    kind: Literal["counter", "gauge"]
    labels: Labels
    meaning: str
    values: Callable[[Status], Values]


class HistogramFamily(NamedTuple):
    """A histogram of seconds. `bounds_s` are the upper bounds of its buckets."""

    name: str
    labels: Labels
    meaning: str
    values: Callable[[Status], Distributions]
    bounds_s: Sequence[float]


def _one(value: float | None) -> Values:
    return [] if value is None else [((), value)]


def _each(values: Mapping[str, float]) -> Values:
    return [((name,), value) for name, value in values.items()]


def _outcomes(status: Status) -> Values:
    yield ("published",), status["published"]
    yield ("duplicate",), status["duplicate"]
    yield ("dropped",), sum(status["dropped"].values())
    yield ("dead",), sum(status["dead"].values())


def _index(key: Literal["articles", "bytes", "limit_bytes", "span_s"]) -> Callable[[Status], Values]:
    def values(status: Status) -> Values:
        size: IndexSize | None = status["index"]
        return _one(size and size[key])

    return values


def _worst(share: Literal["dropped", "dead"]) -> Callable[[Status], Values]:
    return lambda status: [((host["host"],), host[share] / host["articles_in"]) for host in status["worst_hosts"]]


FAMILIES = (
    Family(
        "article_worker_info", "gauge", ("group", "version", "fingerprint"),
        "The worker, its consumer group, its version, and the hash of everything that decides an output. Always 1.",
        lambda status: [((status["group"] or "", status["version"], status["fingerprint"]), 1)],
    ),
    Family(
        "article_worker_start_time_seconds", "gauge", (),
        "When the worker started, in seconds since 1970.",
        lambda status: _one(status["started_at"]),
    ),
    Family(
        "article_worker_state", "gauge", ("state",),
        "State of the worker: 1 for the current state, 0 for all others.",
        lambda status: _each({state: state == status["state"] for state in get_args(State)}),
    ),
    Family(
        "article_worker_heartbeat_age_seconds", "gauge", (),
        "Time since the loop last took a step.",
        lambda status: _one(status["heartbeat_age_s"]),
    ),
    Family(
        "article_worker_records_total", "counter", ("outcome",),
        "Committed input records by outcome: published, duplicate, dropped or dead.",
        _outcomes,
    ),
    Family(
        "article_worker_kinds_total", "counter", ("kind",),
        "Published and duplicate articles by kind.",
        lambda status: _each(status["kinds"]),
    ),
    Family(
        "article_worker_dropped_total", "counter", ("reason",),
        "Dropped records by reason.",
        lambda status: _each(status["dropped"]),
    ),
    Family(
        "article_worker_dead_total", "counter", ("reason",),
        "Dead letters by reason.",
        lambda status: _each(status["dead"]),
    ),
    Family(
        "article_worker_input_bytes_total", "counter", (),
        "Committed input, in bytes as received.",
        lambda status: _one(status["bytes_in"]),
    ),
    Family(
        "article_worker_removed_total", "counter", ("rule",),
        "Removals from texts by rule.",
        lambda status: _each(status["removed"]),
    ),
    Family(
        "article_worker_commits_total", "counter", (),
        "Batches that were committed.",
        lambda status: _one(status["commits"]),
    ),
    Family(
        "article_worker_rewinds_total", "counter", (),
        "Batches that were not committed, and are processed again.",
        lambda status: _one(status["rewinds"]),
    ),
    Family(
        "article_worker_rebalances_total", "counter", (),
        "Rebalances of the group in which the worker took part.",
        lambda status: _one(status["rebalances"]),
    ),
    Family(
        "article_worker_rebalance_seconds_total", "counter", (),
        "Time in rebalances. The worker usually reads on meanwhile.",
        lambda status: _one(status["rebalance_s"]),
    ),
    Family(
        "article_worker_group_wait_seconds", "gauge", (),
        "How long the worker has had nothing to read because of a rebalance; 0 if it can read.",
        lambda status: _one(status["group_wait_s"]),
    ),
    Family(
        "article_worker_busy_seconds_total", "counter", ("phase",),
        "Time in poll, each stage and commit.",
        lambda status: _each(status["busy_s"]),
    ),
    Family(
        "article_worker_damaged_values_total", "counter", ("store",),
        "Reads of stored values that cannot be right.",
        lambda status: _each(status["damaged_values"]),
    ),
    Family(
        "article_worker_lag_records", "gauge", ("partition",),
        "Records between the position and the end of each partition that this worker reads.",
        lambda status: _each(status["lag_by_partition"]),
    ),
    Family(
        "article_worker_lag_seconds", "gauge", (),
        "Age of the oldest unread record, or a little more; 0 if there is none.",
        lambda status: _one(status["lag_s"]),
    ),
    Family(
        "article_worker_index_articles", "gauge", (),
        "Published articles in the duplicate index.",
        _index("articles"),
    ),
    Family(
        "article_worker_index_bytes", "gauge", (),
        "Size of the duplicate index, on disk or in the memory of the server.",
        _index("bytes"),
    ),
    Family(
        "article_worker_index_limit_bytes", "gauge", (),
        "Largest size of the embedded index.",
        _index("limit_bytes"),
    ),
    Family(
        "article_worker_index_span_seconds", "gauge", (),
        "Stretch of message time that the duplicate index covers.",
        _index("span_s"),
    ),
    Family(
        "article_worker_memory_bytes", "gauge", (),
        "Memory of the process without mapped files.",
        lambda status: _one(status["memory_bytes"]),
    ),
    Family(
        "article_worker_host_dropped_ratio", "gauge", ("host",),
        "Share of dropped records (0 to 1) of the five worst hosts in the last 10 to 20 minutes.",
        _worst("dropped"),
    ),
    Family(
        "article_worker_host_dead_ratio", "gauge", ("host",),
        "Share of dead letters (0 to 1) of the five worst hosts in the last 10 to 20 minutes.",
        _worst("dead"),
    ),
)  # fmt: skip

HISTOGRAMS = (
    HistogramFamily(
        "article_worker_article_seconds", (),
        "Processing time of an article in all stages.",
        lambda status: [((), status["article_seconds"])], ARTICLE_BOUNDS_S,
    ),
    HistogramFamily(
        "article_worker_stage_seconds", ("stage",),
        "Processing time of an article in each stage.",
        lambda status: [((stage,), buckets) for stage, buckets in status["stage_seconds"].items()], ARTICLE_BOUNDS_S,
    ),
    HistogramFamily(
        "article_worker_batch_seconds", (),
        "Time of a batch from the end of its poll to the end of its commit.",
        lambda status: [((), status["batch_seconds"])], BATCH_BOUNDS_S,
    ),
)  # fmt: skip


def text(statuses: Iterable[Status]) -> bytes:
    """The metrics of these workers in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Statuses(list(statuses)))
    return generate_latest(registry)


class _Statuses(Collector):
    def __init__(self, statuses: Sequence[Status]) -> None:
        self._statuses = statuses

    def collect(self) -> Iterator[Metric]:
        for family in FAMILIES:
            yield self._made(family)
        for histogram in HISTOGRAMS:
            yield self._distribution(histogram)

    def describe(self) -> Iterable[Metric]:
        return ()

    def _made(self, family: Family) -> Metric:
        make = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
        made = make(family.name, family.meaning, labels=("worker", *family.labels))
        for status in self._statuses:
            for labels, value in family.values(status):
                made.add_metric((status["instance"], *labels), value)
        return made

    def _distribution(self, family: HistogramFamily) -> Metric:
        made = HistogramMetricFamily(family.name, family.meaning, labels=("worker", *family.labels))
        bounds = [*map(str, family.bounds_s), "+Inf"]
        for status in self._statuses:
            for labels, buckets in family.values(status):
                cumulative = zip(bounds, accumulate(buckets["counts"]), strict=True)
                made.add_metric((status["instance"], *labels), list(cumulative), sum_value=buckets["sum_s"])
        return made
