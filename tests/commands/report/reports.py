"""Quality reports for the tests of `article-worker report`."""

from __future__ import annotations

from typing import Any

import orjson

from worker import schema
from worker.commands.report.counts import Counts
from worker.commands.report.records import read_report

EXAMPLE: dict[str, Any] = orjson.loads(schema.text("quality_report"))["examples"][0]

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e[red]&"
"""A text that would run, colour or reverse what it is shown on."""


def message(outcome: str = "published", reason: str = "new", **fields: Any) -> bytes:
    """A quality report as the worker writes it."""
    judged = outcome in ("published", "duplicate")
    duplicate = {**EXAMPLE["duplicate"], "kind": reason, "is_duplicate": outcome == "duplicate"} if judged else None
    failed: dict[str, Any] = {} if judged else {"score": None, "measures": None, "removed": {}}
    return orjson.dumps({**EXAMPLE, "outcome": outcome, "reason": reason, "duplicate": duplicate, **failed, **fields})


def in_story(story: str, kind: str = "recrawl", **fields: Any) -> bytes:
    """The report on a duplicate of an article of this story."""
    made: dict[str, Any] = orjson.loads(message("duplicate", kind, **fields))
    made["duplicate"]["cluster_id"] = story
    return orjson.dumps(made)


def counted(*messages: bytes, since: str | None = None, written_at: str | None = None) -> Counts:
    """The counts of these reports."""
    counts = Counts(since)
    for each in messages:
        report = read_report(each)
        assert report is not None, each
        counts.add(report, written_at)
    return counts


def mixed() -> Counts:
    """Reports of every outcome, from two hosts, with hostile texts."""
    return counted(
        *[message(host="good.example", processed_at=f"2026-03-02T0{hour}:15:00.000Z") for hour in range(8)],
        message("dropped", "http_error", host="bad.example", language=None),
        message("dropped", "http_error", host="bad.example", language=None),
        message("dead", "no_content", host="bad.example", language=None),
        message("dead", "timeout", host="good.example", language=None),
        message(removed={HOSTILE: 3}, host=HOSTILE, shape=HOSTILE, language=HOSTILE),
        in_story("a" * 32, title=HOSTILE, host="good.example"),
        in_story("a" * 32, "copy", title=HOSTILE, host="good.example"),
        message("published", "update", host="good.example"),
    )
