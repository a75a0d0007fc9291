"""Keeps the latest warnings and errors of the log, for those who look at the worker without reading its log."""

from __future__ import annotations

from collections import deque
from collections.abc import MutableMapping
from threading import Lock
from typing import Any

from worker.observe.status import WarningLine

MOST = 5
MAX_DETAIL_CHARS = 300
LEVELS = frozenset({"warning", "error", "critical"})
_FIRST = ("error", "advice", "record", "reason", "how", "text")  # what says most about a warning
_NOT_DETAILS = frozenset({"timestamp", "level", "event", "exception", "exc_info", "stack_info"})


class Warnings:
    """A processor of structlog that notes the warnings and errors which pass through it. For any thread."""

    def __init__(self) -> None:
        self._lines: deque[WarningLine] = deque(maxlen=MOST)
        self._lock = Lock()

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Note the line if it is a warning or an error. Return it unchanged."""
        if event.get("level") in LEVELS:
            with self._lock:
                self._lines.append(warning_line(event))
        return event

    def latest(self) -> list[WarningLine]:
        """The latest ones, oldest first."""
        with self._lock:
            return list(self._lines)


def warning_line(event: MutableMapping[str, Any]) -> WarningLine:
    """What is kept of a log line: its details in a bounded text, the most telling ones first."""
    keys = [key for key in _FIRST if event.get(key)]
    keys += [key for key in event if key not in _NOT_DETAILS and key not in keys]
    details = ", ".join(f"{key}: {str(event[key])[:MAX_DETAIL_CHARS]}" for key in keys)
    return {
        "timestamp": str(event.get("timestamp", "")),
        "level": str(event["level"]),
        "event": str(event.get("event", ""))[:MAX_DETAIL_CHARS],
        "detail": details[:MAX_DETAIL_CHARS],
    }


LATEST = Warnings()
"""Those of this process, which has one log."""
