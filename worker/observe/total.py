"""Adds the statuses of several workers up to one, such as those of the processes of one supervisor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, cast

from worker.observe.hosts import SHOWN
from worker.observe.status import Counts, HostCounts, IndexSize, State, Status, Totals, WarningLine
from worker.observe.warnings import MOST

_COUNTS = tuple(Counts.__annotations__)
SINCE_START = (*Totals.__annotations__, "article_seconds", "stage_seconds", "batch_seconds")
"""The keys that count since the start. Those of a process that has ended still count."""

_BY_SIZE = ("kinds", "dropped", "dead", "removed", "damaged_values", "busy_s")
STATES: tuple[State, ...] = (
    *("working", "waiting for the Kafka brokers", "waiting for the index server", "waiting for the group"),
    *("starting", "waiting for input", "stopped"),
)
"""If workers differ, the first of these states is that of all."""


def total(running: Sequence[Status], ended: Status | None, instance: str, started_at: float) -> Status:
    """The status of all workers together; at least one is running. `ended` has the counts of those that have ended.

    The interval is not added up: the intervals of the workers do not begin together.
    """
    lags, ages = _known(each["lag"] for each in running), _known(each["lag_s"] for each in running)
    values = {
        **running[0],
        **added_up([*running, ended] if ended else running),
        "final": all(each["final"] for each in running),
        "instance": instance,
        "started_at": started_at,
        "state": min((each["state"] for each in running), key=STATES.index),
        "heartbeat_age_s": max(each["heartbeat_age_s"] for each in running),
        "article_ms": _slowest(running),
        "group_wait_s": max(each["group_wait_s"] for each in running),
        "lag": sum(lags) if lags else None,
        "lag_s": max(ages, default=None),
        "lag_by_partition": _lags(running),
        "index": max(_known(each["index"] for each in running), key=_articles, default=None),
        "memory_bytes": sum(_known(each["memory_bytes"] for each in running)) or None,
        "worst_hosts": _worst(running),
        "warnings": sorted(chain.from_iterable(each["warnings"] for each in running), key=_time)[-MOST:],
    }
    return cast("Status", values)


def added_up(statuses: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The counts since the start of all these workers."""
    sums: dict[str, Any] = {key: statuses[0][key] for key in SINCE_START}
    for each in statuses[1:]:
        sums = {key: _added(value, each[key]) for key, value in sums.items()}
    return sums | {key: _largest_first(sums[key]) for key in _BY_SIZE}


def _added(one: Any, other: Any) -> Any:
    """The sum of two numbers, or of two containers of numbers by place."""
    if isinstance(one, Mapping):
        both = {key: _added(one[key], other[key]) for key in one if key in other}
        return {**one, **other, **both}
    if isinstance(one, list):
        return [_added(a, b) for a, b in zip(one, other, strict=True)]
    return round(one + other, 6)


def since(now: Counts, before: Counts) -> Counts:
    """What was counted between two moments."""
    grown: Any = {key: _less(now[key], before[key]) for key in _COUNTS}  # type: ignore[literal-required]
    return cast("Counts", grown | {key: _largest_first(grown[key]) for key in ("kinds", "dropped", "dead")})


def _less(now: Any, before: Any) -> Any:
    if isinstance(now, Mapping):
        grown = {key: count - before.get(key, 0) for key, count in now.items()}
        return {key: count for key, count in grown.items() if count > 0}
    return now - before


def _largest_first(values: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda item: -item[1]))


def _known(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _articles(index: IndexSize) -> int:
    return index["articles"]


def _slowest(running: Sequence[Status]) -> dict[str, float | None]:
    """The percentiles of the worker that is slowest by each of them."""
    return {
        name: max(_known(each["article_ms"].get(name) for each in running), default=None)
        for name in running[0]["article_ms"]
    }


def _time(warning: WarningLine) -> str:
    return warning["timestamp"]


def _lags(running: Sequence[Status]) -> dict[str, int]:
    """The lag of each partition. Right after a rebalance, two workers may both name a partition."""
    lags: dict[str, int] = {}
    for each in running:
        for partition, lag in each["lag_by_partition"].items():
            lags[partition] = max(lag, lags.get(partition, 0))
    return dict(sorted(lags.items(), key=lambda item: (len(item[0]), item[0])))  # by number


def _worst(running: Sequence[Status]) -> list[HostCounts]:
    hosts: dict[str, HostCounts] = {}
    for each in (host for status in running for host in status["worst_hosts"]):
        known = hosts.get(each["host"])
        hosts[each["host"]] = _both(known, each) if known else each
    return sorted(hosts.values(), key=_failing, reverse=True)[:SHOWN]


def _failing(host: HostCounts) -> float:
    return (host["dropped"] + host["dead"]) / max(1, host["articles_in"])


def _both(one: HostCounts, other: HostCounts) -> HostCounts:
    return {
        "host": one["host"],
        "articles_in": one["articles_in"] + other["articles_in"],
        "dropped": one["dropped"] + other["dropped"],
        "dead": one["dead"] + other["dead"],
    }
