"""Compares two texts word by word, at a bounded cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import LCSseq

from worker.text.scripts import COMPLEX_CLASS, COMPLEX_LETTERS_A_WORD, IDEOGRAPHIC_CLASS

MOST_CELLS: Final = 400_000_000
"""The largest table of words by words to fill: two texts of 20,000 changed words. It takes 50 MB and 0.1 s."""

MOST_CHARS: Final = 8 << 20
"""The longest two texts, together, that are split into words."""

GAP: Final = " … "
"""Stands for the words that `shortened` leaves out."""

# A word takes the punctuation and the spaces after it with it. A line end is a word of its own.
_UNSPACED: Final = rf"[{IDEOGRAPHIC_CLASS}]|[{COMPLEX_CLASS}]{{1,{COMPLEX_LETTERS_A_WORD}}}+"
_WORD: Final = re.compile(rf"\n|(?:{_UNSPACED}|[^\s{IDEOGRAPHIC_CLASS}{COMPLEX_CLASS}]++)(?:(?!\n)\s)*+|(?:(?!\n)\s)++")

Kind = Literal["same", "deleted", "inserted"]


class Run(NamedTuple):
    """A stretch of text that is in both texts, only in the first, or only in the second."""

    kind: Kind
    text: str


def word_diff(before: str, after: str) -> list[Run] | None:
    """The runs that lead from one text to the other. None if the texts are too long to compare word by word.

    The runs that are not inserted make up `before`, and those that are not deleted make up `after`; only spaces may
    differ. A few words in common between longer changes count as changed, because a reader would not call them kept.
    """
    if before == after:
        return [Run("same", after)] if after else []
    if len(before) + len(after) > MOST_CHARS:
        return None
    olds, news = _WORD.findall(before), _WORD.findall(after)
    steps = _steps(*([word.rstrip(" \t") for word in words] for words in (olds, news)))
    return None if steps is None else [run for run in _runs(_readable(steps), olds, news) if run.text]


def shortened(runs: Sequence[Run], around: int = 12) -> list[Run]:
    """The changes, each with up to `around` unchanged words on either side. `GAP` stands for the other words."""
    return [
        Run("same", _cut(run.text, around, at_begin=place == 0, at_end=place == len(runs) - 1))
        if run.kind == "same"
        else run
        for place, run in enumerate(runs)
    ]


def changed_words(runs: Iterable[Run]) -> tuple[int, int]:
    """How many words were deleted, and how many inserted."""
    counts = {"deleted": 0, "inserted": 0, "same": 0}
    for run in runs:
        counts[run.kind] += sum(1 for word in _WORD.finditer(run.text) if not word[0].isspace())
    return counts["deleted"], counts["inserted"]


class _Step(NamedTuple):
    """The words `begin..end` of the old text became the words `first..last` of the new one."""

    is_same: bool
    begin: int
    end: int
    first: int
    last: int

    @property
    def size(self) -> int:
        return max(self.end - self.begin, self.last - self.first)


def _steps(olds: Sequence[str], news: Sequence[str]) -> list[_Step] | None:
    """The steps in order; None if there are too many words between the first change and the last."""
    shorter = min(len(olds), len(news))
    head = next((at for at in range(shorter) if olds[at] != news[at]), shorter)
    tail = next((at for at in range(shorter - head) if olds[-1 - at] != news[-1 - at]), shorter - head)
    old, new = olds[head : len(olds) - tail], news[head : len(news) - tail]
    if len(old) * len(new) > MOST_CELLS:
        return None
    middle = [
        _Step(step.tag == "equal", step.src_start + head, step.src_end + head, step.dest_start + head,
              step.dest_end + head)
        for step in LCSseq.opcodes(old, new)
    ]  # fmt: skip
    begin = _Step(is_same=True, begin=0, end=head, first=0, last=head)
    end = _Step(is_same=True, begin=len(olds) - tail, end=len(olds), first=len(news) - tail, last=len(news))
    return _joined(step for step in (begin, *middle, end) if step.size)


def _joined(steps: Iterable[_Step]) -> list[_Step]:
    """Neighbours of one kind as one step."""
    groups = (list(group) for _, group in groupby(steps, lambda step: step.is_same))
    return [_Step(group[0].is_same, group[0].begin, group[-1].end, group[0].first, group[-1].last) for group in groups]


def _readable(steps: Sequence[_Step]) -> list[_Step]:
    """The steps without words in common that are fewer than the changed words on each side of them."""
    sizes = [0 if step.is_same else step.size for step in steps]
    return _joined(
        step._replace(is_same=False)
        if step.is_same and 0 < at < len(steps) - 1 and step.size < min(sizes[at - 1], sizes[at + 1])
        else step
        for at, step in enumerate(steps)
    )


def _runs(steps: Iterable[_Step], olds: Sequence[str], news: Sequence[str]) -> Iterator[Run]:
    for step in steps:
        if step.is_same:
            yield Run("same", "".join(news[step.first : step.last]))
        else:
            yield Run("deleted", "".join(olds[step.begin : step.end]))
            yield Run("inserted", "".join(news[step.first : step.last]))


def _cut(text: str, around: int, *, at_begin: bool, at_end: bool) -> str:
    """The words of an unchanged run that are next to a change."""
    words = _WORD.findall(text)
    first, last = 0 if at_begin else around, 0 if at_end else around
    if len(words) <= first + last + 1:
        return text
    begin, end = "".join(words[:first]).rstrip(" "), "".join(words[len(words) - last :])
    return f"{begin}{GAP}{end}".lstrip(" ") if at_begin else f"{begin}{GAP}{end}"
