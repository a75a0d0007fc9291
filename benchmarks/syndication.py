"""How many copies of articles on other sites the whole pipeline finds, by the kind of change.

    python -m benchmarks.syndication FILE [FILE ...] [--seed N] [--limit N] [--mistakes K] [--half taught|judged]

Each FILE has pages with `id`, `url`, `html` and `gold`, the text of the article: JSON lines, plain or .xz. Each
original arrives as its own page, and each copy on a page of an invented site (`training.syndication`). A copy is found
if its verdict names an article of the same story, whatever the kind of the verdict.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.found import Labelled, judged, report
from training.articles import HALVES, JUDGED, articles
from training.changes import CHANGES
from training.syndication import Made, syndicated


def labelled(made: Made) -> Labelled:
    """A made article with its page."""
    message = {"url": made.url, "html": made.html}
    return Labelled(made.id, made.cluster, made.kind, is_copy=made.kind in CHANGES, message=message)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=200, help="originals")
    parser.add_argument("--mistakes", type=int, default=0, help="print this many copies that were not found")
    parser.add_argument("--half", choices=HALVES, default=JUDGED)
    args = parser.parse_args()
    stream = syndicated(articles(args.pages, args.half), args.seed, args.limit)
    report(list(judged(map(labelled, stream))), args.mistakes)


if __name__ == "__main__":
    main()
