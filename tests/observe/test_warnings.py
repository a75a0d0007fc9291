"""The latest warnings of the log."""

from __future__ import annotations

import io
from typing import Any

import orjson
import structlog

from worker.observe import logs
from worker.observe.warnings import LATEST, MAX_DETAIL_CHARS, MOST, Warnings


def noted(*events: Any) -> Warnings:
    warnings = Warnings()
    for event in events:
        assert warnings(None, "", event) is event
    return warnings


def test_only_warnings_and_errors_are_noted() -> None:
    levels = ("debug", "info", "warning", "error", "critical")
    latest = noted(*({"level": level, "event": level} for level in levels)).latest()
    assert [line["event"] for line in latest] == ["warning", "error", "critical"]


def test_the_latest_ones_are_kept() -> None:
    latest = noted(*({"level": "error", "event": f"{n}"} for n in range(2 * MOST))).latest()
    assert [line["event"] for line in latest] == [f"{n}" for n in range(MOST, 2 * MOST)]


def test_what_says_most_comes_first_and_the_text_is_bounded() -> None:
    (line,) = noted({"level": "error", "event": "x", "records": 3, "error": "slow", "exception": "Traceback"}).latest()
    assert line["detail"] == "error: slow, records: 3"
    (line,) = noted({"level": "error", "event": "x" * 10_000, "a": "y" * 10_000, "b": "z"}).latest()
    assert len(line["event"]) == len(line["detail"]) == MAX_DETAIL_CHARS


def test_every_warning_of_the_log_is_noted() -> None:
    stream = io.StringIO()
    logs.configure("json", stream=stream)
    structlog.get_logger("any").warning("batch_rewound", error="slow brokers")
    assert LATEST.latest()[-1]["event"] == "batch_rewound"
    assert LATEST.latest()[-1]["timestamp"] == orjson.loads(stream.getvalue())["timestamp"]
