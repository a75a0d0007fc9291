"""Fills the lines of a template: draws its facts, and chooses its words.

`@town` is a fact of a kind in the word lists, and `@town2` another fact of that kind. `@int(2,90)` is a whole number,
`@dec(1,9,2)` one with two places, `@big(2,90)` one in thousands with a comma. The same name always stands for the same
fact; a number with a name, `@n(2,90)`, is repeated by `@n`. `[a|b]` is a choice for each page, and `{a|b}` one for
all pages of a site, which `settle` makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).parent
GENERAL = (
    HERE / "lookalikes" / "words.txt",
    HERE / "families" / "words.txt",
)
"""Word lists for all templates. A later list replaces an earlier one of the same kind."""
FACT = re.compile(r"@([a-z]+\d*)(?:\(([-\d,]+)\))?")

Words = Mapping[str, Sequence[str]]


class Template(NamedTuple):
    """A template: its name, the words after the name, its own word lists, and its lines, the title first."""

    name: str
    marks: tuple[str, ...]
    words: Words
    lines: list[str]


class Facts:
    """The facts of one page.

    `told` has those that were drawn, by name. The name of a number without a name is its place in the page.
    """

    def __init__(self, rng: Random, words: Words, told: Mapping[str, str] | None = None) -> None:
        self.told = dict(told or {})
        self._rng, self._words, self._turn = rng, words, 0

    def fill(self, line: str) -> str:
        """The line with one alternative of each page's choice, and with its facts."""
        return FACT.sub(self._fact, settle(line, self._rng, "[]"))

    def _fact(self, found: re.Match[str]) -> str:
        name, limits = found.groups()
        if limits and name in FIGURES:
            self._turn += 1
            name = f"{name} {self._turn}"
        if name not in self.told:
            self.told[name] = self._figure(found) if limits else self._word(name.rstrip("0123456789"))
        return self.told[name]

    def _figure(self, found: re.Match[str]) -> str:
        low, high, *places = map(int, found[2].split(","))
        if found[1] == "big":
            return f"{self._rng.randint(low * 1000, high * 1000):,}"
        return f"{self._rng.uniform(low, high):.{places[0]}f}" if places else str(self._rng.randint(low, high))

    def _word(self, kind: str) -> str:
        for _ in range(40):  # another fact than those told, if the list is long enough
            word = self._rng.choice(self._words[kind])
            if "@" in word:
                word = Facts(self._rng, self._words).fill(word)
            if word not in self.told.values():
                break
        return word


FIGURES = ("int", "dec", "big")


def settle(line: str, rng: Random, brackets: str = "{}") -> str:
    """The line with one alternative of each choice in these brackets, the innermost choices first."""
    left, right = map(re.escape, brackets)
    choice = re.compile(f"{left}([^{left}{right}]*){right}")
    while found := choice.search(line):
        line = line[: found.start()] + rng.choice(found[1].split("|")) + line[found.end() :]
    return line


def tidy(text: str, language: str = "en") -> str:
    """The text without double spaces, and with `an` before vowels in English."""
    text = re.sub(r" {2,}", " ", text).replace(" ,", ",").replace(" .", ".").strip()
    if language == "en":
        text = re.sub(r"\b([Aa]) (?=(?:8|11|18)\b|(?!one|uni|use|eu|Uni|Eu|One)[aeioAEIO][a-z])", r"\1n ", text)
    return text[:1].upper() + text[1:]


def templates(path: Path) -> Iterator[Template]:
    """The templates in a file. `# NAME MARK ...` begins one; then come `@kind = a|b|c`, the title and the lines."""
    for block in path.read_text(encoding="utf-8").removeprefix("# ").split("\n# "):
        head, *lines = (line for line in block.split("\n") if line.strip())
        own = dict(line[1:].split(" = ", 1) for line in lines if re.match(r"@[a-z]+ = ", line))
        name, *marks = head.split()
        words = {**general_words(), **{kind: words.split("|") for kind, words in own.items()}}
        yield Template(name, tuple(marks), words, lines[len(own) :])


@cache
def general_words() -> dict[str, list[str]]:
    """The word lists that all templates share."""
    lines = [line for path in GENERAL for line in path.read_text(encoding="utf-8").splitlines()]
    return {kind: words.split("|") for kind, words in (line.split(": ", 1) for line in lines)}
