"""`article-worker dead export`: writes the inputs of dead letters to files, to inspect, to report, or to send again."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from worker.commands.dead import directory
from worker.commands.dead.ledger import GROUPS, Row, place_of
from worker.commands.dead.reading import chosen_letters, ledger_of, moment
from worker.commands.interrupt import interruptible
from worker.commands.only import parse_only
from worker.commands.progress import progress
from worker.commands.report.run import parse_since
from worker.config.settings import Settings
from worker.messages import Source, rfc3339
from worker.text.terminal import shown
from worker.transport.dead_letters import KeptLetter

_RUN_AGAIN = "Run the command again to continue"


@dataclass(slots=True)
class Export:
    """How much was written: letters, letters with only a part of their value, and letters from earlier exports."""

    letters: int = 0
    incomplete: int = 0
    earlier: int = 0


def run_export(
    path: Path, only: Sequence[str], since: str | None, settings: Settings, console: Console, progress_console: Console
) -> None:
    """Write the newest dead letter of each selected input to a directory, unless a retry succeeded.

    Raises:
        SettingsError: the selection, the time or the directory is wrong, or the directory cannot be written.
        TransportError: a topic cannot be read.
        InterruptedCommand: a signal ended the export.
    """
    selected, begin = parse_only(only, GROUPS), parse_since(since, datetime.now(UTC))
    with (
        interruptible(_RUN_AGAIN) as check,
        directory.opened(path, settings.dead_topic) as target,
        ledger_of(settings, progress_console, check, only=selected, since=begin) as ledger,
    ):
        found = ledger.choose_all()
        for each in target.exported():
            ledger.leave_out(*each)
        left = ledger.count_chosen
        done = Export(earlier=found - left)
        with progress("dead export", "letters", left, progress_console) as advance:
            for row, letter in chosen_letters(settings, ledger, check) if left else ():
                target.add(row.place, row.reason, letter.value, entry_of(settings.dead_topic, row, letter))
                done.letters += 1
                done.incomplete += not letter.is_whole
                advance(1)
    console.print(shown(_summary(done, path)), soft_wrap=True)


def entry_of(dead_topic: str, row: Row, letter: KeptLetter) -> dict[str, Any]:
    """What the index says of a dead letter, in the words of the schema dead_letter.v1."""
    source = Source(letter.source.topic, letter.source.partition, letter.source.offset, row.source_ms)
    return {
        "dead_letter": place_of(dead_topic, row),
        "state": row.state,
        "reason": row.reason,
        "detail": row.detail,
        "stage": row.stage,
        "attempt": row.attempt,
        "written_at": rfc3339(moment(row.written_ms)),
        "url": row.url,
        "host": row.host,
        "shape": row.shape,
        "article_id": row.article_id,
        "source": source.described(),
        "value_length": letter.value_length,
        "value_sha256": letter.value_sha256,
        "value_truncated": not letter.is_whole,
        "key_base64": None if letter.key is None else _base64(letter.key),
        "headers": [{"name": name, "value_base64": _base64(value)} for name, value in letter.headers],
    }


def _summary(done: Export, path: Path) -> str:
    words = [f"exported {done.letters:,} dead letters to {path}"]
    if done.earlier:
        words.append(f"already there: {done.earlier:,}")
    if done.incomplete:
        words.append(f"with only a part of the value: {done.incomplete:,}")
    return "; ".join(words)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
