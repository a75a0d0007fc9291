"""The status of a worker: one typed value from which everything that shows the worker is made.

`worker.observe.metrics.Metrics.status` makes it. The `metrics` log line, its console form, `GET /status`, `/metrics`
and the probes only read it.
"""

from __future__ import annotations

from typing import Literal, TypedDict

State = Literal[
    "starting",
    "working",
    "waiting for input",
    "waiting for the group",
    "waiting for the Kafka brokers",
    "waiting for the index server",
    "stopped",
]
"""What a worker does. It waits for the group if a rebalance leaves it nothing to read."""


class Counts(TypedDict):
    """Committed input records by outcome. All keys but the first two have the most frequent reason first."""

    articles_in: int  # input records: the sum of the next two, `dropped` and `dead`
    bytes_in: int  # input, in bytes as received
    published: int
    duplicate: int
    kinds: dict[str, int]  # `published` and `duplicate` by reason
    dropped: dict[str, int]  # by reason
    dead: dict[str, int]  # by reason


class Buckets(TypedDict):
    """How many durations fell into each bucket. The bounds of the buckets are in `worker.observe.histograms`."""

    counts: list[int]  # durations up to each bound, without those of the bucket before; the last bucket has no bound
    sum_s: float


class HostCounts(TypedDict):
    """The recent records of one host."""

    host: str
    articles_in: int
    dropped: int
    dead: int


class IndexSize(TypedDict):
    """How much the duplicate index holds."""

    articles: int  # published articles whose words are kept
    bytes: int  # on disk, or in the memory of the server
    limit_bytes: int | None  # the setting index_max_bytes; None for a server
    span_s: int  # seconds of message time that the index covers


class WarningLine(TypedDict):
    """A warning or an error of the log."""

    timestamp: str  # RFC 3339, UTC
    level: str
    event: str
    detail: str  # the other keys of the line as text, cut if it is long


class Who(TypedDict):
    """Which worker it is."""

    instance: str  # the worker's name in the group
    group: str | None  # the consumer group; None with files
    version: str  # of article-worker
    fingerprint: str  # of everything that decides an output
    started_at: float  # seconds since 1970


class Totals(Counts):
    """What was counted since the start.

    Only committed records count: a batch that was rewound counts once it has been committed.
    """

    removed: dict[str, int]  # removals by rule, the most frequent first
    damaged_values: dict[str, int]  # reads of damaged stored values, by kind
    commits: int  # batches that were committed
    rewinds: int  # batches that were not committed and are processed again
    rebalances: int  # rebalances of the group in which the worker took part
    rebalance_s: float  # seconds in these rebalances
    busy_s: dict[str, float]  # seconds in poll, each stage and commit, largest first


class Interval(TypedDict):
    """What was counted in an interval: since the last line, or since the start if final."""

    interval_s: float  # its length in seconds
    interval: Counts  # records in the interval
    articles_per_s: float  # input records
    mb_per_s: float  # input, in millions of bytes as received
    article_ms: dict[str, float | None]  # p50, p95, p99 of milliseconds in all stages, to 5 %; None without articles
    time_share: dict[str, float]  # share of the interval (0..1) spent in poll, each stage and commit, largest first


class Now(TypedDict):
    """How the worker and its input stand."""

    state: State  # what the worker does
    heartbeat_age_s: float  # since the loop last took a step
    lag: int | None  # records between the position and the end of the input; None if unknown
    lag_s: float | None  # age of the oldest unread record in seconds, or a little more; 0 if there is none
    lag_by_partition: dict[str, int]  # the same as `lag`, for each partition that this worker reads
    group_wait_s: float  # seconds for which a rebalance has left the worker nothing to read; 0 if it can read
    index: IndexSize | None  # as of the last minute; None before the first commit
    memory_bytes: int | None  # memory of the process without mapped files; None if the system does not say
    worst_hosts: list[HostCounts]  # of the last 10 to 20 minutes, by share of dropped and dead records


class BesideTheLog(TypedDict):
    """What the log line leaves out: the warnings, which the log has, and the durations since the start."""

    warnings: list[WarningLine]  # the latest ones, oldest first

    article_seconds: Buckets  # time of an article in all stages
    stage_seconds: dict[str, Buckets]  # time of an article in each stage
    batch_seconds: Buckets  # time of a batch from the poll to the commit


class Status(Who, Totals, Interval, Now, BesideTheLog):
    """The status of one worker."""

    final: bool  # whether the run has ended
