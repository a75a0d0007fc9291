"""Passes on the log lines of a worker process, so that all processes have one log."""

from __future__ import annotations

import logging
from typing import Any

import orjson
import structlog

log = structlog.get_logger(__name__)

_NOT_DATA = {"event", "level", "timestamp", "self", "exc_info", "stack_info"}  # these mean something to structlog
_NOT_PASSED_ON = {"metrics"}  # the supervisor logs the sum of all processes


def pass_on(instance: str, line: bytes) -> None:
    """Log a line of the process. What is no JSON object, such as the stacks of a crash, becomes `process_output`."""
    try:
        event = orjson.loads(line)
    except ValueError:
        event = None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        log.warning("process_output", instance=instance, text=line.decode(errors="replace").rstrip())
    elif event["event"] not in _NOT_PASSED_ON:
        rest: dict[str, Any] = {str(key): value for key, value in event.items() if key not in _NOT_DATA}
        log.log(_severity(event.get("level")), event["event"], **{"instance": instance} | rest)


def _severity(level: object) -> int:
    return logging.getLevelNamesMapping().get(str(level).upper(), logging.INFO)
