"""Scores a model like the public article extraction benchmark: by runs of four words, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from training.example import Example
from training.labels import WORD

_GRAM = 4
Score = dict[str, float | int]


@dataclass
class Tally:
    """The pages judged so far: precision and recall of each page with gold text, and snippets of all pages."""

    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    found: int = 0
    missed: int = 0
    false: int = 0

    def judge(self, text: str, gold: str | None, wanted: Collection[str], unwanted: Collection[str]) -> None:
        """Count the text that was found on a page."""
        if gold is not None:
            precision, recall = overlap(gold, text)
            self.precisions += [] if precision is None else [precision]
            self.recalls += [] if recall is None else [recall]
        flat = " ".join(text.split())
        hits = sum(" ".join(snippet.split()) in flat for snippet in wanted)
        self.found, self.missed = self.found + hits, self.missed + len(wanted) - hits
        self.false += sum(" ".join(snippet.split()) in flat for snippet in unwanted)

    def score(self) -> Score:
        """F1, precision, recall, and F of the snippets, as far as there are any."""
        result: Score = {}
        if self.recalls:
            p, r = mean(self.precisions or [0.0]), mean(self.recalls)
            result |= {"F1": round(2 * p * r / (p + r or 1), 4), "precision": round(p, 4), "recall": round(r, 4)}
        if self.found + self.missed + self.false:
            result |= {"snippet_F": round(2 * self.found / (2 * self.found + self.missed + self.false), 4)}
        return result


def score(judged: Sequence[tuple[Example, NDArray[np.bool_]]]) -> Score:
    """The score of pages, given which of their blocks are kept."""
    tally = Tally()
    for page, kept in judged:
        text = "\n".join(block for block, stays in zip(page.texts, kept, strict=True) if stays)
        tally.judge(text, page.gold, page.wanted, page.unwanted)
    return {"pages": len(judged), **tally.score()}


def overlap(gold: str, text: str) -> tuple[float | None, float | None]:
    """Precision and recall of runs of four words; None if there are no runs."""
    wanted, found = _runs(gold), _runs(text)
    common = sum((wanted & found).values())
    return (
        common / sum(found.values()) if found else None,
        common / sum(wanted.values()) if wanted else None,
    )


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    starts = range(max(1, len(words) - _GRAM + 1)) if words else ()
    return Counter(tuple(words[at : at + _GRAM]) for at in starts)
