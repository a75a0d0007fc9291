"""The rules of the residue stage: they describe lines that publishers' systems add to a story.

There are four forms, so that a rule describes a kind of line and not the sentence of one publisher:

* `WordRule`: the line consists only of the rule's words and of numbers.
* `HeadRule`: the line begins with such words, followed by a separator and a headline or a name.
* `PatternRule`: the line begins with one of the rule's phrases, and the whole line fits a pattern. If the pattern has
  groups, their contents must be names.
* `CueRule`: the line contains a few of the rule's cues, in any order, and they are a large part of its words.

All rules are in lower case, and are compared after `fold`. Languages: en de es fr it pt nl pl ru uk tr sv no da cs ar
hi ja zh ko, and to a lesser extent fi el hu ro he id vi fa bn. Word tables: `word_tables`, `buttons`, `date_stamps`,
`ads`, `calls` and `others`. Patterns: `links`, `photo_credits` and `patterns`. Cues: `notices`, `cues` and `ads`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeVar

Rule = TypeVar("Rule", "WordRule", "HeadRule", "PatternRule", "CueRule")

MAX_LINE_CHARS = 240
"""Rules ignore longer lines."""

_ACCENTS = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)}
_PLAIN = dict(zip("‘’ʼ´`\u00a0\u2009\u202f：｜＝／ıأإآ“”„", "'''''   :|=/iااا\"\"\"", strict=True))
_COMMON = "’‘“”\u00a0"
DROPPED = dict.fromkeys(map(chr, (*range(0x300, 0x370), 0x640, 0x64B, 0x200B, 0x200E, 0x200F, 0xFEFF)), "")
_FOLDING = str.maketrans({**_ACCENTS, **_PLAIN, **DROPPED})
_FOLDED = re.compile("[" + "".join(map(chr, _FOLDING)).replace("`", "") + "]")


def fold(text: str) -> str:
    """The text in lower case, without Latin accents, with plain quotes, spaces and colons."""
    if not text.isascii():
        for mark in _COMMON:  # `str.translate` takes forty times as long
            text = text.replace(mark, _PLAIN[mark])
        if _FOLDED.search(text):
            text = text.translate(_FOLDING)
    return text.lower()


_EAST = "\u2e80"
"""Scripts from here on are written without spaces, or attach endings to their words."""


def is_east(cue: str) -> bool:
    """Whether a cue may occur inside words."""
    return cue >= _EAST


def has_east(word: str) -> bool:
    """Whether a word may consist of several words of a rule."""
    return not word.isascii() and max(word) >= _EAST


@dataclass(frozen=True, slots=True)
class WordRule:
    """A line of `min_words` to `max_words` of these words, and of `min_numbers` to `max_numbers` numbers.

    At least `needed` of the words are `strong`. Some rules also require a time of day.
    """

    name: str
    strong: frozenset[str]
    filler: frozenset[str]
    max_words: int
    min_words: int = 1
    needed: int = 1
    min_numbers: int = 0
    max_numbers: int = 16
    with_clock: bool = False
    all_words: frozenset[str] = field(init=False)
    east: re.Pattern[str] | None = field(init=False)
    """Splits East Asian text, which is written without spaces, into words of the rule and numbers."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "all_words", self.strong | self.filler)
        parts = sorted(filter(is_east, self.all_words), key=lambda part: (-len(part), part))
        either = "|".join([r"\d+", "[a-z]+", *map(re.escape, parts)])
        object.__setattr__(self, "east", re.compile(f"({either})") if parts else None)

    def in_parts(self, words: list[str]) -> list[str]:
        """The words, with East Asian ones split into words of the rule and numbers."""
        if self.east is None or not any(map(has_east, words)):
            return words
        parts: list[str] = []
        for word in words:
            split = self.east.split(word) if has_east(word) and word not in self.all_words else [word]
            parts += filter(None, split)
        return parts

    def fits(self, words: list[str], numbers: int) -> bool:
        """Whether a line with these words and this many numbers consists only of the rule's words and numbers."""
        if len(words) > self.max_words:  # splitting only makes more words
            return False
        if not self.all_words.issuperset(words):
            parts = self.in_parts(words)
            words = [part for part in parts if not part[0].isdecimal()]
            numbers += len(parts) - len(words)
            if not self.all_words.issuperset(words):
                return False
        return (
            self.min_words <= len(words) <= self.max_words
            and self.min_numbers <= numbers <= self.max_numbers
            and sum(word in self.strong for word in words) >= self.needed
        )


@dataclass(frozen=True, slots=True)
class HeadRule:
    """A head that fits `head`, then a separator, then up to `max_rest_words` words; only names if `names` is set.

    A single word may be a head only if it is in `alone`.
    """

    head: WordRule
    max_rest_words: int
    alone: frozenset[str]
    names: bool = False


@dataclass(frozen=True, slots=True)
class PatternRule:
    """A pattern for a whole folded line. The line must begin with one of `starts`, if there are any."""

    name: str
    starts: frozenset[str]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class CueRule:
    """A line of up to `max_words` words with one of `keys`, one of each set in `also`, and enough different `helps`.

    Enough means at least `needed`, and at least `share` of the line's words. One cue may count for several sets. If
    `opens` is given, one of its cues must begin or end a clause.
    """

    name: str
    keys: frozenset[str]
    also: tuple[frozenset[str], ...]
    helps: frozenset[str]
    needed: int
    max_words: int
    share: float
    opens: frozenset[str] = frozenset()

    def fits(self, words: int, found: AbstractSet[str]) -> bool:
        """Whether a line of this many words with these cues fits, regardless of their order."""
        return (
            words <= self.max_words
            and len(found & self.helps) >= max(self.needed, self.share * words)
            and all(not found.isdisjoint(cues) for cues in self.also)
        )


STEM_CHARS = 6
"""A cue stands for all words that begin with this many of its letters."""


def cue_set(text: str) -> frozenset[str]:
    """The cues in a table: the stems of its words; whole words in East Asian scripts and if they end in `=`."""
    words = (word for part in fold(text).split() for word in part.split("-") if len(word) > 1 or word == part)
    return frozenset(word.rstrip("=") if is_east(word) or word[-1] == "=" else word[:STEM_CHARS] for word in words)


def word_set(text: str) -> frozenset[str]:
    """The words in a table."""
    return frozenset(fold(text).split())


def pattern_rules(name: str, *rows: tuple[str, str]) -> tuple[PatternRule, ...]:
    """Rules for lines that consist of one of a row's phrases (plain text, separated by `|`) and then match its pattern.

    Punctuation at the end of the line does not matter.
    """
    return tuple(_pattern_rule(name, fold(phrases), rest.translate(_FOLDING)) for phrases, rest in rows)


def _pattern_rule(name: str, phrases: str, rest: str) -> PatternRule:
    known = [" ".join(phrase.split()) for phrase in phrases.split("|")]
    either = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    starts = frozenset(filter(None, known))
    return PatternRule(name, starts, re.compile(rf"(?:{either})(?:{rest})[\s.:!…*)\]】）」©>]*"))


def by_key(rules: Iterable[tuple[Rule, Iterable[str]]]) -> Mapping[str, tuple[Rule, ...]]:
    """For each beginning of a line, or each cue, the rules that may fit, in order."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule, keys in rules:
        for key in keys:
            found[key].append(rule)
    return {key: tuple(of_key) for key, of_key in found.items()}
