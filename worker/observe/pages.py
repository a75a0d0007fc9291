"""What the HTTP port answers, made from the status of one worker, or of several that share a port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from worker.observe import prometheus
from worker.observe.probes import stalled, unready
from worker.observe.status import Status
from worker.text.terminal import json_text

PATHS = ("/metrics", "/livez", "/readyz", "/status")

_JSON = "application/json"


class Answer(NamedTuple):
    """An HTTP status code, a content type and a body."""

    code: int
    content_type: str
    body: bytes


class Pages:
    """Answers by path. `max_age_s` is the longest time between two steps of a healthy loop, in seconds.

    `wanted` returns how many workers there should be. With fewer, the port is not ready.
    """

    def __init__(
        self, statuses: Callable[[], Sequence[Status]], max_age_s: float, wanted: Callable[[], int] = lambda: 1
    ) -> None:
        self._statuses = statuses
        self._max_age_s = max_age_s
        self._wanted = wanted

    def __call__(self, path: str) -> Answer:
        """The answer to a request for this path, which may have a query."""
        match path.partition("?")[0]:
            case "/metrics":
                return Answer(200, prometheus.CONTENT_TYPE, prometheus.text(self._statuses()))
            case "/livez":
                return _probed("alive", self._judged(stalled))
            case "/readyz":
                return _probed("ready", self._missing() | self._judged(unready))
            case "/status":
                lines = [json_text(dict(status)) for status in self._statuses()]
                return Answer(200, _JSON, "\n".join([*lines, ""]).encode())
            case _:
                return Answer(404, "text/plain; charset=utf-8", f"try {', '.join(PATHS)}\n".encode())

    def _judged(self, judge: Callable[[Status, float], str]) -> dict[str, str]:
        """The reason of each worker for which the probe fails."""
        told = {status["instance"]: judge(status, self._max_age_s) for status in self._statuses()}
        return {instance: reason for instance, reason in told.items() if reason}

    def _missing(self) -> dict[str, str]:
        running, wanted = len(self._statuses()), self._wanted()
        return {"processes": f"{running} of {wanted} are running"} if running < wanted else {}


def _probed(name: str, reasons: dict[str, str]) -> Answer:
    """200, or 503 if there is a reason."""
    body = json_text({name: not reasons, "reasons": reasons}) + "\n"
    return Answer(503 if reasons else 200, _JSON, body.encode())
