"""The lines to learn from: phrases put into articles where publishers put them, and the articles' own lines."""

from __future__ import annotations

import json
import lzma
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from worker.residue.concepts.candidates import candidates, language_of
from worker.residue.concepts.model import Model
from worker.residue.concepts.place import places
from worker.residue.concepts.reading import SEPARATOR, Reader
from worker.residue.concepts.shape import features

STORY: Final = "story"
_PLACES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("interface", "date_stamp", "read_time", "cookie_notice"), "head"),
    "photo_credit": "early",
    **dict.fromkeys(("copyright", "syndication", "wire_signoff"), "tail"),
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
_LENGTHS: Final = (12, 40, 40, 40)  # lines of the article around a phrase
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


def put(phrase: Phrase, others: Sequence[Phrase], body: Body, rng: Random) -> tuple[list[str], int]:
    """The lines of the article with the phrase among them, sometimes beside another one, and its index."""
    phrase = _with_headline(phrase, body, rng)
    lines = list(body.lines[: rng.choice(_LENGTHS)])
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
    place = _PLACES.get(name, "middle")
    if place == "middle" or rng.random() < _ELSEWHERE:
        return rng.randint(1, count - 1)
    return rng.choice({"head": (0, 0, 1), "early": (1, 1, 2), "tail": (count, count, count - 1)}[place])


def example(phrase: Phrase, lines: Sequence[str], at: int, language: str | None, model: Model) -> Example:
    """One line of an article with its features."""
    own = language_of(lines, language)
    found = candidates(lines, own, model.votes(own), model.least_votes)
    if at not in found:
        return Example(phrase, None)
    order = sorted(found)
    place = places(lines, order)[order.index(at)]
    return Example(phrase, features([found[at]], [place])[:, 0])


def own_examples(body: Body, model: Model) -> list[Example]:
    """All lines of an article that its words vote for."""
    own = language_of(body.lines, body.language)
    found = candidates(body.lines, own, model.votes(own), model.least_votes)
    if not found:
        return []
    order = sorted(found)
    x = features([found[at] for at in order], places(body.lines, order))
    return [
        Example(Phrase(STORY, body.language, body.lines[at]), x[:, number].copy()) for number, at in enumerate(order)
    ]


def counts(line: str, language: str, width: int) -> NDArray[np.float32]:
    """How often each concept occurs in a line, and then each kind of word without one."""
    found = np.zeros(width, np.float32)
    reading = Reader(language_of([line], language)).read(line)
    if reading is None:
        return found
    rest = [(mask, 1.0, word) for word, mask in reading.rest]
    for mask, weight, word in [*zip(reading.masks, reading.weights, reading.words, strict=True), *rest]:
        if not mask:
            found[width - 3 + (0 if word.is_small else 1 if word.is_capital else 2)] += weight
        for number in range(mask.bit_length()):
            found[number] += mask >> number & 1
    return found
