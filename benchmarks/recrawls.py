"""Measure what recrawls of a changed page count as: a minor or a major change.

    python -m benchmarks.recrawls PAGES ... [--limit N]

Each file has JSON lines, plain or .xz: `gold` is the body of an article, one paragraph per line. The index gets the
body, and then the body with a small change at the same URL.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random

from benchmarks.bodies import Body, fresh_index, report
from worker.messages import Change

_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_NUMBER = re.compile(r"\b[0-9]{2,}\b")
_LONG_WORD = re.compile(r"(?<=[a-z,] )[a-z]{7,}\b")

Version = tuple[str, str]


def _with_lines(body: Body, old: str, new: str) -> Version:
    middle = len(body.lines) // 2
    one, other = ("\n".join([*body.lines[:middle], line, *body.lines[middle:]]) for line in (old, new))
    return one, other


def _replaced(body: Body, pattern: re.Pattern[str], change: Callable[[str], str], rng: Random) -> Version | None:
    found = list(pattern.finditer(body.text))
    if not found:
        return None
    match = rng.choice(found)
    return body.text, body.text[: match.start()] + change(match[0]) + body.text[match.end() :]


def _with_another_paragraph(body: Body) -> Version | None:
    """Two versions, each without one of two short neighbouring paragraphs of the body."""
    lines = body.lines
    short = [8 <= len(line.split()) <= 25 for line in lines]
    at = next((at for at in range(1, len(lines) - 1) if short[at] and short[at + 1]), None)
    if at is None:
        return None
    one, other = ("\n".join([*lines[:without], *lines[without + 1 :]]) for without in (at, at + 1))
    return one, other


def _points(rng: Random) -> str:
    return f"{rng.randrange(100, 1000)}.{rng.randrange(10, 100)}"


def _title(body: Body) -> str:
    return " ".join(body.lines[0].split()[:10])


CHANGES: dict[str, tuple[Change, Callable[[Body, Body, Body, Random], Version | None]]] = {
    "rotating line": (
        Change.MINOR,
        lambda body, one, two, _: _with_lines(body, f"Read more: {_title(one)}", f"Read more: {_title(two)}"),
    ),
    "stamp": (
        Change.MINOR,
        lambda body, _, __, rng: _with_lines(body, "Updated 10:45", f"Updated {rng.randrange(11, 24)}:15"),
    ),
    "counter": (
        Change.MINOR,
        lambda body, _, __, rng: _with_lines(body, "12 comments", f"{rng.randrange(13, 999)} comments"),
    ),
    "weather": (
        Change.MINOR,
        lambda body, _, __, rng: _with_lines(body, "Sunny, 24 degrees", f"Sunny, {rng.randrange(2, 24)} degrees"),
    ),
    "share prices": (
        Change.MINOR,
        lambda body, _, __, rng: _with_lines(
            body, "DAX 18,304.12 TecDAX 3,390.40", f"DAX 18,{_points(rng)} TecDAX 3,{_points(rng)}"
        ),
    ),
    "list of facts": (
        Change.MAJOR,
        lambda body, _, __, rng: _with_lines(
            body, "Dead: 12, injured: 40", f"Dead: {rng.randrange(13, 40)}, injured: 41"
        ),
    ),
    "typo: a letter missing": (
        Change.MINOR,
        lambda body, _, __, rng: _replaced(body, _LONG_WORD, lambda word: word[:3] + word[4:], rng),
    ),
    "typo: letters swapped": (
        Change.MINOR,
        lambda body, _, __, rng: _replaced(body, _LONG_WORD, lambda word: word[:2] + word[3] + word[2] + word[4:], rng),
    ),
    "another number": (
        Change.MAJOR,
        lambda body, _, __, rng: _replaced(body, _NUMBER, lambda word: str(int(word) + 7), rng),
    ),
    "another name": (
        Change.MAJOR,
        lambda body, _, __, rng: _replaced(body, _CAPITAL, lambda _: "Zebulon", rng),
    ),
    "another word": (
        Change.MAJOR,
        lambda body, _, __, rng: _replaced(body, _LONG_WORD, lambda _: "overturned", rng),
    ),
    "a negation": (
        Change.MAJOR,
        lambda body, _, __, rng: _replaced(body, _LONG_WORD, lambda word: f"not {word}", rng),
    ),
    "another short paragraph": (Change.MAJOR, lambda body, _, __, ___: _with_another_paragraph(body)),
    "a paragraph more": (
        Change.MAJOR,
        lambda body, one, __, ___: (body.text, "\n".join([body.text, max(one.lines, key=len)])),
    ),
}


def measure_recrawls(all_bodies: Sequence[Body]) -> Iterator[str]:
    """One line for each kind of change."""
    for name, (wanted, change) in CHANGES.items():
        rng, found = Random(name), Counter[str]()
        with fresh_index() as read:
            for number, body in enumerate(all_bodies):
                one, two = all_bodies[number - 1], all_bodies[number - 2]
                versions = change(body, one, two, rng)
                if versions is None or versions[0] == versions[1]:
                    continue
                read(str(number), versions[0])
                found[str(read(str(number), versions[1]).change)] += 1
        yield f"{name:24} wanted {wanted}: {found[wanted]} of {found.total()}"


if __name__ == "__main__":
    report(__doc__, {"recrawls": measure_recrawls})
