"""What the editor of a paper adds to an agency's article: invented names, and sentences with gaps for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).parent / "wordlists"
_GAP = re.compile(r"\{(\w+)\}")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2}")
_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")
_SENTENCE_END = re.compile(
    r"(?<!Mr\.)(?<!Mrs\.)(?<!Dr\.)(?<!St\.)(?<!U\.S\.)(?:(?<=[.!?])|(?<=[.!?][\"”’']))\s+(?=[\"“‘'(]?[A-ZÄÖÜА-Я¿¡0-9])"
)


class Desk(NamedTuple):
    """An editor's desk: the paper, and what lies on it from elsewhere.

    `headlines` are those of other articles. `pages` are the lines around the articles of other sites.
    """

    rng: Random
    paper: str
    town: str
    house: int
    headlines: Sequence[str]
    pages: Sequence[Sequence[str]]

    def line(self, section: str, text: str = "") -> str:
        """A line of this section about the subject of the text."""
        return self.filled(self.rng.choice(phrases()[section]), text)

    def filled(self, line: str, text: str = "") -> str:
        """The line with its gaps filled."""
        facts = {**self._subject(text), "town": self.town, "paper": self.paper}
        facts |= {"headline": self.rng.choice(self.headlines)}
        names = self.rng.sample(phrases()["reporters"], 2)
        facts |= {"reporter": names[0], "other": names[1], "agency": self.rng.choice(phrases()["agencies"])}
        filled = _GAP.sub(lambda gap: facts[gap[1]], line)
        return filled[:1].upper() + filled[1:]

    def _subject(self, text: str) -> dict[str, str]:
        """A name and two words that are frequent in the text."""
        names = [name for name, _ in Counter(_NAME.findall(text)).most_common(4)] or ["the town"]
        words = [word for word, _ in Counter(_LONG_WORD.findall(text)).most_common(12)]
        one, two = self.rng.sample([*words, "change", "progress"], 2)
        return {"name": self.rng.choice(names), "one": one, "two": two}


@cache
def phrases() -> Mapping[str, Sequence[str]]:
    """The lines of each section of newsroom.txt."""
    blocks = (HERE / "newsroom.txt").read_text(encoding="utf-8").removeprefix("# ").strip().split("\n# ")
    return {name: lines for name, *lines in (block.split("\n") for block in blocks)}


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph."""
    return _SENTENCE_END.split(paragraph)
