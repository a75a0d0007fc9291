"""Pages of invented papers, as the collections have them."""

from __future__ import annotations

from html import escape
from random import Random
from typing import Any

SUBJECTS = ("harbour", "budget", "library", "orchard", "tunnel", "festival", "glacier", "railway", "market", "hospital")
PEOPLE = ("Ada Moreno", "Tom Okafor", "Lena Fischer", "Piet Janssen", "Rosa Almeida", "Ivan Petrov")
SENTENCES = (
    "The {0} of {place} has kept {1} busy since the council approved {number} million for it.",
    'According to {1}, who has worked there for {number} years, "nobody expected that the {0} would matter so much".',
    "A report of {number} pages describes how the colour of the {0} changed while the neighbours organised a protest.",
    "In {place} about {number} percent of the people say that they use the {0} at least once a month.",
    "Officials announced that the work begins in September and that the {0} should be ready before the winter.",
    "Critics such as {1} answered that the same promise had been made {number} times, and that it was never kept.",
)
MENU = ("Home", "News from the region", "Sport and results", "Weather for the weekend", "Subscribe to our newsletter")


def pages(count: int, paragraphs: int = 9) -> list[dict[str, Any]]:
    """Pages with `id`, `url`, `html` and `gold`. Each article is on a subject of its own, and always the same."""
    return [_page(number, paragraphs) for number in range(count)]


def _page(number: int, paragraphs: int) -> dict[str, Any]:
    rng = Random(number)
    lines = [" ".join(_sentence(number, rng) for _ in range(rng.randint(1, 8))) for _ in range(paragraphs)]
    menu = "".join(f"<li>{item} {number}</li>" for item in MENU)
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    title = f"Story {number} about the {SUBJECTS[number % len(SUBJECTS)]}"
    return {
        "id": f"page{number}",
        "url": f"https://paper{number}.example/story",
        "html": f"<html><head><title>{title} | Paper {number}</title></head><body><ul>{menu}</ul>{body}</body></html>",
        "gold": "\n\n".join(lines),
    }


def _sentence(number: int, rng: Random) -> str:
    facts = {"place": f"{'QWERTZUIOP'[number % 10]}ville", "number": rng.randint(3, 98)}
    return rng.choice(SENTENCES).format(SUBJECTS[number % len(SUBJECTS)], rng.choice(PEOPLE), **facts)
