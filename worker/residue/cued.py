"""Finds the lines that a cue rule removes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from operator import itemgetter

from worker.residue import ads, cues, notices
from worker.residue.rules import MAX_LINE_CHARS, STEM_CHARS, by_key, fold, is_east
from worker.text.scripts import IDEOGRAPHIC_CLASS

_CLAUSE = re.compile(r"[.,;:?!…—–|。、，！？]+ *")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,64}")
_LATIN_WORD = re.compile(r"[a-z]{2,}")
_EAST_LETTER = re.compile(f"[{IDEOGRAPHIC_CLASS}]")
# These marks become spaces. Passes in C over UTF-8 take a tenth of the time of `str.translate`.
_MARKS = bytes.maketrans(b"\t.,;:!?()[]{}|/-\"<>='&+*#@_", b" " * 27)
_COMMON_MARKS = "’‘“”–—…\u00a0"
_OTHER_MARKS = "“”«»–—…•·،؟।、。「」【】（）：！？👉🔔"
_stem = itemgetter(slice(STEM_CHARS))

_MAX_CUES_CHARS = 160
_OPENING_WORDS = 4
_OPENING_LETTERS = 12
_LETTERS_OF_A_WORD = 5  # roughly, in scripts without spaces

_CUES = (*notices.NOTICES, *ads.AD_CUES, *cues.CALLS)
_ALL_CUES = cues.REPORTING.union(*(cues for rule in _CUES for cues in (rule.keys, rule.helps, *rule.also)))
_EAST = re.compile("|".join(sorted(filter(is_east, _ALL_CUES), key=lambda cue: (-len(cue), cue))))
_CUE_KEYS = frozenset(key for rule in _CUES for key in rule.keys)
_CUE_RULES = by_key((rule, rule.keys) for rule in _CUES)

CUE_RULE_NAMES = frozenset(rule.name for rule in _CUES)


def _is_long_notice(line: str) -> bool:
    return len(line) <= MAX_LINE_CHARS and ("cookie" in line or "Cookie" in line)


def with_cues(lines: Iterable[str]) -> Iterator[str]:
    """The lines that may contain a key of a rule. ASCII lines are searched separately, to save time."""
    lines = [line for line in lines if len(line) <= _MAX_CUES_CHARS or _is_long_notice(line)]
    text = "\n".join(lines)
    if not text.isascii():
        for mark in _COMMON_MARKS:
            text = text.replace(mark, " ")
    simple = text.split("\n")
    odd = [number for number, line in enumerate(simple) if not line.isascii()]
    for number in odd:
        simple[number] = ""
    yield from _holding_keys(simple, lines)
    if odd:
        odd_lines = [lines[number] for number in odd]
        yield from _holding_keys(odd_lines, odd_lines)


def _holding_keys(simple: list[str], lines: list[str]) -> Iterator[str]:
    text = " " + _plain(fold("\n".join(simple))).replace("\n", "\n ")
    keys = _found(text) & _CUE_KEYS
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    for cue in keys:
        key = f" {cue}" if text.isascii() else cue
        at = text.find(key)
        while at >= 0:
            number = bisect_right(starts, at)
            yield lines[number - 1]
            at = text.find(key, starts[number]) if number < len(starts) else -1


def by_cues(folded: str) -> str | None:
    """The name of the first cue rule that fits a folded line, or None."""
    if "%" in folded:
        return None
    plain = _plain(folded)
    found = _found(plain)
    keys = found & _CUE_KEYS
    if not keys or not found.isdisjoint(cues.REPORTING):
        return None
    words = len(plain.split()) + len(_EAST_LETTER.findall(folded)) // _LETTERS_OF_A_WORD
    rules = dict.fromkeys(rule for key in sorted(keys) for rule in _CUE_RULES[key])
    fitting = [rule for rule in rules if rule.fits(words, found)]
    opening = _opening(folded) if fitting else frozenset()
    return next((rule.name for rule in fitting if not rule.opens or not rule.opens.isdisjoint(opening)), None)


def _plain(folded: str) -> str:
    """The text with spaces for punctuation. Its lines stay the same."""
    if "@" in folded:
        folded = _ADDRESS.sub("emailaddress", folded)
    if not folded.isascii():
        for mark in _OTHER_MARKS:
            folded = folded.replace(mark, " ")
    return folded.encode("utf-8", "surrogatepass").translate(_MARKS).decode("utf-8", "surrogatepass")


def _found(plain: str) -> set[str]:
    """The cues in a text, among its other words."""
    found = set(plain.split())
    found.update(map(_stem, list(found)))
    if not plain.isascii() and (inside := _EAST.findall(plain)):
        found.update(inside, map(_stem, _LATIN_WORD.findall(plain)))
    return found


def _opening(folded: str) -> frozenset[str]:
    """The cues at the beginning or end of a clause, among other words there."""
    return frozenset(chain.from_iterable(map(_edges, _CLAUSE.split(folded))))


def _edges(clause: str) -> list[str]:
    words = _plain(clause).split()
    edges = [form for word in (*words[:_OPENING_WORDS], *words[-_OPENING_WORDS:]) for form in (word, _stem(word))]
    if not clause.isascii():
        edges += _EAST.findall(clause[:_OPENING_LETTERS]) + _EAST.findall(clause[-_OPENING_LETTERS:])
    return edges
