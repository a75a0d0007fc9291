"""Turns the outputs of a replay, as `worker.pipeline.outputs` wrote them, into outputs for the worker's topics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from worker.messages import PROMOTED_FROM, Headers, Outcome, Verdict, rfc3339
from worker.pipeline.outputs import described
from worker.text.writable import dumps


def article(value: bytes, verdict: Verdict, name: str) -> bytes:
    """A clean article of the replay `name`, with this verdict and its version."""
    message: dict[str, Any] = orjson.loads(value)
    message |= {"version": verdict.version, "duplicate": described(verdict), "promoted_from": name}
    return dumps(message)


def renumbered(value: bytes, verdict: Verdict) -> bytes:
    """The same clean article with the version of this verdict."""
    return dumps(orjson.loads(value) | {"version": verdict.version})


def report(value: bytes, verdict: Verdict | None, name: str, at: datetime, attempt: int) -> bytes:
    """The report of the replay `name` on an input, as of now. With a verdict, it is on a promoted article.

    `attempt` is the last attempt at the input that the worker has reported.
    """
    message: dict[str, Any] = orjson.loads(value)
    message |= {"processed_at": rfc3339(at), "attempt": attempt, "promoted_from": name}
    if verdict:
        outcome = Outcome.DUPLICATE if verdict.is_duplicate else Outcome.PUBLISHED
        message |= {"outcome": outcome, "reason": verdict.kind, "duplicate": described(verdict)}
    return dumps(message)


def headers(of_the_replay: Headers, name: str) -> Headers:
    """The headers of an output of the replay, and the one that says where it came from."""
    return (*(header for header in of_the_replay if header[0] != PROMOTED_FROM), (PROMOTED_FROM, name.encode()))
