"""Which blocks of a page belong to its article, from the article's text as people wrote it down."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from training.example import Floats

WORD = re.compile(r"\w+")
_GRAM = 4
_SHORTEST = 30  # words: an article of fewer weighs as if it had so many
_HEAVIEST = 250.0  # a page: else the few with a short article among much else decide
_FLOOR = 0.02  # what a block weighs that has hardly a word
_LEAST_UNWANTED = 2.0  # what a block weighs at least that a snippet says is none of the article


def token_counts(texts: Sequence[str]) -> Floats:
    """The words of each block, as the scorer counts them."""
    return np.array([len(WORD.findall(text)) for text in texts], np.float64)


def shares(texts: Sequence[str], gold: str) -> Floats:
    """For each block the share of its words that lie in a run of four words of the gold text; extra copies have 0."""
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
    """Of blocks with the same words keep as many as the gold has, those with the most gold around them."""
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
    """What each block weighs: as much as it changes the page's precision and recall, up to a limit for the page."""
    result = counts / max(float((counts * wanted).sum()), _SHORTEST) * 100 + _FLOOR
    return np.asarray(result * min(1.0, _HEAVIEST / float(result.sum())))


# -- pages of which only snippets are known --------------------------------------------------------------------------

_SNIPPET_SHARE = 0.3  # of a block: less of it says nothing about the rest
_HALF = 0.5  # what a page weighs whose labels are guesses


def snippet_labels(
    texts: Sequence[str], counts: Floats, guesses: Floats, wanted: Sequence[str], unwanted: Sequence[str]
) -> tuple[Floats, Floats]:
    """Labels and weights from guesses (0..1), corrected where the snippets know better.

    A guess weighs the less the closer it is to one half.
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
