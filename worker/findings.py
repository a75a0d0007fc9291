"""What a check found out: one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from worker.errors import WorkerError

Level: TypeAlias = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `exit_code` is that of `run` if it would fail for this reason, otherwise 0."""

    level: Level
    about: str
    text: str
    exit_code: int = 0


def ok(about: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", about, text)


def warning(about: str, text: str) -> Finding:
    """`run` works, but somebody should know. The text says what to do."""
    return Finding("warning", about, text)


def fault(about: str, error: WorkerError) -> Finding:
    """`run` fails with this error, or would lose its use later. The text says what to do."""
    return Finding("fault", about, str(error), error.exit_code)
