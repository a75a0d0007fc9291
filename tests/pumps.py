"""Attack strings for a compiled pattern. They make a backtracking matcher try everything again and again.

For each long repeat of the pattern there is a text that leads to it, a text that is repeated many times, and an ending
that does not match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

Items = Sequence[tuple[Any, Any]]

MANY: Final = 50
"""A repeat that allows at least this many times is attacked; a shorter one is bounded."""

_FIRST_SAMPLES: Final = " a1"
_SAMPLES: Final = "A\n\t.-é中_<>/\"'=:;,&["
_END: Final = "\x00"
_MOST_CHARS: Final = 8
_MOST_VARIANTS: Final = 200
_ONE_CHAR: Final = (_constants.IN, _constants.ANY, _constants.NOT_LITERAL)
_REPEATS: Final = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


class Attack(NamedTuple):
    """The repeated text, what comes before it, and what ends it."""

    lead: str
    unit: str
    end: str

    def text(self, length: int) -> str:
        """The attack at about this length."""
        return self.lead + self.unit * (length // len(self.unit)) + self.end


def attacks(pattern: re.Pattern[Any]) -> set[Attack]:
    """All attacks on one pattern. Patterns for bytes are attacked in Latin-1."""
    maker = _Maker(pattern)
    found: set[Attack] = set()
    for lead, body in maker.repeats(maker.parsed, ""):
        for pump in maker.pumps(body):
            for before, unit in ((lead, pump), ("", lead + pump), ("", lead)):
                found.update(Attack(before, unit, end) for end in ("", _END) if unit)
    return found


class _Maker:
    """Makes texts that match parts of one pattern."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        self.flags = pattern.flags & ~re.UNICODE
        self.parsed = _parser.parse(source, self.flags)
        self.chars = "".join(dict.fromkeys((*_FIRST_SAMPLES, *self._literals(self.parsed), *_SAMPLES)))
        self.fitting: dict[str, str] = {}

    def repeats(self, items: Items, lead: str) -> Iterator[tuple[str, Items]]:
        """The items of each long repeat, with a text that leads to it."""
        for op, argument in items:
            if op in _REPEATS and argument[1] >= MANY:
                yield lead, argument[2]
            for inner in _inside(op, argument):
                yield from self.repeats(inner, lead)
            lead += self.example([(op, argument)])

    def pumps(self, body: Items) -> set[str]:
        """Texts that match the repeated items, one for each of their alternatives."""
        return {self.example(body, variant) for variant in range(min(_MOST_VARIANTS, max(_MOST_CHARS, _width(body))))}

    def example(self, items: Items, variant: int = 0) -> str:
        """A text that matches, unless an assertion forbids it."""
        return "".join(self._one(op, argument, variant) for op, argument in items)

    def _one(self, op: Any, argument: Any, variant: int) -> str:
        if op is _constants.LITERAL:
            return chr(argument)
        if op in _ONE_CHAR:
            chars = self._fitting(op, argument)
            return chars[variant % len(chars)]
        if op is _constants.BRANCH:
            alternatives: list[Items] = argument[1]
            return self.example(alternatives[variant % len(alternatives)], variant)
        if op in _REPEATS:
            least: int = argument[0]
            return self.example(argument[2], variant) * max(1, least)
        return "".join(self.example(items, variant) for items in _inside(op, argument))

    def _fitting(self, op: Any, argument: Any) -> str:
        name = repr(argument)
        if name not in self.fitting:
            one = _compiler.compile(_parser.SubPattern(self.parsed.state, [(op, argument)]), self.flags)
            self.fitting[name] = "".join(filter(one.fullmatch, self.chars))[:_MOST_CHARS] or "?"
        return self.fitting[name]

    def _literals(self, items: Items) -> Iterator[str]:
        for op, argument in items:
            if op is _constants.LITERAL:
                yield chr(argument)
            if op is _constants.IN:
                yield from self._literals([item for item in argument if item[0] is _constants.LITERAL])
            for inner in _inside(op, argument):
                yield from self._literals(inner)


def _width(items: Items) -> int:
    """The number of alternatives in the widest choice inside."""
    widths = [len(argument[1]) for op, argument in items if op is _constants.BRANCH]
    return max([1, *widths, *(_width(inner) for op, argument in items for inner in _inside(op, argument))])


def _inside(op: Any, argument: Any) -> list[Items]:
    if op is _constants.BRANCH:
        return list(argument[1])
    if op in _REPEATS:
        return [argument[2]]
    if op is _constants.SUBPATTERN:
        return [argument[3]]
    if op is _constants.ASSERT:
        return [argument[1]]
    return [argument] if op is _constants.ATOMIC_GROUP else []
