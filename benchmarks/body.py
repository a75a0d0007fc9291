"""How accurate and how fast body extraction is, compared with trafilatura on the same pages in the same run.

    python -m benchmarks.body PAGES.jsonl.xz [MORE ...] [--limit N] [--alone]

Each file has one JSON object per line: `url`, `html`, `gold` (the whole body, or null), `with` and `without` (snippets
that the body must and must not contain). Pages without the last three count only for the speed. Each page goes through
all extractors in turn, so that the ratio of their times is meaningful on a busy machine. The model was trained on some
of the pages in the project's figures; `python -m training.train` prints the scores on other pages. trafilatura is in
the dependency groups `bench` and `training`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.adapters import extract_body
from benchmarks.pages import read_pages
from training.scores import Tally

Extractor = Callable[[str, str], str]


@dataclass
class Judged:
    """An extractor, what it found, and how many seconds it took."""

    extract: Extractor
    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0

    def judge(self, page: dict[str, Any]) -> None:
        """Extract one page and score the result."""
        begin = time.perf_counter()
        text = self.extract(page["html"], page["url"] or "")
        self.seconds += time.perf_counter() - begin
        self.tally.judge(text, page.get("gold"), page.get("with") or (), page.get("without") or ())

    def line(self, name: str, pages: int, ours: float) -> str:
        """The figures as one line."""
        scores = "".join(f"  {key} {value:.4f}" for key, value in self.tally.score().items())
        return f"{name:<20}{pages / self.seconds:>8.1f} pages/s{self.seconds / ours:>7.2f} x our time{scores}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--alone", action="store_true", help="without trafilatura")
    args = parser.parse_args()
    extractors = {"article-worker": Judged(extract_body)}
    if not args.alone:
        import trafilatura  # noqa: PLC0415 - only needed for the comparison

        def other(*, fast: bool) -> Extractor:
            return lambda html, _url: trafilatura.extract(html, include_comments=False, fast=fast) or ""

        extractors |= {"trafilatura": Judged(other(fast=False)), "trafilatura, fast": Judged(other(fast=True))}
    count = 0
    for count, page in enumerate(read_pages(args.pages, args.limit), 1):
        turn = list(extractors.values())
        for judged in turn if count % 2 else turn[::-1]:
            judged.judge(page)
    ours = extractors["article-worker"].seconds
    for name, judged in extractors.items():
        print(judged.line(name, count, ours))


if __name__ == "__main__":
    main()
