"""Makes one article from a template: draws its facts, chooses its words, and orders or drops its sentences.

In a line, `{a|b}` is a choice, `@city` or `@int(2,90)` a fact to draw, and `@city2` another fact of the same kind; the
same name always stands for the same fact. Lines with `*` come in any order, lines with `~` may be dropped, and a line
with `+` is the standing paragraph of a house, which words all its articles alike. `lookalikes/words.txt` has the words
of each kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random

WORDS = Path(__file__).parent / "lookalikes" / "words.txt"
FRESH = {"ord", "clock", "road", "arena", "price", "lat", "lon", "ym"}  # drawn anew at each use
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
EIGHTHS = ("", "-1/2", "-1/4", "-3/4", "-1/8", "-5/8", "-7/8", "-3/8", "-5/16", "-9/16")


class Draw:
    """An article that is being made.

    `facts` draws the facts of the article and `style` its wording. `first` sets the facts that it begins with. `told`
    are facts that another article already used.
    """

    def __init__(self, facts: Random, style: Random, first: str, told: dict[str, str] | None = None) -> None:
        self._facts, self._style, self.told = facts, style, dict(told or {})
        for item in filter(None, (item.strip() for item in first.split(";"))):
            word, value = item.split("=", 1)
            self.told[word] = self._fill(_chosen(value, facts))

    def article(self, lines: Sequence[str], *, old: bool = False) -> str:
        """The article of these lines: title and paragraphs. `old` means in the style of agencies in the 1980s."""
        title = _tidy(self._fill(lines[0]))
        body = list(self._body(lines[1:]))
        if old and self._style.random() < 0.8:
            title = title.upper()
        if not old and self._style.random() < 0.5:
            body[0] = self._place() + body[0]
        if self._style.random() < 0.3:
            body = [" ".join(body)]
        elif self._style.random() < 0.4 and len(body) > 3:
            body = [" ".join(body[at : at + 2]) for at in range(0, len(body), 2)]
        return "\n\n".join((title, *body))

    def _body(self, lines: Sequence[str]) -> Iterator[str]:
        for free, group in groupby(lines, key=lambda line: line.startswith("*")):
            lot = list(group)
            if free:
                self._style.shuffle(lot)
            for line in (line.lstrip("*") for line in lot):
                if line.startswith("+"):
                    if self._style is not self._facts:
                        yield line[1:]
                elif not line.startswith("~") or self._style.random() >= 0.42:
                    yield _tidy(self._fill(line.lstrip("~")))

    def _place(self) -> str:
        rng = self._facts
        city = self.told.get("city") or _fact(rng, "city")
        date = f", {_fact(rng, 'month')[:3]} {rng.randint(1, 28)} - "
        return city.upper() + rng.choice((" (Agency) - ", date, " - "))

    def _fill(self, line: str) -> str:
        line = re.sub(r"@([a-z]+\d*)(?:\(([-\d,]+)\))?", self._drawn, _chosen(line, self._style))
        line = re.sub(r"(\d+)\.?(?:th|st|nd|rd)\b", lambda found: _ordinal(int(found[1])), line)
        return re.sub(r"\b([Aa]) (?=(?:8|11|18)(?:\d(?!\d))?\b|[AEIO][a-z])", r"\1n ", line)

    def _drawn(self, found: re.Match[str]) -> str:
        word, limits = found.groups()
        if limits is not None:
            return _figure(self._facts, word, [int(limit) for limit in limits.split(",")])
        if word in self.told:
            return self.told[word]
        kind = word.rstrip("0123456789")
        fact = _fact(self._facts, kind)
        if kind not in FRESH:
            while fact in self.told.values():  # each kind has more words than an article uses
                fact = _fact(self._facts, kind)
            self.told[word] = fact
        return fact


def _figure(rng: Random, word: str, limits: Sequence[int]) -> str:
    """A number in one of the forms int(low,high), big(low,high) in millions, dec(low,high,places), frac(low,high)."""
    low, high = limits[:2]
    if word == "int":
        return str(rng.randint(low, high))
    if word == "dec":
        return f"{rng.uniform(low, high + 0.99):.{limits[2]}f}"
    if word == "frac":
        return f"{rng.randint(low, high)}{rng.choice(EIGHTHS)}"
    return f"{rng.randint(max(low * 10**6, 12_000), high * 10**6 - 1) if high > 1 else rng.randint(1_100, 990_000):,}"


def _fact(rng: Random, kind: str) -> str:
    words = _words().get(kind)
    return rng.choice(words) if words else _MADE[kind](rng)


_MADE: dict[str, Callable[[Random], str]] = {
    "co": lambda rng: (
        f"{_fact(rng, 'name')} {rng.choice(('', '', _fact(rng, 'name')))} {_fact(rng, 'trade')} {_fact(rng, 'form')}"
    ),
    "tick": lambda rng: "".join(rng.choices("ABCDEFGHIKLMNOPRSTUVW", k=rng.randint(3, 4))),
    "p": lambda rng: (
        f"{_fact(rng, 'first')} {rng.choice(('', '', rng.choice('ABCDEFGHJKLMPRST') + '. '))}{_fact(rng, 'surname')}"
    ),
    "day": lambda rng: f"{_fact(rng, 'month')} {rng.randint(1, 28)}",
    "y": lambda rng: str(rng.randint(1984, 1988)),
    "ym": lambda rng: str(rng.randint(2019, 2027)),
    "road": lambda rng: f"{rng.choice('ABEN')}{rng.randint(2, 890)}",
    "arena": lambda rng: f"{_fact(rng, 'surname')} {_fact(rng, 'ground')}",
    "univ": lambda rng: f"the University of {_fact(rng, 'city')}",
    "ord": lambda rng: _ordinal(rng.randint(1, 14), spelt=True),
    "clock": lambda rng: f"{rng.randint(0, 23)}:{rng.randint(0, 59):02d}",
    "lat": lambda rng: f"{rng.uniform(0, 60):.2f} {rng.choice('NS')}",
    "lon": lambda rng: f"{rng.uniform(0, 179):.2f} {rng.choice('EW')}",
    "rate": lambda rng: f"{rng.uniform(1.6, 2.1):.4f}",
}


@cache
def _words() -> dict[str, list[str]]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return {kind: words.split("|") for kind, words in (line.split(": ") for line in lines)}


def _chosen(text: str, rng: Random) -> str:
    """The text with one alternative of each choice, the innermost choices first."""
    while found := re.search(r"\{([^{}]*)\}", text):
        text = text[: found.start()] + rng.choice(found[1].split("|")) + text[found.end() :]
    return text


def _ordinal(number: int, *, spelt: bool = False) -> str:
    if spelt and number <= len(ORDINALS):
        return ORDINALS[number - 1]
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([,.;:])", r"\1", re.sub(r" {2,}", " ", text)).strip()
    return text[0].upper() + text[1:]
