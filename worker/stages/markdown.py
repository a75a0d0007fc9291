"""Writes the text of an article a second time, as Markdown. Runs only if it is asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from worker.messages import Article
from worker.stages.residue import without_tags
from worker.text.markdown import markdown as write_markdown
from worker.text.structure import Line, visible


def markdown(article: Article) -> Article:
    """The article with its final text as Markdown. A text that came from a crawler has no structure.

    The time is linear in the length of the text.
    """
    lines = _matched((article.text or "").split("\n"), article.structure or ())
    return replace(article, markdown=write_markdown(lines), structure=None)


def _matched(texts: Iterable[str], known: Iterable[Line]) -> Iterator[Line]:
    """Each line of the final text, with what it was on the page.

    The stages remove lines, spaces and template tags, and add spaces, but change neither the order nor other
    characters. So the lines are matched in order by what is left of both. A line that matches none is a paragraph.
    """
    lines = list(known)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        places[_key(line.text)].append(at)
    last = -1
    for text in texts:
        key = _key(text) if lines else ""
        found = places.get(key, ())
        at = bisect_right(found, last)
        if at == len(found):
            yield Line(text)
            continue
        last = found[at]
        yield lines[last] if lines[last].text == text else _changed(lines[last], text)


def _changed(line: Line, text: str) -> Line:
    """The line with its final text. Its links are lost if characters before them may be gone."""
    is_whole = len(visible(text)) == len(visible(line.text))
    return replace(line, text=text, links=line.links if is_whole else ())


def _key(text: str) -> str:
    return visible(without_tags(text)[0] if "[" in text else text)
