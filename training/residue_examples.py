"""The lines to learn from: phrases put into articles where publishers put them, and the articles' own lines."""

from __future__ import annotations

import json
import lzma
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from worker.residue.candidates import TERMS, candidates, language_of, terms, votes_of
from worker.residue.lexicon import lexicons
from worker.residue.model import Model
from worker.residue.place import places
from worker.residue.reading import SEPARATOR, Reader
from worker.residue.shape import read
from worker.residue.votes import SIGNS, Votes

STORY: Final = "story"
_PLACES: Final[Mapping[str, Sequence[str]]] = {
    "interface": ("head", "head", "middle", "tail", "tail"),
    "date_stamp": ("head", "head", "head", "tail"),
    "read_time": ("head",),
    "cookie_notice": ("head", "middle", "tail"),
    "script_notice": ("head", "middle", "middle", "tail"),
    "newsletter": ("middle", "middle", "tail"),
    "related_link": ("middle", "middle", "tail"),
    "photo_credit": ("early", "early", "middle", "tail"),
    **dict.fromkeys(("copyright", "syndication", "wire_signoff"), ("tail",)),
}
_OLD_NAMES: Final[Mapping[str, str]] = {
    "credit": "photo_credit",
    "ad": "ad_label",
    "related": "related_link",
    "cookie": "cookie_notice",
    "interface_head": "interface",
}
_MAX_HEAD_CHARS: Final = 40
_HEADLINE: Final = "{headline}"
_LENGTHS: Final = (12, 40, 1_000, 1_000)  # lines of an article that are taken
_ELSEWHERE: Final = 0.15  # of the lines are not where such lines stand


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of a class, or of a story, in a language; `?` if that is not recorded."""

    name: str
    language: str
    line: str


@dataclass(frozen=True, slots=True)
class Example:
    """A line in an article. `x` has its features; None if its words do not vote for it."""

    phrase: Phrase
    x: NDArray[np.float32] | None
    article: int = 0  # tells articles apart

    @property
    def is_story(self) -> bool:
        """Whether the line belongs to the story."""
        return self.phrase.name == STORY


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of an article."""

    language: str
    lines: Sequence[str]


def bodies(data: Path) -> list[Body]:
    """The articles of the collections in a directory, whose bodies people marked."""
    return [body for name in ("wcxb_dev", "gold_news") for body in _read(data / f"{name}.jsonl.xz")]


def _read(path: Path) -> Iterator[Body]:
    with lzma.open(path, "rt", encoding="utf-8") as pages:
        for line in pages:
            page = json.loads(line)
            own = [part.strip() for part in (page["gold"] or "").split("\n") if part.strip()]
            if len(own) > 5 and page.get("source") != "cleaneval":
                yield Body(page.get("lang") or "en", own)


def phrases(directory: Path, split: str) -> list[Phrase]:
    """The phrases and story lines of all languages that are `taught` or `judged`."""
    found = []
    for path in sorted(directory.glob("*.toml")):
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, lines in data[split].items():
            found += [Phrase(name, path.stem, line) for line in lines]
        found += [Phrase(STORY, path.stem, line) for line in data["stories"][split]]
    return found


def more_phrases(path: Path) -> list[Phrase]:
    """The phrases of `benchmarks.boilerplate`."""
    data = json.loads(path.read_text(encoding="utf-8"))
    found = [
        Phrase(_OLD_NAMES.get(name, name), "?", line)
        for name, of_class in data["classes"].items()
        for line in of_class["lines"]
    ]
    return found + [Phrase(STORY, "?", line) for line in data["controls"]]


def cut(body: Body, rng: Random) -> Body:
    """The beginning of an article, or the whole: articles with phrases and those without are cut in the same way."""
    return replace(body, lines=body.lines[: rng.choice(_LENGTHS)])


def put(phrase: Phrase, others: Sequence[Phrase], body: Body, rng: Random) -> tuple[list[str], int]:
    """The lines of the article with the phrase among them, sometimes beside another one, and its index."""
    phrase = _with_headline(phrase, body, rng)
    lines = list(cut(body, rng).lines)
    at = _index(phrase.name, len(lines), rng)
    lines.insert(at, phrase.line)
    if phrase.name != STORY and rng.random() < 0.35:
        before = rng.choice([0, 1])
        lines.insert(at + 1 - before, rng.choice(others).line)
        at += before
    return lines, at


def _with_headline(phrase: Phrase, body: Body, rng: Random) -> Phrase:
    """The phrase with the beginning of a line of the article for a headline, at times also if it has one already."""
    line, headline = phrase.line, " ".join(rng.choice(body.lines).split()[: rng.randint(3, 11)])
    separator = SEPARATOR.search(line, 3, _MAX_HEAD_CHARS)
    if _HEADLINE in line:
        line = line.replace(_HEADLINE, headline)
    elif phrase.name == "related_link" and separator and len(line) > separator.end() + 10 and rng.random() < 0.4:
        line = f"{line[: separator.end()]} {headline}"
    return replace(phrase, line=line)


def _index(name: str, count: int, rng: Random) -> int:
    place = rng.choice(_PLACES.get(name, ("middle",)))
    if place == "middle" or rng.random() < _ELSEWHERE:
        return rng.randint(1, count - 1)
    return rng.choice({"head": (0, 0, 1), "early": (1, 1, 2), "tail": (count, count, count - 1)}[place])


def example(phrase: Phrase, lines: Sequence[str], at: int, language: str | None, model: Model) -> Example:
    """One line of an article with its features."""
    own = language_of(lines, language)
    found = candidates(lines, model.votes(own), model.terms)
    if at not in found:
        return Example(phrase, None)
    place = places(lines, found)[found.index(at)]
    return Example(phrase, read(Reader(own), [lines[at].strip()], [place]).x[:, 0])


def own_examples(body: Body, model: Model) -> list[Example]:
    """All lines of an article that its words vote for."""
    own = language_of(body.lines, body.language)
    found = candidates(body.lines, model.votes(own), model.terms)
    if not found:
        return []
    x = read(Reader(own), [body.lines[at].strip() for at in found], places(body.lines, found)).x
    return [
        Example(Phrase(STORY, body.language, body.lines[at]), x[:, number].copy(), crc32(body.lines[0].encode()))
        for number, at in enumerate(found)
    ]


def signs(lines: Sequence[str], language: str | None, only: int | None = None) -> NDArray[np.float32]:
    """What the words of a line show, and its other terms: a row for each line that tells something, or `only` one."""
    own = language_of(lines, language)
    votes = Votes(lexicons(), own, [0.0] * len(SIGNS))
    found = [np.zeros((0, len(SIGNS) + len(TERMS)), np.float32)]
    for at, words, telling, _ in votes_of(lines, votes):
        if only is None or at == only:
            row = np.zeros(len(SIGNS) + len(TERMS), np.float32)
            for number, times in votes.signs(lines[at].split()):
                row[number] += times / sqrt(words)
            row[len(SIGNS) :] = terms(lines, at, telling)
            found.append(row[None])
    return np.concatenate(found)
