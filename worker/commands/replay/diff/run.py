"""`article-worker replay diff`: what a replay changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from worker.commands import scratch
from worker.commands.interrupt import interruptible
from worker.commands.only import text_of
from worker.commands.progress import progress
from worker.commands.replay.diff import view
from worker.commands.replay.diff.examples import Example, examples
from worker.commands.replay.diff.ledger import Clusters, Ledger
from worker.commands.replay.diff.reading import Open, Reader
from worker.commands.replay.diff.sections import sections
from worker.commands.replay.diff.sides import LIVE, Comparison, compared
from worker.commands.replay.diff.tally import Tally
from worker.commands.report import terminal
from worker.commands.report.sections import Section
from worker.config.settings import Settings
from worker.messages import rfc3339
from worker.text.terminal import json_text, shown

_BATCH_INPUTS = 1000  # between two looks at the progress


@dataclass(frozen=True, slots=True)
class Options:
    """What to compare, and what to show. `against` is the other replay; None for the live outputs.

    `only` has entries for `worker.commands.only.parse_only`.
    """

    name: str
    against: str | None = None
    only: Sequence[str] = ()
    most_examples: int = 5
    most_rows: int = 10
    as_json: bool = False
    html: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was found."""

    tally: Tally
    clusters: Clusters
    examples: Sequence[Example]


def run_diff(options: Options, settings: Settings, console: Console, progress_console: Console) -> None:
    """Print what a replay changed, and write the page if one is wanted.

    Raises:
        SettingsError: there is no such replay, or the page cannot be written.
        InstallationError: the page is wanted, but the library for its charts is missing.
        TransportError: a topic cannot be read.
        InterruptedCommand: a signal ended the reading.
        WorkerError: the disk for temporary files is full.
    """
    from worker.transport.kafka import published  # noqa: PLC0415 - importing kafka costs 0.3 s

    if options.html:
        from worker.commands.report import page  # noqa: PLC0415 - needs a library that few users install

        page.check_target(options.html)
    comparison = compared(settings, options.name, options.against, options.only)
    result = compare(comparison, partial(published.opened, settings), options.most_examples, progress_console)
    facts, made = facts_of(comparison, result), sections(result.tally, result.clusters, options.most_rows)
    if options.html:
        page.write(options.html, made, header(facts), f"Replay {options.name}", [view.part(result.examples)])
    if options.as_json:
        _print_json(facts, made, result.examples, console)
    else:
        terminal.show(made, header(facts), console)
        view.show(result.examples, console)
    if options.html:
        progress_console.print(shown(f"wrote {options.html}"), soft_wrap=True)


def compare(comparison: Comparison, open_topic: Open, most_examples: int, console: Console) -> Result:
    """Read both sides, and count the differences.

    Raises:
        TransportError: a topic cannot be read.
        InterruptedCommand: a signal ended the reading.
        WorkerError: the disk for temporary files is full.
    """
    with scratch.in_use(), interruptible("Nothing was compared") as check, closing(Ledger()) as ledger:
        changed = Reader(comparison, ledger, open_topic, console, check).read(most_examples)
        tally = Tally()
        with progress("counting", "records", ledger.inputs(), console) as advance:
            count = 0
            for count, pair in enumerate(ledger.pairs(), 1):
                tally.add(pair)
                if count % _BATCH_INPUTS == 0:
                    check()
                    advance(_BATCH_INPUTS)
            advance(count % _BATCH_INPUTS)
        return Result(tally, ledger.clusters(), list(examples(changed, ledger, comparison.topic)))


def facts_of(comparison: Comparison, result: Result) -> dict[str, Any]:
    """What was compared, and which side had not ended."""
    tally = result.tally
    return {
        "before": comparison.before.name,
        "after": comparison.after.name,
        "topic": comparison.topic,
        "only": text_of(comparison.only),
        "compared": tally.both,
        "only_before": tally.only_before,
        "only_after": tally.only_after,
        "different": tally.both - tally.same,
        "unfinished": {
            outputs.name: outputs.standing.share
            for outputs in (comparison.before, comparison.after)
            if outputs.standing and outputs.standing.left
        },
        "made_at": rfc3339(datetime.now(UTC)),
    }


def header(facts: dict[str, Any]) -> str:
    """What was compared, in words. Begins with what is missing."""
    unfinished = [f"The replay {name} has not ended: {share} done. " for name, share in facts["unfinished"].items()]
    before = "the live outputs" if facts["before"] == LIVE else f"the replay {facts['before']}"
    only = f", only {facts['only']}" if facts["only"] else ""
    counts = f"Records: {facts['compared']:,}; different: {facts['different']:,}; compared at {facts['made_at']}"
    return f"{''.join(unfinished)}Replay {facts['after']} compared with {before}{only}. {counts}"


def _print_json(facts: dict[str, Any], made: Sequence[Section], found: Sequence[Example], console: Console) -> None:
    document = {
        **facts,
        **{section.name: section.as_json() for section in made},
        "notes": {section.name: section.note for section in made if section.note},
        "examples": [each.as_json() for each in found],
    }
    console.print(json_text(document), markup=False, highlight=False, soft_wrap=True)
