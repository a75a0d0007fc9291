"""Pairs of articles that a duplicate index would have to judge, and whether one is a copy of the other."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from worker.dedup.counts import Counts
from worker.dedup.match import Comparison, Match
from worker.dedup.memory import MAX_HOLDERS
from worker.dedup.postings import best
from worker.dedup.profile import Profile
from worker.dedup.word_codes import MAX_WORDS, Words, words_of
from worker.identity.urls import host

LEAST_CHARS = 300  # of an article in a FILE; shorter ones are usually captions
PASSAGES, LEAST_WORDS = 200, 200  # number of passages, and the minimum words of a news body that has one
SEED = 1  # of the keys
LONGEST_TITLE = 20  # words
TOLD_BEFORE = {  # pages in the collections of MATCH.md that turned out to be copies, with their originals
    "dragnet/R420": "dragnet/R419",
    "dragnet/100": "dragnet/143",
    "dragnet/R961": "dragnet/R963",
    "dev3035": "dev0463",
}

Doc = dict[str, Any]
"""An article: `id`, `text`, `cluster` (its story), `kind`, optionally `partial_of` (the story that it contains)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A new article and an earlier one that it was compared with. `label` is None if one contains the other."""

    new: Doc
    old: Doc
    found: Match

    @property
    def label(self) -> bool | None:
        """Whether the new article is a copy of the old one."""
        clusters = self.new["cluster"], self.old["cluster"]
        if self.new.get("partial_of") == clusters[1] or self.old.get("partial_of") == clusters[0]:
            return None
        return bool(clusters[0] == clusters[1])

    def with_titles(self, *, same_site: bool, titles: float) -> Pair:
        """The pair with this relation of titles and sites."""
        evidence = self.found.evidence._replace(same_site=same_site, titles=titles)
        return replace(self, found=self.found._replace(evidence=evidence))


@dataclass(frozen=True, slots=True)
class Source:
    """Articles in order of arrival, and their pairs."""

    docs: Sequence[Doc]
    pairs: Sequence[Pair]


def read(path: Path) -> list[Doc]:
    """The objects in a file."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def bodies(paths: Sequence[Path]) -> list[Doc]:
    """The articles of pages, each in its own cluster except those in `TOLD_BEFORE`."""
    pages = [page for path in paths for page in read(path) if len(page["gold"] or "") >= LEAST_CHARS]
    return [
        {"id": page["id"], "text": page["gold"], "cluster": TOLD_BEFORE.get(page["id"], page["id"]), "kind": "news"}
        for page in pages
    ]


def passages(docs: Sequence[Doc], count: int = PASSAGES) -> list[Doc]:
    """Beginnings of `count` of these articles, each followed by a copy: a passage from after its first quarter."""
    rng = Random(1)  # noqa: S311 - not for secrets
    made: list[Doc] = []
    long = [doc for doc in docs if len(doc["text"].split()) >= LEAST_WORDS]
    for doc in rng.sample(long, min(count, len(long))):
        words = doc["text"].split()[: rng.randint(LEAST_WORDS, MAX_WORDS)]
        length = rng.randint(60, len(words) * 2 // 3)
        start = rng.randint(len(words) // 4, len(words) - length)
        for kind, part in (("base", words), ("passage", words[start : start + length])):
            made.append({**doc, "id": f"{doc['id']} {kind}", "text": " ".join(part), "kind": kind})
    return made


def titled(docs: Iterable[Doc]) -> Iterator[Doc]:
    """The articles, with their first line as title if it may be one."""
    for doc in docs:
        line, _, rest = doc["text"].partition("\n")
        is_title = rest.strip() and len(line.split()) <= LONGEST_TITLE and not line.rstrip().endswith(".")
        yield {**doc, "title": line} if is_title else doc


def source(docs: Iterable[Doc]) -> Source:
    """The articles and their pairs."""
    told = list(docs)
    return Source(told, list(pairs_of(told)))


def together(sources: Iterable[Source]) -> Source:
    """Several sources as one. The same ids and clusters in two of them are different articles."""
    docs: list[Doc] = []
    pairs: list[Pair] = []
    for number, each in enumerate(sources):
        own = {
            doc["id"]: {**doc, "id": f"{number} {doc['id']}", "cluster": f"{doc['cluster']} {number}"}
            for doc in each.docs
        }
        docs += own.values()
        pairs += [replace(pair, new=own[pair.new["id"]], old=own[pair.old["id"]]) for pair in each.pairs]
    return Source(docs, pairs)


def _host(doc: Doc) -> str | None:
    return host(f"https://{doc['host']}/") if doc.get("host") else None


def pairs_of(docs: Sequence[Doc]) -> Iterator[Pair]:
    """The pairs that an index without errors would compare, in order.

    It remembers the words of the first article of each story. Copies add only keys that are new, and these lead to it.
    """
    postings: dict[int, list[int]] = {}
    known: dict[int, Words] = {}
    first: dict[str, int] = {}
    counts = Counts()
    for number, doc in enumerate(docs):
        words = words_of(doc["text"], doc.get("title"), _host(doc), seed=SEED)
        comparison = Comparison(Profile(words), counts)
        for other in best(words.keys, lambda keys: [tuple(postings.get(key, ())) for key in keys]):
            # Not `with_all`: the present trees may have been trained on other features.
            found = comparison._with(Profile(known[other]))  # noqa: SLF001
            if found:
                yield Pair(doc, docs[other], found._replace(blocks=()))
        origin = first.setdefault(doc["cluster"], number)
        if origin == number:
            known[number] = words
            counts.add(Profile(words).pairs)
        for key in words.keys:
            held = postings.setdefault(key, [])
            if not held or (origin == number and len(held) < MAX_HOLDERS):
                held.append(origin)
