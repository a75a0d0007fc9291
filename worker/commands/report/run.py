"""`article-worker report`: reads quality reports once, and shows what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from worker.commands import scratch
from worker.commands.interrupt import interruptible
from worker.commands.moments import parse_moment
from worker.commands.progress import watched
from worker.commands.report import terminal
from worker.commands.report.attempts import Attempts
from worker.commands.report.counts import Counts
from worker.commands.report.records import read_report
from worker.commands.report.sections import BROKEN_DOWN, Section, sections
from worker.commands.sources import Record, Source, published_file, published_topic
from worker.config.settings import Settings
from worker.errors import FatalTransportError, InterruptedCommand, SettingsError
from worker.messages import rfc3339
from worker.text.terminal import json_text, printable, shown

_NOT_ALL = "The report covers only what was read until then"


@dataclass(frozen=True, slots=True)
class Options:
    """What to read, and what to show.

    The reports are those of `files`, or else of `topic`. `by` has names of `sections.BROKEN_DOWN`.
    """

    topic: str
    files: Sequence[str] = ()
    since: str | None = None
    by: Sequence[str] = tuple(BROKEN_DOWN)
    most_rows: int = 10
    as_json: bool = False
    html: Path | None = None


def run_report(options: Options, settings: Settings, console: Console, progress_console: Console) -> None:
    """Print the report, and write its page if one is wanted.

    Raises:
        SettingsError: the time or a file is wrong, the page cannot be written, or there is no quality report.
        InstallationError: the page is wanted, but the library for its charts is missing.
        TransportError: the topic or a file cannot be read. If a part was read, its report comes first.
        InterruptedCommand: a signal ended the reading; the report is of what was read until then.
    """
    now = datetime.now(UTC)
    since = parse_since(options.since, now)
    if unknown := [name for name in options.by if name not in BROKEN_DOWN]:
        raise SettingsError(f"--by: unknown {', '.join(unknown)}; choose from {', '.join(BROKEN_DOWN)}")
    if options.html:
        from worker.commands.report import page  # noqa: PLC0415 - needs a library that few users install

        page.check_target(options.html)
    counts = Counts(rfc3339(since))
    stopped = _read(options, since, settings, counts, progress_console)
    if stopped and not counts.reports:
        raise stopped
    if counts.unreadable and not counts.reports + counts.earlier:
        what = ", ".join(options.files) or options.topic
        raise SettingsError(
            f"no record of {printable(what)} is a quality report: give the topic or the file that the worker publishes "
            "quality reports to"
        )
    made = sections(counts, options.by, options.most_rows)
    facts = {"reports": counts.reports, "replaced": counts.replaced, "promoted": counts.promoted,
             "unreadable": counts.unreadable, "earlier": counts.earlier, "since": rfc3339(since),
             "made_at": rfc3339(now), "complete": stopped is None}  # fmt: skip
    if options.html:
        page.write(options.html, made, header(facts))  # first: `| head` ends the command
    if options.as_json:
        _print_json(facts, made, console)
    else:
        terminal.show(made, header(facts), console)
    if options.html:
        progress_console.print(shown(f"wrote {options.html}"), soft_wrap=True)
    if stopped:
        raise stopped


def header(facts: dict[str, Any]) -> str:
    """What the report covers, in words."""
    words = [f"Quality reports: {facts['reports']:,}"]
    if facts["since"]:
        words.append(f"since {facts['since']}")
    words.append(f"counted at {facts['made_at']}")
    if facts["replaced"]:
        words.append(f"replaced by a retry, not counted: {facts['replaced']:,}")
    if facts["unreadable"]:
        words.append(f"other records, skipped: {facts['unreadable']:,}")
    if facts["promoted"]:
        words.append(f"promoted from a replay, not counted again: {facts['promoted']:,}")
    if not facts["complete"]:
        words.append("incomplete: not all were read")
    return "; ".join(words)


def parse_since(text: str | None, now: datetime) -> datetime | None:
    """The time that `24h`, `-24h`, RFC 3339 or `earliest` means. None means from the beginning.

    Raises:
        SettingsError: it is none of these.
    """
    if text is None:
        return None
    if text == "latest":
        raise SettingsError("--since latest leaves nothing to read: give an earlier time, such as 24h, or earliest")
    is_length = "-" not in text and text != "earliest"
    try:
        return parse_moment(f"-{text}" if is_length else text, now)
    except SettingsError as error:
        raise SettingsError(
            f"--since {text!r} is not a time: write 24h, 7d, 2026-11-24T10:00:00Z or earliest"
        ) from error


def _read(
    options: Options, since: datetime | None, settings: Settings, counts: Counts, console: Console
) -> InterruptedCommand | FatalTransportError | None:
    """Count the last report of each input. Return what ended the reading: a signal, a damaged file, or an outage."""
    opened: Sequence[AbstractContextManager[Source]] = [published_file(file, settings) for file in options.files] or [
        published_topic(options.topic, since, settings)
    ]
    stopped: InterruptedCommand | FatalTransportError | None = None
    with scratch.in_use(), closing(Attempts()) as attempts:
        try:
            for each in opened:
                with each as source, interruptible(_NOT_ALL) as check:
                    for record in watched("report", source.unit, source.total, source.records, console, check):
                        _add(record.value, _written_at(record), counts, attempts)
        except (InterruptedCommand, FatalTransportError) as error:
            stopped = error
        for value, written_at in attempts.last():
            _add(value, written_at, counts)
        counts.replaced = attempts.replaced
    return stopped


def _add(value: bytes | None, written_at: str | None, counts: Counts, attempts: Attempts | None = None) -> None:
    """Count a report, unless `attempts` holds it."""
    report = read_report(value)
    if report is None:
        counts.unreadable += 1
    elif not attempts or not attempts.hold(report, value or b"", written_at):
        counts.add(report, written_at)


def _written_at(record: Record) -> str | None:
    return None if record.written_s is None else rfc3339(datetime.fromtimestamp(record.written_s, UTC))


def _print_json(facts: dict[str, Any], made: Sequence[Section], console: Console) -> None:
    document = {**facts, **{section.name: section.as_json() for section in made},
                "notes": {section.name: section.note for section in made if section.note}}  # fmt: skip
    console.print(json_text(document), markup=False, highlight=False, soft_wrap=True)
