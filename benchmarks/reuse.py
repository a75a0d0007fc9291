"""How many partial copies are found: texts of which other writers took over a part, and excerpts of articles.

    python -m benchmarks.reuse [FILE ...] [--seed N] [--limit N] [--mistakes K] [--half taught|judged]

The texts are those of `training.reused_texts`. Each FILE has pages with `id`, `url`, `html` and `gold`, the text of
the article; excerpts of these texts are added (`training.excerpts`). Only texts go through the pipeline, no pages. A
copy is found if its verdict names an article of the same story, whatever the kind of the verdict. The kinds
`revised` and `heavy` need not be found; their rows stand in brackets.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from benchmarks.found import Labelled, judged, report
from training.articles import HALVES, JUDGED, articles
from training.excerpts import excerpts
from training.pairs import Doc
from training.reused_texts import REWRITTEN, reused_texts


def labelled(docs: Iterable[Doc]) -> Iterator[Labelled]:
    """The articles as messages. The first of a cluster is no copy."""
    told: set[str] = set()
    for number, doc in enumerate(docs):
        cluster = doc.get("partial_of") or doc["cluster"]
        message = {"url": f"https://{doc['host']}/{number}", "title": doc["title"] or None, "text": doc["text"]}
        is_copy = doc["kind"] in REWRITTEN or doc["cluster"] in told
        told.add(doc["cluster"])
        yield Labelled(doc["id"], cluster, doc["kind"], is_copy, message)


def in_random_order(docs: list[Doc], seed: int) -> list[Doc]:
    """All stories in random order, each in the order in which it was told."""
    rng = Random(seed)
    stories: dict[str, list[Doc]] = {}
    for doc in docs:
        stories.setdefault(doc.get("partial_of") or doc["cluster"], []).append(doc)
    names = [name for name, own in stories.items() for _ in own]
    rng.shuffle(names)
    left = {name: iter(own) for name, own in stories.items()}
    return [next(left[name]) for name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="*", metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=400, help="articles with excerpts")
    parser.add_argument("--mistakes", type=int, default=0, help="print this many copies that were not found")
    parser.add_argument("--half", choices=HALVES, default=JUDGED)
    args = parser.parse_args()
    docs = reused_texts(args.half) + excerpts(articles(args.pages, args.half), args.seed, args.limit)
    report(list(judged(labelled(in_random_order(docs, args.seed)))), args.mistakes, REWRITTEN)


if __name__ == "__main__":
    main()
