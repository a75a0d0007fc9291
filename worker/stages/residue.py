"""Removes what publishing systems leave between the lines of a story, in any text, extracted here or by a crawler."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from worker.messages import Article
from worker.residue.judge import Verdict, verdicts
from worker.text.lines import edges
from worker.text.structure import CELL_SEPARATOR, table_rows

TEMPLATE_TAG = "template_tag"

# `[ad_1]`, `[source_link]`, `[/caption]`, `[quads id=1]`: lower-case names with an underscore or attributes, or known
# shortcodes without them. A bracket directly after a word may be an index in code, so there only names that never occur
# in code match.
# The quantifiers are possessive: backtracking would find nothing, and a row of a million tags would take 800 MB.
_VALUE = r"(?:\"[^\"\[\]]{0,200}+\"|'[^'\[\]]{0,200}+'|[^\s\[\]\"']{1,200}+)"
_TAG = re.compile(
    r"(?<![\w\])])(?:\[/?[a-z][a-z0-9]{0,30}+(?:_(?:[a-z0-9]{1,30}+|\{\w{1,30}+\})){1,6}+\])++"
    r"|\[/?(?:ad|ads|rule|og|source|matched|affiliate)[_-][a-z0-9_{}-]{1,40}+\]"
    r"|\[/?(?:ads?\d{0,2}|keywords?|adsense|matchedcontent|caption|gallery|embed|playlist|toc|shortcode)\]"
    rf"|(?<![\w\])])(?:\[[a-z][a-z0-9_-]{{1,40}}+(?:\s{{1,3}}+[a-z][a-z0-9_-]{{0,30}}+={_VALUE}){{1,12}}+\s?/?\])++"
)
_CLOSING_MARKS = ".,;:!?)”’»"
_JUDGED_LINES = 1_000  # at each end of a text: no article has this many
_TAGGED_CHARS = 1 << 20  # how much text with brackets is searched for tags, at 0.1 µs per character


def residue(article: Article) -> Article:
    """The article without template tags and without the lines that are boilerplate. Each removal is counted by class.

    A tag is removed anywhere in a line. A line is only removed as a whole, and never because of how it ends.
    Lines of code stay as they are. Lines that look like the rows of one table are kept. If a text has more than 2,000
    lines, only the first and last thousand are examined.
    """
    removed: Counter[str] = Counter()
    first, middle, last = _examined(article, removed)
    lines = [*first, *last]
    judged = _judged(lines, article)
    removed.update(verdict.name for verdict in judged.values())
    if not removed:
        return article
    parts = range(len(first)), range(len(first), len(lines))
    kept = [[lines[at] for at in part if at not in judged] for part in parts]
    return article.with_text("\n".join([*kept[0], *middle, *kept[1]]), removed)


def judged_lines(article: Article) -> Mapping[str, Verdict]:
    """The lines that `residue` removes from an article, and why."""
    first, _, last = _examined(article, Counter())
    lines = [*first, *last]
    return {lines[at]: verdict for at, verdict in _judged(lines, article).items()}


def _examined(article: Article, removed: Counter[str]) -> tuple[list[str], Sequence[str], list[str]]:
    """The first lines, the middle and the last lines. The first and the last lose their tags, which are counted."""
    text = article.text or ""
    first, middle, last = edges(text, _JUDGED_LINES)
    if "[" not in text:
        return first, middle, last
    code = frozenset(article.code)
    return list(_without_tags(first, code, removed)), middle, list(_without_tags(last, code, removed))


def _judged(lines: Sequence[str], article: Article) -> Mapping[int, Verdict]:
    found = verdicts(lines, article.language)
    safe = set(article.code)
    if any(CELL_SEPARATOR in lines[at] for at in found):
        safe |= table_rows(lines)
    return {at: verdict for at, verdict in found.items() if lines[at] not in safe}


def _without_tags(lines: Iterable[str], code: Container[str], removed: Counter[str]) -> Iterator[str]:
    """The lines without their tags, which are counted. A line of nothing but tags is left out. Code keeps its tags."""
    chars = 0
    for line in lines:
        if "[" not in line or line in code or (chars := chars + len(line)) > _TAGGED_CHARS:
            yield line
            continue
        rest, tags = without_tags(line)
        if tags:
            removed[TEMPLATE_TAG] += tags
        if rest or not tags:
            yield rest


def without_tags(line: str) -> tuple[str, int]:
    """The line without its template tags, and how many it had.

    If a tag stood between two words, one space is left; before a closing mark, none.
    """
    parts = _TAG.split(line)
    if not parts[1:]:
        return line, 0
    joined: list[str] = []
    for part in filter(None, map(str.strip, parts)):
        joined += [" ", part] if joined and part[0] not in _CLOSING_MARKS else [part]
    return "".join(joined), line.count("[") - sum(part.count("[") for part in parts)
