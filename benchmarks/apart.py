"""How well the worker keeps articles apart that have most of their words from another one.

    python -m benchmarks.apart FILE [FILE ...] [--seed N] [--limit N] [--half judged|taught]

Each FILE has pages with `id`, `url`, `html` and `gold`, the text of the article. `training.made_apart` makes other
articles of these, and copies, in four scripts; `training.script_lookalikes` has stories of one template in eight
languages. Only texts go through the pipeline, no pages. The tables have what was lost of each kind and script: articles
that are no copies and were left out, and copies that were published.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.found import Judged, Labelled, judged
from training.articles import HALVES, JUDGED, articles
from training.made_apart import COPIES, apart, posts
from training.pairs import Doc
from training.script_lookalikes import script_lookalikes
from worker.messages import PUBLISHED_KINDS


def labelled(number: int, doc: Doc) -> Labelled:
    """The article as a message."""
    url = f"https://{doc['host']}/{number}" if doc["host"] else None
    message = {"url": url, "title": doc["title"] or None, "text": doc["text"]}
    return Labelled(doc["id"], doc["cluster"], f"{doc['kind']} {doc['script']}", doc["kind"] in COPIES, message)


def print_table(results: Sequence[Judged], *, copies: bool) -> None:
    """The number of articles of each kind, of those left out, and what their verdicts were."""
    own = [one for one in results if one.article.is_copy is copies]
    print(f"{'copies' if copies else 'no copies':<28}{'articles':>9}{'left out':>9}  verdicts")
    for kind in sorted({one.article.kind for one in own}):
        verdicts = Counter(one.verdict for one in own if one.article.kind == kind)
        left_out = sum(count for verdict, count in verdicts.items() if verdict not in PUBLISHED_KINDS)
        told = ", ".join(f"{verdict} {count}" for verdict, count in verdicts.most_common())
        print(f"{kind:<28}{verdicts.total():>9}{left_out:>9}  {told}")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--limit", type=int, default=400, help="articles that are used")
    parser.add_argument("--half", choices=HALVES, default=JUDGED)
    args = parser.parse_args()
    real = articles(args.pages, args.half)
    docs = [*apart(real, args.seed, args.limit), *posts(real, args.seed, args.limit), *script_lookalikes(args.seed)]
    results = list(judged(labelled(number, doc) for number, doc in enumerate(docs)))
    for copies in (False, True):
        print_table(results, copies=copies)


if __name__ == "__main__":
    main()
