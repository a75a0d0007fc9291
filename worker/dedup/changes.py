"""Decides how much an update changed.

A minor update changes nothing that the story says: a line beside it, a timestamp, the spelling of a word. An index
keeps no text, so this is told from the codes of the words, the lines, and the sums of the letters. In case of doubt, a
change is major.

A word counts as misspelt only if its script has spaces and capitals. Without spaces, one sign is a word or a part of
one. A Korean word may lose its negation with one syllable. Without capitals, a name looks like any other word. The
share of function words and the share of names tell which scripts these are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from worker.dedup.word_codes import FUNCTION_WORDS, MAX_WORDS, Words, bits, line_starts, words_of
from worker.messages import Change

SAME_LINE = 0.5  # two lines with at least this share of words in common are versions of one line
MOST_LINES = 3  # lines that change in one place; only one may come or go
BESIDE, ALONE = 25, 8  # words at most of a line beside the story that replaces another one, that stands in one version
MOST_BESIDE = 4  # such lines in either version, a replaced one counts twice
LABEL = 2  # words with which two lines in one place begin, if these words are a label
OWN, OWN_IN_LABELLED, OWN_NAMES = 0.34, 0.6, 1  # share of its words, and number of names, that the rest may have, too
STAMP, STAMP_NUMBERS = 8, 2  # words of a timestamp or a counter at most, numbers of a timestamp at least
COUNTER_SHORT = 1  # short words of a counter at most: more make a sentence
STAMP_NAMES = 1  # names in it at most: the month
YEARS = range(1900, 2100)  # a timestamp moves on by hours or days; another year is a correction
MOST_TYPOS = 2
SHORT_WORDS = 0.1  # least share of function words, where there are spaces; capitals and numbers do not count
NAMES = 0.01  # least share of names in a text, where there are capitals


class _Line(NamedTuple):
    """A line of a version: its words from `start` to `end`."""

    version: Words
    start: int
    end: int

    @property
    def sequence(self) -> bytes:
        return self.version.sequence[self.start : self.end]


def difference_of(new: Words, old: Words) -> tuple[Change, float]:
    """How much an update changed, and the share of words (0..1) that both versions have in the same order."""
    matched = LCSseq.similarity(new.sequence, old.sequence)
    words = len(new.sequence) + len(old.sequence)
    minor = words > 0 and _is_minor(new, old)
    return (Change.MINOR if minor else Change.MAJOR), 2 * matched / max(1, words)


def _is_minor(new: Words, old: Words) -> bool:
    places = list(_changed(_lines(new), _lines(old)))
    typos, beside = 0, 0
    for news, olds in places:
        if max(len(news), len(olds)) > (MOST_LINES if news and olds else 1):
            return False
        for one, other in _paired(news, olds):
            if one is None or other is None:
                if not (_is_beside(one, olds) if one else other and _may_go(other, news)):
                    return False
                beside += 1
            elif not _is_stamp(one, other) and not _is_counter(one, other):
                found = _typos(one, other)
                if found is None:
                    return False
                typos += found
    if not places:  # what differs is a sign, as in -3 and +3, or lies beyond the words of the records
        return False
    if typos or len(new.sequence) == MAX_WORDS:
        return not beside and typos <= MOST_TYPOS and _letters_changed(new, old) <= typos
    return beside <= MOST_BESIDE


def _lines(version: Words) -> list[_Line]:
    starts = line_starts(version).tolist()
    ends = [*starts[1:], len(version.sequence)] if starts else []
    return [_Line(version, start, end) for start, end in zip(starts, ends, strict=True)]


def _changed(news: list[_Line], olds: list[_Line]) -> Iterator[tuple[list[_Line], list[_Line]]]:
    """The lines of either version that the other one does not have, by place."""
    at_new = at_old = 0
    new_texts, old_texts = [line.sequence for line in news], [line.sequence for line in olds]
    for block in LCSseq.editops(new_texts, old_texts).as_matching_blocks():  # the last one is empty, at both ends
        if at_new < block.a or at_old < block.b:
            yield news[at_new : block.a], olds[at_old : block.b]
        at_new, at_old = block.a + block.size, block.b + block.size


def _paired(news: list[_Line], olds: list[_Line]) -> Iterator[tuple[_Line | None, _Line | None]]:
    """The changed lines of one place: with another version of the same line if there is one, or else alone."""
    for new in news:
        likeness = [LCSseq.normalized_similarity(new.sequence, old.sequence) for old in olds]
        best = int(np.argmax(likeness)) if likeness else 0
        if likeness and likeness[best] >= SAME_LINE:
            yield from ((None, old) for old in olds[:best])
            yield new, olds[best]
            olds = olds[best + 1 :]
        else:
            yield new, None
    yield from ((None, old) for old in olds)


def _is_beside(line: _Line, olds: list[_Line]) -> bool:
    """Whether a new line is not part of the story: a short one, with other words and names than the rest.

    A number alone may be part of the story. If a line begins like an old line in its place, that beginning is a label,
    such as `Read more`.
    """
    if any(_is_stamp(line, old) for old in olds):
        return True
    label = max((_same_beginning(line, old) for old in olds), default=0)
    return line.end - line.start <= (BESIDE if olds else ALONE) and _is_foreign(line, label)


def _is_foreign(line: _Line, label: int = 0) -> bool:
    """Whether a line of the new version has words, and hardly any that the rest has, too. Its label does not count."""
    own = OWN_IN_LABELLED if label >= LABEL else OWN
    codes = np.frombuffer(line.version.codes, "<u2")
    names = bits(line.version.names, len(codes)) & (codes & 1 == 0)
    here = np.zeros(len(codes), bool)
    here[line.start + label : line.end] = True
    content = np.frombuffer(line.version.sequence, np.uint8) >= FUNCTION_WORDS
    known = np.isin(codes, codes[~here & content])
    words = here & content
    if (codes[words] & 1).all():  # numbers, or nothing
        return False
    shared_names = known[here & names].sum()
    return bool(known[words].sum() <= own * words.sum() and shared_names <= OWN_NAMES + (label >= LABEL))


def _may_go(line: _Line, news: list[_Line]) -> bool:
    """Whether an old line is so short that it hardly belongs to the story. Nothing else is known of old words."""
    return line.end - line.start <= (BESIDE if news else ALONE)


def _same_beginning(one: _Line, other: _Line) -> int:
    """The number of words with which both lines begin."""
    pairs = enumerate(zip(one.sequence, other.sequence, strict=False))
    return next((at for at, (new, old) in pairs if new != old), min(len(one.sequence), len(other.sequence)))


def _is_stamp(new: _Line, old: _Line) -> bool:
    """Whether two versions of a line are timestamps: short lines in which only numbers differ.

    A timestamp has a year, or two numbers side by side, as in 10:45. `Dead: 12, injured: 40` has neither.
    """
    number = _numbers(new)
    if _other_numbers(new, old) is None or number.sum() < STAMP_NUMBERS or (_names(new) & ~number).sum() > STAMP_NAMES:
        return False
    return bool((number[1:] & number[:-1]).any() or np.isin(_codes(new), _years()).any())


def _is_counter(new: _Line, old: _Line) -> bool:
    """Whether two versions of a line beside the story differ only in numbers, such as `12 comments` or share prices.

    Several numbers need a name before each of them, as share
    prices have: others may be a list of facts. A number that the rest of the article has, too, may be corrected.
    """
    differs = _other_numbers(new, old)
    if differs is None or sum(map(FUNCTION_WORDS.__gt__, new.sequence)) > COUNTER_SHORT or not _is_foreign(new):
        return False
    number, names, codes = _numbers(new), _names(new), _codes(new)
    rest = [new.version.codes[: 2 * new.start], new.version.codes[2 * new.end :]]
    if np.isin(codes[differs], np.frombuffer(b"".join(rest), "<u2")).any():
        return False
    return bool(number.sum() == 1 or (names[:-1][number[1:]].all() and not number[0]))


def _other_numbers(new: _Line, old: _Line) -> NDArray[np.bool_] | None:
    """Which words of a short line differ, if only numbers do, and not the year; else None."""
    words = new.end - new.start
    if words > STAMP or words != old.end - old.start:
        return None
    differs = np.frombuffer(new.sequence, np.uint8) != np.frombuffer(old.sequence, np.uint8)
    only_numbers = _numbers(new)[differs].all() and _names(old)[differs].all()
    return None if not only_numbers or np.isin(_codes(new)[differs], _years()).any() else differs


@cache
def _years() -> NDArray[np.uint16]:
    """The codes of the years that a timestamp may have."""
    return np.frombuffer(words_of(" ".join(map(str, YEARS)), seed=0).codes, "<u2")


def _typos(new: _Line, old: _Line) -> int | None:
    """The number of words that may be spelled differently in two versions of a line; None if there is another change.

    Short words, names and numbers are never taken for misspelt ones.
    """
    if new.end - new.start != old.end - old.start or not _has_spelling(new):
        return None
    news, olds = np.frombuffer(new.sequence, np.uint8), np.frombuffer(old.sequence, np.uint8)
    differs = news != olds
    spelled = (news >= FUNCTION_WORDS) & (olds >= FUNCTION_WORDS) & ~_names(new) & ~_names(old)
    return int(differs.sum()) if spelled[differs].all() else None


def _has_spelling(line: _Line) -> bool:
    """Whether a line of the new version is in a script with spaces, and its text in one with capitals."""
    whole = _Line(line.version, 0, len(line.version.sequence))
    names = _names(whole) & ~_numbers(whole)
    return min(_short_words(line), _short_words(whole)) >= SHORT_WORDS and float(names.mean()) >= NAMES


def _short_words(line: _Line) -> float:
    """The share of function words in a line of the new version."""
    short = np.frombuffer(line.sequence, np.uint8) < FUNCTION_WORDS
    return float((short & ~_names(line)).mean())


def _letters_changed(new: Words, old: Words) -> int:
    """How many letters more or fewer one version has, summed over the letters of the alphabet."""
    difference = np.frombuffer(new.letters, np.uint8) - np.frombuffer(old.letters, np.uint8)
    return int(np.abs(difference.view(np.int8)).sum())


def _numbers(line: _Line) -> NDArray[np.bool_]:
    """Which words of a line of the new version are numbers."""
    return (_codes(line) & 1).astype(bool)


def _codes(line: _Line) -> NDArray[np.uint16]:
    return np.frombuffer(line.version.codes, "<u2")[line.start : line.end]


def _names(line: _Line) -> NDArray[np.bool_]:
    """Which words of a line are names or numbers."""
    return bits(line.version.names, len(line.version.sequence))[line.start : line.end]
