"""How well the worker keeps articles of one template apart, and finds their copies.

    python -m benchmarks.families [--seed N] [--mistakes K] [--text] [--part judged|taught]

Made pages go through all stages of the worker, with an empty index and an empty memory of site lines. Families are HTML
pages of one site and one template; newswire items arrive as text. With `--text`, families arrive as text as well, title
first, and neither has a URL. `training.made_families` and `training.made_newswire` make the pages. The trees of the
duplicate index are trained only on the part `taught`.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson

from training import made_families, made_newswire
from training.family_html import html_page
from worker.config.settings import Settings
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index
from worker.messages import Outcome, PipelineInfo, RawRecord, Source
from worker.pipeline.pipeline import Pipeline
from worker.sites.memory import SiteStore, on_disk
from worker.stages.identify import Dedup
from worker.stages.order import build_stages

BATCH = 500
WINDOW = timedelta(days=30)
START_S = 1_780_000_000
KEYS_SEED = 1  # with the index's own random seed, no two runs would give the same figures
OTHERS = 6  # titles of other pages that a page of a family links to

Doc = dict[str, Any]


class Judged(NamedTuple):
    """A document and what the worker made of it. `of` is the document that it duplicates; None if it is published."""

    doc: Doc
    outcome: str
    reason: str
    of: Doc | None
    similarity: float

    @property
    def is_false(self) -> bool:
        """Whether the article was left out as a copy of another story."""
        return self.of is not None and self.of["cluster"] != self.doc["cluster"]

    @property
    def is_found(self) -> bool:
        """Whether the article was left out as a copy of its own story."""
        return self.of is not None and not self.is_false


def page_messages(docs: Sequence[Doc], seed: int) -> Iterator[bytes]:
    """Families as a crawler sends them: URL and HTML."""
    rng = random.Random(seed)
    titles: dict[str, list[str]] = defaultdict(list)
    for doc in docs:
        titles[doc["host"]].append(doc["title"])
    for doc in docs:
        others = sorted({*titles[doc["host"]]} - {doc["title"]})
        html = html_page(doc, rng.sample(others, min(OTHERS, len(others))))
        yield orjson.dumps({"schema": "raw_article.v1", "url": doc["url"], "html": html})


def text_messages(docs: Sequence[Doc]) -> Iterator[bytes]:
    """Articles as texts without a URL."""
    for doc in docs:
        text = doc["text"] if doc["text"].startswith(doc["title"]) else f"{doc['title']}\n\n{doc['text']}"
        yield orjson.dumps({"schema": "raw_article.v1", "text": text})


def judge(docs: Sequence[Doc], values: Sequence[bytes]) -> list[Judged]:
    """What the worker makes of these documents, in order. It drops none of them for its length."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="families-")))
        sites = SiteStore(on_disk(directory / "sites", window=WINDOW, max_bytes=1 << 30), least=Settings().site_lines)
        stack.callback(sites.close)
        memory = EmbeddedMemory(directory / "index", window=WINDOW, max_bytes=8 << 30, seed=KEYS_SEED)
        index = Index(memory)
        stack.callback(index.close)
        stages = build_stages(Settings(min_words=0), sites, Dedup(index))
        pipeline = Pipeline(stages, PipelineInfo("", ""), tag_duplicates=True)
        records = [
            RawRecord(Source("raw", 0, at, (START_S + at) * 1000), value) for at, value in enumerate(values)
        ]  # fmt: skip
        results = [
            result
            for begin in range(0, len(records), BATCH)
            for result in pipeline.process(records[begin : begin + BATCH])
        ]
    reports = [output.value for result in results for output in result.outputs if output.channel == "quality"]
    return list(_judged(docs, [orjson.loads(report) for report in reports if isinstance(report, bytes)]))


