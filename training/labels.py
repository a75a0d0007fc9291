"""Labels the blocks of a page that belong to its article, given the article's text as people marked it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from training.example import Floats

WORD = re.compile(r"\w+")
_GRAM = 4
_SHORTEST = 30  # words; a shorter article has the weight of one with this many
_HEAVIEST = 250.0  # of a page; otherwise, the few pages with a short article among much other text would dominate
_FLOOR = 0.02  # the weight of a block with hardly a word
_LEAST_UNWANTED = 2.0  # the least weight of a block that a snippet excludes from the article


def token_counts(texts: Sequence[str]) -> Floats:
    """The number of words of each block, as the scorer counts them."""
    return np.array([len(WORD.findall(text)) for text in texts], np.float64)


def shares(texts: Sequence[str], gold: str) -> Floats:
    """For each block, the share of its words in runs of four words of the gold text; 0 for extra copies of a block."""
    words = [WORD.findall(text) for text in texts]
    flat = [word for block in words for word in block]
    gold_words = WORD.findall(gold)
    size = min(_GRAM, len(gold_words))
    known = {tuple(gold_words[n : n + size]) for n in range(len(gold_words) - size + 1)}
    covered = np.zeros(len(flat) + size, bool)
    for n in range(len(flat) - size + 1):
        if tuple(flat[n : n + size]) in known:
            covered[n : n + size] = True
    triples = {tuple(gold_words[n : n + 3]) for n in range(len(gold_words) - 2)}
    result, start = np.zeros(len(texts)), 0
    for at, block in enumerate(words):
        end = start + len(block)
        if block:
            result[at] = covered[start:end].mean()
            if len(block) == 3 and tuple(block) in triples:
                result[at] = 1.0
        start = end
    _drop_copies(words, gold_words, result)
    return result


def _drop_copies(words: list[list[str]], gold_words: list[str], result: Floats) -> None:
    """Of blocks with the same words, keep as many as the gold text has: those with the most gold text around them."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, block in enumerate(words):
        if result[at] > 0.5:
            places[tuple(block)].append(at)
    gold_text = " " + " ".join(gold_words) + " "
    for copy, copies in places.items():
        if len(copies) > 1:
            wanted = max(1, gold_text.count(" " + " ".join(copy) + " "))
            around = {at: result[max(0, at - 3) : at].sum() + result[at + 1 : at + 4].sum() for at in copies}
            for at in sorted(copies, key=lambda at: (-around[at], at))[wanted:]:
                result[at] = 0.0


def weights(counts: Floats, wanted: Floats) -> Floats:
    """The weight of each block: its effect on the page's precision and recall, up to a limit for the page."""
    result = counts / max(float((counts * wanted).sum()), _SHORTEST) * 100 + _FLOOR
    return np.asarray(result * min(1.0, _HEAVIEST / float(result.sum())))


# -- pages with snippets only ----------------------------------------------------------------------------------------

_SNIPPET_SHARE = 0.3  # of a block; a shorter snippet says nothing about the rest of the block
_HALF = 0.5  # the weight of a page whose labels are guesses


def snippet_labels(
    texts: Sequence[str], counts: Floats, guesses: Floats, wanted: Sequence[str], unwanted: Sequence[str]
) -> tuple[Floats, Floats]:
    """Labels and weights from guesses (0..1), corrected by the snippets.

    The closer a guess is to one half, the less it weighs.
    """
    labels = (guesses > _HALF).astype(np.float64)
    result = weights(counts, labels) * _HALF * np.abs(2 * guesses - 1)
    flat = [" ".join(text.split()) for text in texts]
    for snippet in filter(None, (" ".join(snippet.split()) for snippet in wanted)):
        for at, text in enumerate(flat):
            if snippet in text:
                labels[at] = 1.0
                result[at] = max(result[at], weights(counts, labels)[at] * _HALF)
    for snippet in filter(None, (" ".join(snippet.split()) for snippet in unwanted)):
        for at, text in enumerate(flat):
            if snippet in text and len(snippet) > _SNIPPET_SHARE * len(text):
                labels[at] = 0.0
                result[at] = max(result[at], weights(counts, labels)[at] * _HALF, _LEAST_UNWANTED)
    return labels, result
