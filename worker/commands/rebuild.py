"""`article-worker index rebuild`: fills an empty index with the articles that were published."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby, islice

from rich.console import Console
from rich.table import Table

from worker.commands.index_memory import memory_to_fill
from worker.commands.interrupt import interruptible
from worker.commands.moments import parse_moment
from worker.commands.progress import progress
from worker.commands.sources import Record, Source, published_file, published_topic
from worker.config.settings import Settings
from worker.dedup.adopt import AdoptingIndex, Withdrawn
from worker.dedup.restore import Judged
from worker.errors import SettingsError
from worker.messages import RawRecord
from worker.pipeline.published import ARTICLE_ID, ForeignRecordError, read_published
from worker.stages.identify import identify
from worker.text.terminal import printable

BATCH_RECORDS = 500
"""Records in one write to the index."""

_NOT_COMPLETE = "The index is not complete, and workers refuse it: run the command again to start over"

MEANINGS = {
    "articles": "restored: URL, content, words",
    "verdicts": "of these, with the verdict on their input",
    "tombstones": "records without a value: readers have lost the article",
    "unreadable": "records that are not clean articles; skipped",
}
"""What the numbers of the summary mean, printed beside them."""


def run_rebuild(settings: Settings, topic: str | None, file: str | None, since: str | None, console: Console) -> None:
    """Fill an empty index from a topic or a file of clean articles.

    Raises:
        SettingsError: neither or both are given, the time or the file is wrong, or no record is a clean article.
        TransportError: the topic cannot be read.
        IndexStoreError: the index is not empty, or cannot be used; or workers use it.
    """
    if (topic is None) == (file is None):
        raise SettingsError("give either --from-topic, such as --from-topic articles.clean, or --from-file")
    if file is not None and since is not None:
        raise SettingsError("--since applies only to --from-topic: a file is read from its beginning")
    if since == "latest":
        raise SettingsError("--since latest leaves nothing to read: give an earlier time, such as -7d, or earliest")
    if file is not None:
        source = published_file(file, settings)
    else:
        source = published_topic(str(topic), _since(since, settings), settings)
    with source as read, memory_to_fill(settings) as memory, interruptible(_NOT_COMPLETE) as check:
        memory.begin_fill()
        counts = _restore(AdoptingIndex(memory), read, console, check)
        memory.end_fill()
    _summarise(counts, console)
    if counts["unreadable"] and not counts["articles"]:
        raise SettingsError(
            f"nothing was restored: no record of {printable(str(topic or file))} is a clean article. Give the topic or "
            "the file that the worker publishes clean articles to"
        )


def _restore(index: AdoptingIndex, source: Source, console: Console, check: Callable[[], None]) -> Counter[str]:
    counts: Counter[str] = Counter(dict.fromkeys(MEANINGS, 0))
    with progress("rebuild", source.unit, source.total, console) as advance:
        while records := list(islice(source.records, BATCH_RECORDS)):
            learn(index, records, counts)
            check()
            advance(sum(record.passed for record in records))
    return counts


def learn(index: AdoptingIndex, records: Sequence[Record], counts: Counter[str]) -> None:
    """Let the index learn what these records say, in their order."""
    for is_tombstone, group in groupby(records, lambda record: record.value is None):
        if is_tombstone:
            keys = [record.key for record in group]
            counts["tombstones"] += len(keys)
            index.withdraw([Withdrawn(key.decode(), None) for key in keys if key and ARTICLE_ID.fullmatch(key)])
        else:
            index.restore([judged for record in group if (judged := _judged(record, index.seed, counts))])


def _judged(record: Record, seed: int, counts: Counter[str]) -> Judged | None:
    """The article of a record as the index knew it; None if the record has no article."""
    try:
        article, identity, source, message = read_published(record.value or b"")
    except ForeignRecordError:
        counts["unreadable"] += 1
        return None
    counts["articles"] += 1
    counts["verdicts"] += message is not None
    # The worker judged the article just before it wrote the record: that was its "now".
    now_s = time.time() if record.written_s is None else record.written_s
    sketch = identify(article, RawRecord(source, None), now_s, seed)
    return Judged(message, replace(sketch, article_id=identity.article_id, url=article.url), identity.verdict)


def _since(since: str | None, settings: Settings) -> datetime | None:
    now = datetime.now(UTC)
    return now - settings.dedup_window if since is None else parse_moment(since, now)


def _summarise(counts: Counter[str], console: Console) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, meaning in MEANINGS.items():
        table.add_row(name, f"{counts[name]:,}", meaning)
    console.print(table)
