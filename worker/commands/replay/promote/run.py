"""`article-worker replay promote`: publishes the results of a replay to the topics of the worker."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice

from rich.console import Console
from rich.table import Table

from worker.commands import scratch
from worker.commands.index_memory import existing_memory
from worker.commands.interrupt import interruptible
from worker.commands.moments import parse_moment
from worker.commands.only import OF_A_REPORT, parse_only, selects, values_of
from worker.commands.progress import progress
from worker.commands.replay.manifest import Manifest, settings_of
from worker.commands.replay.promote.ledger import Ledger
from worker.commands.replay.promote.plan import MEANINGS, TO_DO, Action, Span
from worker.commands.replay.promote.promotion import Places, Promotion
from worker.commands.replay.registry import existing
from worker.commands.replay.standing import ask, raw_topic_is_another
from worker.config.settings import Settings
from worker.dedup.adopt import AdoptingIndex
from worker.errors import SettingsError
from worker.observe import logs
from worker.text.terminal import shown
from worker.transport.kafka import published
from worker.transport.kafka.published import Fetched, PublishedTopic
from worker.transport.kafka.sole_writer import SoleWriter

_BATCH_RECORDS = 100  # between two looks at the progress and at Ctrl-C
_NOTHING = "Nothing was promoted"
_RUN_AGAIN = "What was already promoted stays. To continue, run the command again"
_CLOCKS = timedelta(days=1)  # how far the clocks of brokers, crawlers and workers may differ
_PLACES = ("group_id", "clean_topic", "quality_topic", "dead_topic", "index_name")


@dataclass(frozen=True, slots=True)
class Options:
    """What to promote, and how. `only` selects by the reports of the replay. With `yes`, there is no question."""

    name: str
    only: Sequence[str] = ()
    dry_run: bool = False
    yes: bool = False


def run_promote(options: Options, settings: Settings, console: Console, confirm: Callable[[str], bool]) -> int:
    """Show what a promotion would publish, ask, and publish it. Return the exit code.

    Raises:
        SettingsError: there is no such replay, it has not ended, it belongs to another worker, or nobody can be asked.
        TransportError: a topic cannot be read or written, or another promotion of this replay has begun.
        IndexStoreError: there is no index, or it cannot be used.
        InterruptedCommand: a signal ended the command.
    """
    live = settings.model_copy(update={"files": None})
    own, manifest = existing(live, options.name)
    require_promotable(options.name, live, own, manifest)
    with _gathered(options, live, own, manifest, console) as (ledger, newest):
        counts = ledger.counts()
        _print(counts, console)
        if options.dry_run:
            return 0
        if not any(counts[action] for action in TO_DO):
            console.print("nothing to promote")
            return 0
        if not options.yes and not _is_confirmed(confirm):
            return 1
        _promote(options.name, live, own, ledger, newest, counts, console)
    return 0


def require_promotable(name: str, live: Settings, own: Settings, manifest: Manifest) -> None:
    """Check that the replay has ended, and belongs to the worker with these settings. `own` are the replay's settings.

    Raises:
        SettingsError: it is not.
    """
    wanted = settings_of(live, name)
    pairs = [("raw_topic", live.raw_topic, manifest.topic)]
    pairs += [(place, getattr(wanted, place), getattr(own, place)) for place in _PLACES]
    for place, given, of_replay in pairs:
        if given != of_replay:
            raise SettingsError(
                f"the replay {name} has {place} {of_replay}, but with these settings it would be {given}: give the "
                "settings of the worker that the replay belongs to"
            )
    if manifest.removing:
        raise SettingsError(f"the replay {name} is being removed")
    if raw_topic_is_another(manifest, own):
        raise SettingsError(
            f"{own.raw_topic} was deleted and created again after the replay {name} began, so other records have the "
            "offsets of its range"
        )
    standing = ask(manifest, own)
    if standing.left:
        raise SettingsError(
            f"the replay {name} has not ended ({standing.state}, {standing.share} records done). First run it to its "
            f"end: article-worker replay run {name}"
        )


@contextmanager
def _gathered(
    options: Options, live: Settings, own: Settings, manifest: Manifest, console: Console
) -> Iterator[tuple[Ledger, PublishedTopic]]:
    """Everything that is known about the articles of both, and the worker's topic, open to be read further."""
    only = parse_only(options.only, OF_A_REPORT, manifest.rules.fingerprint)
    span = Span(manifest.topic, {int(number): pair for number, pair in manifest.ranges.items()})
    ledger = Ledger(options.name, span, lambda report: selects(only, values_of(report)))
    with scratch.in_use(), closing(ledger), published.opened(live, live.clean_topic, None, settled=True) as newest:
        with interruptible(_NOTHING) as check:
            _add("articles of the worker", newest, newest.offsets, ledger.add_live, console, check)
            since = parse_moment(manifest.since, manifest.made_at)
            for what, topic, begin, add in (
                ("articles of the replay", own.clean_topic, None, ledger.add_replayed),
                ("reports of the replay", own.quality_topic, None, ledger.add_report),
                ("reports of the worker", live.quality_topic, since and since - _CLOCKS, ledger.add_live_report),
            ):
                with published.opened(own, topic, begin, settled=True) as records:
                    _add(what, records, records.offsets, add, console, check)
        yield ledger, newest


def _add(
    what: str, records: Iterable[Fetched], total: int, add: Callable[[Fetched], None], console: Console,
    check: Callable[[], None],
) -> None:  # fmt: skip
    with progress(what, "records", total, console) as advance:
        rest = iter(records)
        while some := list(islice(rest, _BATCH_RECORDS)):
            for record in some:
                add(record)
            check()
            advance(sum(record.passed for record in some))


def _print(counts: Mapping[Action, int], console: Console) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for action in Action:
        table.add_row(action, f"{counts[action]:,}", MEANINGS[action])
    console.print(table)


def _is_confirmed(confirm: Callable[[str], bool]) -> bool:
    if not sys.stdin.isatty():
        raise SettingsError("cannot ask, because standard input is not a terminal: add --yes to promote")
    return confirm("Publish this to the topics of the worker?")


def _promote(
    name: str, live: Settings, own: Settings, ledger: Ledger, newest: PublishedTopic, counts: Counter[Action],
    console: Console,
) -> None:  # fmt: skip
    with interruptible(_RUN_AGAIN) as check, existing_memory(live) as memory:
        writer = SoleWriter(live, f"replay-promote-{name}")
        try:
            places = Places(
                newest, partial(published.opened, live, live.clean_topic),
                partial(published.opened, own, own.clean_topic, settled=True), AdoptingIndex(memory), writer,
            )  # fmt: skip
            promotion = Promotion(
                name, ledger, places, live.batch_max_records, int(live.batch_max_bytes), check
            )  # fmt: skip
            total = sum(counts[action] for action in TO_DO)
            with progress("replay promote", "articles", total, console) as advance:
                logs.configure(live.log_format, live.log_level)  # for the new standard error
                promotion.advance = advance
                promotion.run()
        finally:
            writer.close()
    done = ", ".join(f"{action} {promotion.done[action]:,}" for action in TO_DO)
    console.print(shown(f"the replay {name} is promoted: {done}"), soft_wrap=True)
