"""Pages of very long articles, of which the collections have none: paragraphs of many articles in a plain template."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from training.example import FOLDS, fold

SOURCE = "made"
_PAGES = 24
_PARAGRAPHS = (200, 500, 1000, 2500)
_WRAPPERS = ('<article class="post">', "<div>", '<div class="content">', '<main><div id="text">')
_MENU = "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(20))
_MORE = "".join(f"<li><a href=/more/{n}>Another story of the day, number {n}</a></li>" for n in range(12))


def long_pages(pages: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pages made of the articles of others, each of articles of one fold. The same pages at every call."""
    for number in range(_PAGES):
        own = number % FOLDS
        lines = [line for page in pages if page["gold"] and fold(page["url"]) == own for line in _lines(page["gold"])]
        rng = random.Random(number)  # noqa: S311 - not for secrets
        chosen = rng.choices(lines, k=_PARAGRAPHS[number // FOLDS % len(_PARAGRAPHS)])
        if number % 3 == 0:
            chosen = [_shortened(line, rng.randint(6, 14)) for line in chosen]
        title = _shortened(chosen[0], 8)
        tag = ("p", "div")[number % 5 == 4]
        body = "".join(f"<{tag}>{escape(line)}</{tag}>" for line in chosen)
        yield {
            "id": f"{SOURCE}{number}",
            "url": "",
            "fold": own,
            "source": SOURCE,
            "gold": "\n".join(chosen),
            "html": f"<html><head><title>{escape(title)}</title></head><body><ul>{_MENU}</ul>"
            f"{_WRAPPERS[number % len(_WRAPPERS)]}<h1>{escape(title)}</h1>{body}</div></article></main>"
            f"<div class=related><h3>More</h3><ul>{_MORE}</ul></div></body></html>",
        }


def _lines(gold: str) -> list[str]:
    return [line for line in gold.split("\n") if len(line.split()) > 5]


def _shortened(line: str, words: int) -> str:
    return " ".join(line.split()[:words]).rstrip(".,;:") + "."
