"""`article-worker index`: shows what the index remembers, without changing it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.commands.explain.explanation import read_article, read_source
from worker.commands.index_memory import existing_memory
from worker.config.settings import Settings
from worker.dedup.adopt import NOBODY
from worker.dedup.entries import SHOWN, Record
from worker.dedup.index import Index
from worker.dedup.match import Match
from worker.errors import SettingsError
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise
from worker.memories import open_index
from worker.messages import Article, DuplicateKind
from worker.stages.identify import identify_words
from worker.stages.order import build_stages
from worker.text.terminal import json_text, printable, shown

FOUND, NOT_FOUND = 0, 1  # exit codes, as in grep

MEANINGS = {
    "verdicts": "messages whose verdict is kept",
    "urls": "pages, by canonical URL",
    "contents": "texts, by the hash of their words",
    "counts": "tables of how often pairs of words occur",
    "records": "articles whose words are kept, to find near duplicates",
    "postings": "word keys that lead to these articles",
    "buckets": "groups in which the word keys are stored",
    "generations": "periods of message time, each forgotten as a whole",
    "span_s": "seconds of message time that the index covers",
    "bytes": "space used: on disk, or in the memory of the server",
}
"""What the numbers of `stats` mean, printed beside them."""


def run_stats(settings: Settings, console: Console, *, as_json: bool) -> None:
    """Print what the index holds.

    Raises:
        IndexStoreError: there is no index, or it cannot be used.
    """
    with _opened(settings) as index:
        stats = dict(index.stats())
    if as_json:
        _print_json(stats, console)
        return
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, value in stats.items():
        table.add_row(shown(name), f"{value:,}", MEANINGS.get(name, ""))
    _print_lines(table, console)


def run_lookup(url: str, settings: Settings, console: Console, *, as_json: bool) -> int:
    """Print what is known about a URL. Return the exit code.

    Raises:
        IndexStoreError: there is no index, or it cannot be used.
        SettingsError: it is not the URL of a page.
    """
    canonical = canonicalise(url)
    if canonical is None:
        raise SettingsError(f"{url!r} is not an http(s) URL: give a full one, such as https://paper.example/news/1")
    with _opened(settings) as index:
        page = index.lookup(canonical)
    known: dict[str, Any] = {"known": page is not None, "canonical_url": canonical, "article_id": hash_id(canonical)}
    if page:
        known |= {
            "version": page.version,
            "published_as": None if page.origin == NOBODY else page.origin,
            **({"replaced_by": page.replaced_by} if page.replaced_by else {}),
            "cluster_id": page.cluster_id,
            "content_hash_begins": f"sha256:{page.content.hex()}",  # the index keeps half of it
        }
    if as_json:
        _print_json(known, console)
    else:
        table = Table.grid(padding=(0, 2))
        for name, value in known.items():
            table.add_row(name, _plain(value))
        _print_lines(table, console)
    return FOUND if page else NOT_FOUND


def run_similar(source: str, settings: Settings, console: Console, *, as_json: bool) -> int:
    """Print the articles that are most similar to one, even if it is not a copy of them. Return the exit code.

    The code is `FOUND` if the article is a copy or a possible copy, or contains another one; else `NOT_FOUND`.

    Raises:
        IndexStoreError: there is no index, or it cannot be used.
        SettingsError: the source cannot be read, or is not a single article.
    """
    article = _article(source, settings)
    url = canonicalise(article.url, article.final_url, article.canonical_url)
    with _opened(settings) as index:
        found = index.similar(identify_words(article, url, index.seed))
    rows = [_similar(*one) for one in found]
    if as_json:
        for row in rows:
            _print_json(row, console)
    elif rows:
        table = Table(*rows[0], box=None, pad_edge=False, header_style="")
        for row in rows:
            table.add_row(*map(_plain, row.values()))
        _print_lines(table, console)
    else:
        console.print("no article in the index is similar")
    return FOUND if any(kind for kind, _, _ in found) else NOT_FOUND


def _similar(kind: DuplicateKind | None, old: Record, match: Match) -> dict[str, Any]:
    return {
        "kind": kind,
        "similarity": round(match.likelihood, 3),
        **{name: round(getattr(match.evidence, name), 3) for name in SHOWN},
        "article_id": old.article_id,
        "cluster_id": old.cluster_id,
    }


def _article(source: str, settings: Settings) -> Article:
    """The source's article, cleaned as in the worker, but with the lines that recur on its site.

    Only the first part makes an article, so only an ending there is an error. The later parts may drop the article (it
    is too short, or in an unwanted language); it is compared all the same, as it was before the stage that drops it.
    """
    stages = build_stages(settings)
    first, *later = stages.parts
    step = read_article(read_source(source), stages.decode)
    for _, run in first.stages:
        if isinstance(step, Article):
            step = run(step)
    if not isinstance(step, Article):
        reason = f"{step.reason.value}: {step.detail}" if step.detail else step.reason.value
        raise SettingsError(f"there is no article in {printable(source)} ({printable(reason)})")
    article = step
    for _, run in (stage for part in later for stage in part.stages):
        step = run(article)
        article = step if isinstance(step, Article) else article
    return article


@contextlib.contextmanager
def _opened(settings: Settings) -> Iterator[Index]:
    with existing_memory(settings) as memory:
        yield open_index(settings, memory)


def _plain(value: object) -> Text:
    if value is None:
        return shown("none")
    if isinstance(value, float):
        return shown(f"{value:.3f}")
    return shown(str(value).lower() if isinstance(value, bool) else str(value))


def _print_lines(table: Table, console: Console) -> None:
    """Print a table without the spaces that pad its last column."""
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        console.print(shown(line.rstrip()), soft_wrap=True)


def _print_json(values: Mapping[str, Any], console: Console) -> None:
    console.print(shown(json_text(values)), soft_wrap=True)