def _judged(docs: Sequence[Doc], reports: Sequence[Doc]) -> Iterator[Judged]:
    by_id: dict[str, Doc] = {}
    for doc, report in zip(docs, reports, strict=True):
        found = report["duplicate"] or {}
        by_id.setdefault(report["article_id"], doc)
        left_out = report["outcome"] == Outcome.DUPLICATE
        of = by_id[found["of"]] if left_out else None
        yield Judged(doc, report["outcome"], report["reason"], of, found.get("similarity") or 0.0)


def print_families(judged: Sequence[Judged]) -> None:
    """The pages merged by family, and the copies found by kind."""
    pages, merged = Counter[str](), Counter[str]()
    for one in judged:
        if one.doc["kind"] not in made_families.COPIES:
            family = made_families.family_of(one.doc).rpartition(".")[0]
            pages[family] += 1
            merged[family] += one.is_false
    for family in sorted(pages):
        print(f"  {family:<18}{merged[family]:>4} of {pages[family]:>3}")
    share = merged.total() / pages.total()
    print(f"families: {merged.total()} of {pages.total()} pages merged ({share:.1%}; at most 2 % are allowed)")
    print_found(judged, made_families.COPIES)


def print_newswire(judged: Sequence[Judged]) -> None:
    """The items left out though they are no copies, by kind, and the copies found by kind."""
    items, false = Counter[str](), Counter[str]()
    for one in judged:
        if one.doc["kind"] not in made_newswire.COPIES:
            items[one.doc["kind"]] += 1
            false[one.doc["kind"]] += one.is_false
    for kind in sorted(items):
        print(f"  {kind:<18}{false[kind]:>4} of {items[kind]:>3}")
    print(f"newswire: {false.total()} of {items.total()} items merged with another story")
    print_found(judged, made_newswire.COPIES)


def print_found(judged: Sequence[Judged], kinds: Sequence[str]) -> None:
    """How many copies of these kinds were found, and how many were linked to another story."""
    copies, found, wrong = (
        Counter(one.doc["kind"] for one in judged if one.doc["kind"] in kinds and counts(one))
        for counts in (lambda _: True, lambda one: one.is_found, lambda one: one.is_false)
    )
    print(f"copies: {found.total()} of {copies.total()} found, {wrong.total()} linked to another story")
    print(f"  {', '.join(f'{kind} {found[kind]} of {copies[kind]}' for kind in kinds)}\n")


def print_mistakes(judged: Sequence[Judged], copies: Sequence[str], count: int) -> None:
    """Some articles that were merged with another story, and some copies that were not found, each with the other."""
    originals = {one.doc["cluster"]: one.doc for one in judged if one.doc["kind"] not in copies}
    false = [(one, one.of) for one in judged if one.of and one.is_false]
    missed = [(one, originals[one.doc["cluster"]]) for one in judged if one.doc["kind"] in copies and not one.of]
    for heading, mistakes in (("taken for", false), ("not found as a copy of", missed)):
        for one, other in mistakes[:count]:
            print(f"--- {one.doc['kind']}: {one.reason} {one.similarity:.2f}")
            print(f"{one.doc['title']} | {one.doc['text']}\n  {heading}\n{other['title']} | {other['text']}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mistakes", type=int, default=0, help="print this many of each kind of mistake")
    parser.add_argument("--text", action="store_true", help="send the families as texts without a URL")
    parser.add_argument("--part", choices=made_families.PARTS, default="judged")
    args = parser.parse_args()
    pages = made_families.families(args.seed, args.part)
    items = made_newswire.newswire(args.seed, args.part)
    of_pages = judge(pages, list(text_messages(pages) if args.text else page_messages(pages, args.seed)))
    of_items = judge(items, list(text_messages(items)))
    print(f"outcomes: {dict(Counter(one.outcome for one in of_pages))}")
    print_families(of_pages)
    print_mistakes(of_pages, made_families.COPIES, args.mistakes)
    print_newswire(of_items)
    print_mistakes(of_items, made_newswire.COPIES, args.mistakes)


if __name__ == "__main__":
    main()
