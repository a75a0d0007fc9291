"""Removes what publishing systems leave between the lines of a story, in any text, extracted here or by a crawler."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from worker.messages import Article
from worker.text.lines import edges
from worker.text.structure import table_rows

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
_JUDGED_LINES = 1_000  # at each end of a text, at worst 0.4 ms each: no article has this many
_TAGGED_CHARS = 1 << 20  # how much text with brackets is searched for tags, at 0.1 µs per character


Judge = Callable[[Sequence[str], str | None, Container[str]], Mapping[int, str]]
"""Tells which lines of a text are boilerplate, by index, and the rule or class of each.

It gets all lines, the language of the article (ISO 639-1) if that is known, and the lines that are safe."""


def by_rules(lines: Sequence[str], language: str | None, safe: Container[str]) -> Mapping[int, str]:  # noqa: ARG001
    """Judges each line by its words and its form, in about 25 languages at once. Equal lines are judged once."""
    from worker.residue.line_matcher import Matcher  # noqa: PLC0415 - its patterns take 0.15 s

    once = dict.fromkeys(lines)
    matcher = Matcher(once)
    rules = {line: rule for line in once if line not in safe and (rule := matcher.rule_of(line))}
    return {at: rules[line] for at, line in enumerate(lines) if line in rules}


def by_concepts(lines: Sequence[str], language: str | None, safe: Container[str]) -> Mapping[int, str]:
    """Judges the lines by the concepts of their words, in one language each, and by where they stand."""
    from worker.residue.concepts.judge import verdicts  # noqa: PLC0415 - most workers need only the rules

    return {at: verdict.rule for at, verdict in verdicts(lines, language).items() if lines[at] not in safe}


def residue(article: Article, judge: Judge = by_rules) -> Article:
    """The article without template tags and without the lines that are boilerplate. Each removal is counted by rule.

    A tag is removed anywhere in a line. A line is only removed as a whole, and never because of how it ends.
    Lines of code stay as they are. Lines that look like the rows of one table are kept. If a text has more than 2,000
    lines, only the first and last thousand are examined.
    """
    removed: Counter[str] = Counter()
    first, middle, last = edges(article.text or "", _JUDGED_LINES)
    code = frozenset(article.code)
    lines = list(_without_tags(first, code, removed))
    end_of_first = len(lines)
    lines += _without_tags(last, code, removed)
    rules = judge(lines, article.language, code | table_rows(lines))
    removed.update(rules.values())
    if not removed:
        return article
    parts = range(end_of_first), range(end_of_first, len(lines))
    kept = [[lines[at] for at in part if at not in rules] for part in parts]
    return article.with_text("\n".join([*kept[0], *middle, *kept[1]]), removed)


def _without_tags(lines: Iterable[str], code: Container[str], removed: Counter[str]) -> Iterator[str]:
    """The lines without their tags, which are counted. A line of nothing but tags is left out. Code keeps its tags."""
    chars = 0
    for line in lines:
        rest, tags = line, 0
        if "[" in line and line not in code and (chars := chars + len(line)) <= _TAGGED_CHARS:
            rest, tags = without_tags(line)
        if tags:
            removed[TEMPLATE_TAG] += tags
        if rest or not tags:
            yield rest


def rule_of(line: str) -> str | None:
    """The rule that removes the line, whatever the lines around it; None if the line belongs to the story."""
    return by_rules([line], None, ()).get(0)


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
