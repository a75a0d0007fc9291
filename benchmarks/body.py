"""How right the body is that extraction finds, and how fast, against trafilatura on the same pages in the same run.

    python -m benchmarks.body PAGES.jsonl.xz [--limit N] [--alone]

PAGES has one JSON object a line: `url`, `html`, `gold` (the whole body, or null), `with` and `without` (snippets that
must and must not be in it). Each page goes through all extractors in turn, so that the ratio of their times holds on a
noisy machine. The model has seen some pages that the project's figures are about: what it does on others is what
`python -m training.train` prints. trafilatura is in the dependency group `training`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.adapters import extract_body
from training.scores import overlap

Extractor = Callable[[str, str], str]


@dataclass
class Tally:
    """What an extractor found on the pages, and in how many seconds."""

    extract: Extractor
    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    found: int = 0
    missed: int = 0
    false: int = 0
    seconds: float = 0.0

    def judge(self, page: dict[str, Any]) -> None:
        """Extract a page and count."""
        begin = time.perf_counter()
        text = self.extract(page["html"], page["url"] or "")
        self.seconds += time.perf_counter() - begin
        if page.get("gold") is not None:
            precision, recall = overlap(page["gold"], text)
            self.precisions += [] if precision is None else [precision]
            self.recalls += [] if recall is None else [recall]
        flat = " ".join(text.split())
        hits = sum(" ".join(snippet.split()) in flat for snippet in page.get("with") or ())
        self.found, self.missed = self.found + hits, self.missed + len(page.get("with") or ()) - hits
        self.false += sum(" ".join(snippet.split()) in flat for snippet in page.get("without") or ())

    def line(self, name: str, pages: int, ours: float) -> str:
        """The figures as one line."""
        parts = [f"{name:<20}{pages / self.seconds:>8.1f} pages/s{self.seconds / ours:>7.2f} x our time"]
        if self.recalls:
            p, r = mean(self.precisions or [0.0]), mean(self.recalls)
            parts.append(f"  F1 {2 * p * r / (p + r):.4f}  P {p:.4f}  R {r:.4f}")
        if self.found:
            parts.append(f"  snippets F {2 * self.found / (2 * self.found + self.missed + self.false):.4f}")
        return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--alone", action="store_true", help="without trafilatura")
    args = parser.parse_args()
    tallies = {"article-worker": Tally(extract_body)}
    if not args.alone:
        import trafilatura  # noqa: PLC0415 - only to compare with

        def other(*, fast: bool) -> Extractor:
            return lambda html, _url: trafilatura.extract(html, include_comments=False, fast=fast) or ""

        tallies |= {"trafilatura": Tally(other(fast=False)), "trafilatura, fast": Tally(other(fast=True))}
    count = 0
    opener = lzma.open if args.pages.suffix == ".xz" else open
    with opener(args.pages, "rt", encoding="utf-8") as lines:
        for count, line in enumerate(itertools.islice(lines, args.limit), 1):
            turn = list(tallies.values())
            for tally in turn if count % 2 else turn[::-1]:
                tally.judge(json.loads(line))
    ours = tallies["article-worker"].seconds
    for name, tally in tallies.items():
        print(tally.line(name, count, ours))


if __name__ == "__main__":
    main()
