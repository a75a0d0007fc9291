"""How right a model is, as the public article extraction benchmark counts: runs of four words, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from training.example import Example
from training.labels import WORD
from worker.extraction.body import keep

_GRAM = 4
Score = dict[str, float | int]


def score(judged: Sequence[tuple[Example, NDArray[np.float32]]]) -> Score:
    """Of pages and the probabilities of their blocks: F1, precision and recall, and F of the snippets, where known."""
    precisions: list[float] = []
    recalls: list[float] = []
    found = missed = false = 0
    for page, probabilities in judged:
        kept = keep(probabilities, page.texts)
        text = "\n".join(block for block, stays in zip(page.texts, kept, strict=True) if stays)
        if page.gold is not None:
            precision, recall = overlap(page.gold, text)
            precisions += [] if precision is None else [precision]
            recalls += [] if recall is None else [recall]
        flat = " ".join(text.split())
        hits = sum(" ".join(snippet.split()) in flat for snippet in page.wanted)
        found, missed = found + hits, missed + len(page.wanted) - hits
        false += sum(" ".join(snippet.split()) in flat for snippet in page.unwanted)
    result: Score = {"pages": len(judged)}
    if recalls:
        p, r = mean(precisions), mean(recalls)
        result |= {"F1": round(2 * p * r / (p + r), 4), "precision": round(p, 4), "recall": round(r, 4)}
    if found + missed + false:
        result |= {"snippet_F": round(2 * found / (2 * found + missed + false), 4)}
    return result


def overlap(gold: str, text: str) -> tuple[float | None, float | None]:
    """Precision and recall of the runs of four words; None where there are none to count."""
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
