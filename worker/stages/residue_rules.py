"""The rules of the residue stage: what lines look like that publishers' systems put between the lines of a story.

Three forms, so that a rule knows a kind of line and not one publisher's sentence:

* `WordRule`: the line is made of the rule's words and numbers and nothing else.
* `HeadRule`: the line begins with such words, then a separator, then a headline or a name.
* `PatternRule`: the line begins with one of the rule's phrases, and the whole of it fits a pattern; where the pattern
  has groups, what they hold must be names.

All are written in lower case and compared after `fold`. Languages: en de es fr it pt nl pl ru uk tr sv no da cs ar hi
ja zh ko. The tables themselves stand in `residue_words`, `residue_patterns` and `residue_calls`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

MAX_LINE_CHARS = 300
"""No rule looks at a longer line."""

_ACCENTS = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)}
_PLAIN = dict(zip("‘’ʼ´`\u00a0\u2009\u202f：｜＝／ıأإآ“”„", "'''''   :|=/iااا\"\"\"", strict=True))
_DROPPED = dict.fromkeys(map(chr, (*range(0x300, 0x370), 0x640, 0x64B, 0x200B, 0x200E, 0x200F, 0xFEFF)), "")
_FOLDING = str.maketrans({**_ACCENTS, **_PLAIN, **_DROPPED})


def fold(text: str) -> str:
    """Lower case, without Latin accents, with plain quotes, spaces and colons."""
    return (text if text.isascii() else text.translate(_FOLDING)).lower()


@dataclass(frozen=True, slots=True)
class WordRule:
    """A line of `min_words` to `max_words` of these words and `min_numbers` to `max_numbers` numbers.

    At least `needed` of the words are `strong`.
    """

    name: str
    strong: frozenset[str]
    filler: frozenset[str]
    max_words: int
    min_words: int = 1
    needed: int = 1
    min_numbers: int = 0
    max_numbers: int = 16
    all_words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "all_words", self.strong | self.filler)

    def fits(self, words: list[str], numbers: int) -> bool:
        """Whether a line of these words, and of so many numbers beside them, is made of the rule's words alone."""
        return (
            self.all_words.issuperset(words)
            and self.min_words <= len(words) <= self.max_words
            and self.min_numbers <= numbers <= self.max_numbers
            and sum(word in self.strong for word in words) >= self.needed
        )


@dataclass(frozen=True, slots=True)
class HeadRule:
    """A head that fits `head`, then a separator, then up to `max_rest_words` words: names only if `names`.

    A head of one word must be among `alone`.
    """

    head: WordRule
    max_rest_words: int
    alone: frozenset[str]
    names: bool = False


@dataclass(frozen=True, slots=True)
class PatternRule:
    """A pattern that the whole folded line fits. `starts` are the first two letters of such lines; none: any."""

    name: str
    starts: frozenset[str]
    pattern: re.Pattern[str]


def word_set(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(fold(text).split())


def pattern_rules(name: str, *rows: tuple[str, str]) -> tuple[PatternRule, ...]:
    """Rules that fire on a line that is one of the phrases of a row (plain text, `|` between) and then its pattern.

    Whatever marks stand at the end of the line do not matter.
    """
    return tuple(_pattern_rule(name, fold(phrases), rest.translate(_FOLDING)) for phrases, rest in rows)


def _pattern_rule(name: str, phrases: str, rest: str) -> PatternRule:
    known = [" ".join(phrase.split()) for phrase in phrases.split("|")]
    either = "|".join(map(re.escape, known))
    starts = frozenset(phrase[:2] for phrase in known if phrase)
    return PatternRule(name, starts, re.compile(rf"(?:{either})(?:{rest})[\s.:!…*)\]】）」©>]*"))
