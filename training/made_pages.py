"""Makes pages that the collections lack: very long articles below menus of various forms and lengths.

The paragraphs of many articles are put into a plain template.
"""

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
_LINKS = (20, 60, 300, 2000)
_NAMES = [
    *("News", "Sport", "Weather", "Travel", "Culture", "Markets", "Science", "Opinion", "Video", "Local", "World"),
    *("Health", "Jobs", "Cars", "Homes"),
]
_MORE = "".join(f"<li><a href=/more/{n}>Another story of the day, number {n}</a></li>" for n in range(12))


def made_pages(pages: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pages made from the articles of other pages, all of one fold. Each call gives the same pages."""
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
            "html": f"<html><head><title>{escape(title)}</title></head><body>{_menu(rng, number)}"
            f"{_WRAPPERS[number % len(_WRAPPERS)]}<h1>{escape(title)}</h1>{body}</div></article></main>"
            f"<div class=related><h3>More</h3><ul>{_MORE}</ul></div></body></html>",
        }


def _menu(rng: random.Random, number: int) -> str:
    """Links in a list, in one line, or each in its own element."""
    names = (" ".join(rng.choices(_NAMES, k=rng.randint(1, 5))) for _ in range(_LINKS[number // 2 % len(_LINKS)]))
    links = [f"<a href=/{at}>{name}</a>" for at, name in enumerate(names)]
    if number % 3 == 0:
        return f"<ul>{''.join(f'<li>{link}</li>' for link in links)}</ul>"
    return f"<div>{' '.join(links)}</div>" if number % 3 == 1 else "".join(f"<div>{link}</div>" for link in links)


def _lines(gold: str) -> list[str]:
    return [line for line in gold.split("\n") if len(line.split()) > 5]


def _shortened(line: str, words: int) -> str:
    return " ".join(line.split()[:words]).rstrip(".,;:") + "."
