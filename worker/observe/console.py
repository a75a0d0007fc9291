"""The metrics for people: two lines for each interval, which fit a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SCALES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_UNITS = ((86400, "d"), (3600, "h"), (60, "m"))
_WAITS = {
    "waiting for input": "waits for input",
    "waiting for the group": "waits for group",
    "waiting for the Kafka brokers": "waits for brokers",
    "waiting for the index server": "waits for index",
}


def metrics_lines(line: Mapping[str, Any]) -> str:
    """What a `metrics` log line says, with its keys and a `timestamp`.

    The first line has the rates, the lag, and what the worker waits for; if it works, the stage that costs most. The
    second line has the outcomes: since the start, and after the plus sign in the interval.
    """
    rates = f"{_short(line['articles_per_s'])} articles/s {_short(line['mb_per_s'])} MB/s"
    parts = [str(line["timestamp"])[11:19], rates, _lag(line), _doing(line)]
    now = line["interval"]
    outcomes = [
        f"{name} {_short(total, 2)} +{_thousands(added)}"
        for name, total, added in (
            ("published", line["published"], now["published"]),
            ("duplicate", line["duplicate"], now["duplicate"]),
            ("dropped", sum(line["dropped"].values()), sum(now["dropped"].values())),
            ("dead", sum(line["dead"].values()), sum(now["dead"].values())),
        )
    ]
    return "  ".join(parts) + "\n  " + "  ".join(outcomes)


def _lag(line: Mapping[str, Any]) -> str:
    lag, lag_s = line["lag"], line["lag_s"]
    if lag is None:
        return "lag ?"
    return f"lag {_short(lag)}" if not lag or lag_s is None else f"lag {_short(lag)} ({_duration(lag_s)})"


def _doing(line: Mapping[str, Any]) -> str:
    """What the worker waits for. If it works: the phase that takes most of the time, without the wait for input."""
    state = str(line["state"])
    shares = [f"{name} {min(share, 1.0):.0%}" for name, share in line["time_share"].items() if name != "poll"]
    return shares[0] if shares and state == "working" else _WAITS.get(state, state)


def _short(number: float, digits: int = 3) -> str:
    """The number with a scale if it has more than three digits: 999, 1.23k, 45.6M."""
    scale, sign = next((scale for scale in _SCALES if number >= 0.9995 * scale[0]), (1.0, ""))
    value = number / scale
    return f"{value:.0f}{sign}" if value >= 10 ** (digits - 1) else f"{value:.{digits}g}{sign}"


def _thousands(number: int) -> str:
    return str(number) if number < 1000 else f"{number / 1000:.0f}k"


def _duration(seconds: float) -> str:
    """The time in the largest unit that it fills twice: 119 s, 2 m."""
    unit_s, sign = next((unit for unit in _UNITS if seconds >= 2 * unit[0]), (1, "s"))
    return f"{seconds / unit_s:.0f} {sign}"
