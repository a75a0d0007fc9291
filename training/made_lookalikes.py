"""Makes news that only looks alike: articles of one template with different facts, and reports of a later day.

The same seed gives the same articles; all people and companies are invented. `lookalikes/*.txt` hold the templates. A
line `# name` begins a template; `# name serial` begins one that is told repeatedly about the same company or place. An
optional line `facts:` sets words for the whole article. Then come the title and one sentence or paragraph a line, as
`training.made_facts` reads them. In followups.txt, `----` separates two days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from training.made_facts import Draw

HERE = Path(__file__).parent / "lookalikes"
FILES = ("templates80", "templatesnow", "templateslong")
OLD = "templates80"  # agencies of the 1980s: titles in capitals, no place name before the text
VARIED = (42, 48)  # minimum and maximum number of articles per template, each with its own words and order
FROZEN = (20, 22)  # more of them, identical in one of two house styles except for the facts
SERIAL = 11  # of these, those told again about the same company or place
REPEATED = 0.5  # maximum share of numbers that are repeated from the first article
FOLLOWED, RECAPPED = 5, 2  # pairs of days of a template; of these, those in which the later day repeats a sentence
STAYS = set("co tick p city country port river county party paper broker bank i c".split())  # noqa: SIM905


class Template(NamedTuple):
    """A template: its name, whether it is serial, its initial facts, and its lines."""

    name: str
    serial: bool
    facts: str
    lines: list[str]


class Made(NamedTuple):
    """An article in a cluster of its own."""

    text: str
    cluster: str
    kind: str


def lookalikes(seed: int) -> list[dict[str, Any]]:
    """About 3,400 articles in random order: id, text, cluster, kind. `template_of` returns the template."""
    rng = Random(seed)  # noqa: S311 - not for secrets
    made = [article for file in FILES for template in templates(file) for article in _told(template, file, rng, seed)]
    made += [article for template in templates("followups") for article in _followed(template, rng)]
    rng.shuffle(made)
    places = {article.cluster: place for place, article in enumerate(made)}
    for cluster, place in places.items():
        later = places.get(f"{cluster.removesuffix('a')}b", place)
        if cluster.endswith(".a") and later < place:
            made[place], made[later] = made[later], made[place]
    return [{"id": f"made{number}", **article._asdict()} for number, article in enumerate(made)]


def template_of(cluster: str) -> str:
    """The name of an article's template, given its cluster."""
    return cluster.partition(".")[0]


def templates(file: str) -> Iterator[Template]:
    """The templates in a file."""
    for block in (HERE / f"{file}.txt").read_text(encoding="utf-8").removeprefix("# ").split("\n# "):
        head, *lines = (line for line in block.split("\n") if line.strip())
        name, *serial = head.split()
        facts = lines.pop(0).removeprefix("facts:") if lines[0].startswith("facts:") else ""
        yield Template(name, bool(serial), facts, lines)


def _told(template: Template, file: str, rng: Random, seed: int) -> Iterator[Made]:
    name, old = template.name, file == OLD
    for number in range(rng.randint(*VARIED)):
        text = Draw(rng, rng, template.facts).article(template.lines, old=old)
        yield Made(text, f"{name}.{number}", f"neg_{name}")
    told: list[tuple[Draw, str]] = []
    for number in range(rng.randint(*FROZEN)):
        draw = Draw(rng, _house(name, seed, number), template.facts)
        told.append((draw, draw.article(template.lines, old=old)))
        yield Made(told[-1][1], f"{name}.f{number}", f"neg_{name}_frozen")
    for number, (first, text) in enumerate(told[:SERIAL] if template.serial else ()):
        stays = {word: fact for word, fact in first.told.items() if word.rstrip("0123456789") in STAYS}
        for _ in range(50):
            again = Draw(rng, _house(name, seed, number), template.facts, stays).article(template.lines, old=old)
            if not _repeats(again, text):
                yield Made(again, f"{name}.s{number}", f"neg_{name}_serial")
                break


def _house(name: str, seed: int, number: int) -> Random:
    """The random choices of words of one of the two houses, the same for each of its articles."""
    return Random(f"{name}/{seed}/{number % 2}")  # noqa: S311 - likewise


def _repeats(text: str, other: str) -> bool:
    numbers, others = (set(re.findall(r"\d+(?:[.,]\d+)*", each)) for each in (text, other))
    return len(numbers & others) > REPEATED * min(len(numbers), len(others))


def _followed(template: Template, rng: Random) -> Iterator[Made]:
    cut = template.lines.index("----")
    for number in range(FOLLOWED):
        draw = Draw(rng, rng, template.facts)
        first, later = draw.article(template.lines[:cut]), draw.article(template.lines[cut + 1 :])
        kind = "neg_followup"
        if number >= FOLLOWED - RECAPPED:
            _, *sentences = re.split(r"(?<=[a-z0-9])[.] (?=[A-Z])|\n\n", first)
            later += f"\n\n{rng.choice(sentences[:2]).rstrip('.')}."
            kind = "neg_followup_recap"
        yield Made(first, f"fu_{template.name}.{number}.a", "event_first")
        yield Made(later, f"fu_{template.name}.{number}.b", kind)
