"""Bodies of news pages, and an index to give them to: for the benchmarks of duplicates."""

from __future__ import annotations

import argparse
import json
import lzma
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index, Sketch
from worker.dedup.word_codes import MAX_WORDS, words_of
from worker.identity.content import content_hash
from worker.identity.ids import hash_id
from worker.messages import MessageId, Verdict

SHORTEST, LONGEST = 120, 1800  # words of a body
SEED = 1  # of the posting keys: each run has the same figures


class Body(NamedTuple):
    """A body, and the lines of its page that are not part of it."""

    lines: list[str]
    furniture: list[str]

    @property
    def text(self) -> str:
        """One paragraph per line."""
        return "\n".join(self.lines)


class Reader:
    """Gives articles to an index, each in its own batch."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._offsets = count()

    def __call__(self, url: str, text: str) -> Verdict:
        """The verdict on this text at this URL."""
        told = words_of(text, seed=self._index.seed)
        sketch = Sketch(hash_id(url), url, content_hash(text), 0.0, told)
        (verdict,) = self._index.decide([(MessageId(f"made/0/{next(self._offsets)}", b""), sketch)])
        return verdict


@contextmanager
def fresh_index() -> Iterator[Reader]:
    """An index in a temporary directory."""
    with TemporaryDirectory(prefix="index-") as directory:
        memory = EmbeddedMemory(Path(directory), window=timedelta(days=30), max_bytes=64 << 30, seed=SEED)
        yield Reader(Index(memory))
        memory.close()


def bodies(paths: Sequence[Path]) -> Iterator[Body]:
    """The bodies of suitable length without repeated lines. By its `kind`, a page may be no article."""
    for path in paths:
        with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as file:
            for page in map(json.loads, file):
                gold, is_article = page.get("gold") or "", page.get("kind", "article") == "article"
                if is_article and _is_suitable(gold):
                    yield Body(lines_of(gold), _furniture(page.get("html") or "", gold))


def _is_suitable(text: str) -> bool:
    lines = [line for line in lines_of(text) if len(line) > 50]
    tokens = len(words_of(text, seed=0).sequence)
    return SHORTEST <= len(text.split()) <= LONGEST and tokens < MAX_WORDS and len(lines) == len(set(lines))


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def _furniture(html: str, gold: str) -> list[str]:
    tree = LexborHTMLParser(html)
    for node in tree.css("script, style, noscript, svg, template"):
        node.decompose()
    text = tree.body.text(separator="\n") if tree.body else ""
    known = " ".join(gold.split())
    return [line for line in lines_of(text) if line not in known and len(line) > 1]


Measure = Callable[[Sequence[Body]], Iterator[str]]
"""Makes the lines of a report."""


def report(doc: str | None, measures: dict[str, Measure]) -> None:
    """Read the arguments, and print what these functions return for the bodies, below their titles."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=500, help="number of bodies, taken from all files at random")
    args = parser.parse_args()
    all_bodies = list(bodies(args.pages))
    Random(1).shuffle(all_bodies)
    chosen = all_bodies[: args.limit]
    print(f"{len(chosen)} bodies")
    for title, measure in measures.items():
        print(f"\n{title}")
        for line in measure(chosen):
            print(f"  {line}", flush=True)
