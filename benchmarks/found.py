"""Sends a labelled stream through the whole pipeline, and counts which copies are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from worker.config.settings import Settings
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index
from worker.messages import PipelineInfo, RawRecord, Source
from worker.pipeline.pipeline import Pipeline
from worker.sites.memory import SiteStore, on_disk
from worker.stages.identify import Dedup
from worker.stages.order import build_stages
from worker.store.generations import Generation

WINDOW = timedelta(days=30)
MAX_BYTES = 8 << 30
KEY_SEED = 1  # of the posting keys: a fixed one, so that each run has the same figures
FIRST_MS, STEP_MS = 1_700_000_000_000, 1_000  # when the first message was written, and the time to the next one
NAMES_NO_OTHER = ("new", "update")  # kinds of verdict that link to no other article
SHOWN_CHARS = 600


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article of a stream. `cluster` is its story, or the story that it may be linked to without a mistake.

    `is_copy` says whether it should be found. `message` has the fields of a raw article.
    """

    id: str
    cluster: str
    kind: str
    is_copy: bool
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an article. `verdict` is the kind of the verdict, or the reason why it never reached the index.

    `linked` is the article that the verdict names. `could` says whether an article of its story was in the index, and
    `compared` whether one was compared with it.
    """

    article: Labelled
    verdict: str
    linked: Labelled | None
    could: bool
    compared: bool
    text: str

    @property
    def found(self) -> bool:
        """Whether the verdict names an article of the same story."""
        return self.linked is not None and self.linked.cluster == self.article.cluster


class WatchedMemory(EmbeddedMemory):
    """A memory that notes which records are read, and which are added."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, window=WINDOW, max_bytes=MAX_BYTES, seed=KEY_SEED)
        self.read: set[int] = set()
        self.added: list[int] = []

    def add_record(self, value: bytes, generation: Generation) -> int:
        """See `Memory.add_record`."""
        number = super().add_record(value, generation)
        self.added.append(number)
        return number

    def record(self, number: int) -> bytes | None:
        """See `Memory.record`."""
        self.read.add(number)
        return super().record(number)


def judged(stream: Iterable[Labelled]) -> Iterator[Judged]:
    """Each article of the stream with its verdict. The index and the memory of the sites are new, and then deleted."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="index-")))
        memory = WatchedMemory(directory / "index")
        stack.callback(memory.close)
        settings = Settings(min_words=0)
        sites = SiteStore(on_disk(directory / "sites", window=WINDOW, max_bytes=MAX_BYTES), least=settings.site_lines)
        stack.callback(sites.close)
        stages = build_stages(settings, sites, Dedup(Index(memory)))
        pipeline = Pipeline(stages, PipelineInfo("benchmark", ""), tag_duplicates=True)
        by_record: dict[int, Labelled] = {}
        by_id: dict[str, Labelled] = {}
        for number, article in enumerate(stream):
            memory.read, memory.added = set(), []
            yield _judged(pipeline, memory, article, number, by_record, by_id)
            by_record |= dict.fromkeys(memory.added, article)


def _judged(
    pipeline: Pipeline,
    memory: WatchedMemory,
    article: Labelled,
    number: int,
    by_record: Mapping[int, Labelled],
    by_id: dict[str, Labelled],
) -> Judged:
    source = Source("raw", 0, number, FIRST_MS + number * STEP_MS)
    (result,) = pipeline.process([RawRecord(source, orjson.dumps(dict(article.message)))])
    *published, report = [orjson.loads(out.value) for out in result.outputs if isinstance(out.value, bytes)]
    verdict, linked = report["duplicate"] or {}, None
    if verdict and verdict["kind"] not in NAMES_NO_OTHER:
        linked = by_id.get(verdict["of"])
    could = any(other.cluster == article.cluster for other in by_id.values())
    compared = any(by_record[one].cluster == article.cluster for one in memory.read if one in by_record)
    if verdict:
        by_id.setdefault(report["article_id"], article)
    text = published[0]["text"] if published else ""
    return Judged(article, verdict.get("kind") or result.reason, linked, could, compared, text)


def report(results: Sequence[Judged], mistakes: int, optional: Sequence[str] = ()) -> None:
    """Print what was found of each kind of copies, the false links, and up to `mistakes` copies that were missed.

    Copies of the `optional` kinds need not be found. They are not in the row `all`, nor among the mistakes.
    """
    judged_copies = [one for one in results if one.article.is_copy and one.could]
    copies = [one for one in judged_copies if one.article.kind not in optional]
    print(f"{'kind':<22}{'copies':>7}{'found':>7}{'share':>7}{'apart':>7}{'missed':>7}{'wrong':>7}  verdicts")
    for kind in sorted({one.article.kind for one in copies}):
        _row(kind, [one for one in copies if one.article.kind == kind])
    _row("all", copies)
    for kind in optional:
        _row(f"({kind})", [one for one in judged_copies if one.article.kind == kind])
    _not_judged(results)
    _false(results)
    _show(copies, mistakes)


def _row(kind: str, copies: Sequence[Judged]) -> None:
    """`apart`: never compared with its story. `missed`: compared, not linked. `wrong`: linked to another story."""
    found = [one for one in copies if one.found]
    left = [one for one in copies if not one.found]
    wrong = sum(one.linked is not None for one in left)
    apart = sum(one.linked is None and not one.compared for one in left)
    counts = f"{len(copies):>7}{len(found):>7}{len(found) / max(1, len(copies)):>7.3f}"
    verdicts = ", ".join(f"{name} {count}" for name, count in Counter(one.verdict for one in found).most_common())
    print(f"{kind:<22}{counts}{apart:>7}{len(left) - wrong - apart:>7}{wrong:>7}  {verdicts}")


def _not_judged(results: Sequence[Judged]) -> None:
    """Articles that the pipeline dropped, and copies of which nothing was in the index."""
    lost = Counter(one.verdict for one in results if one.article.is_copy and not one.could)
    print(f"copies whose story never reached the index: {sum(lost.values())}")


def _false(results: Sequence[Judged]) -> None:
    print("links of articles that are no copies:")
    others = [one for one in results if not one.article.is_copy]
    for kind in sorted({one.article.kind for one in others}):
        own = [one for one in others if one.article.kind == kind]
        false = [one for one in own if one.linked is not None and not one.found]
        right = sum(one.found for one in own)
        verdicts = ", ".join(f"{name} {count}" for name, count in Counter(one.verdict for one in false).most_common())
        print(f"{kind:<22}{len(own):>7} articles, {len(false)} false{f' ({verdicts})' if false else ''}", end="")
        print(f", {right} to the story that they tell" if right else "")


def _show(copies: Sequence[Judged], mistakes: int) -> None:
    for one in [one for one in copies if not one.found][:mistakes]:
        why = f"linked to {one.linked.id}" if one.linked else "compared" if one.compared else "never compared"
        print(f"\n--- {one.article.id}: {one.verdict}, {why}\n{one.text[:SHOWN_CHARS]}")
