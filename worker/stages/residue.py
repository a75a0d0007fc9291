"""Takes out what publishers' systems put between the lines of a story, in text that came extracted or was extracted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from worker.messages import Article
from worker.residue.match import LINE_RULES, Matcher

TEMPLATE_TAG = "template_tag"

# `[ad_1]`, `[source_link]`, `[/caption]`, `[quads id=1]`: names in lower case with an underscore or with attributes, or
# the shortcodes known without. Not after a word, where the bracket is an index in a line of code, but for names that
# no code has.
_VALUE = r"(?:\"[^\"\[\]]{0,200}\"|'[^'\[\]]{0,200}'|[^\s\[\]\"']{1,200})"
_TAG = re.compile(
    r"(?<![\w\])])(?:\[/?[a-z][a-z0-9]{0,30}(?:_(?:[a-z0-9]{1,30}|\{\w{1,30}\})){1,6}\])+"
    r"|\[/?(?:ad|ads|rule|og|source|matched|affiliate)[_-][a-z0-9_{}-]{1,40}\]"
    r"|\[/?(?:ads?\d{0,2}|keywords?|adsense|matchedcontent|caption|gallery|embed|playlist|toc|shortcode)\]"
    rf"|(?<![\w\])])(?:\[[a-z][a-z0-9_-]{{1,40}}(?:\s{{1,3}}[a-z][a-z0-9_-]{{0,30}}={_VALUE}){{1,12}}\s?/?\])+"
)
_CLOSING_MARKS = ".,;:!?)”’»"
_JUDGED_LINES = 1_000  # at each end of a text, at worst a millisecond each: no article has so many

RULE_NAMES = {TEMPLATE_TAG} | LINE_RULES
"""All that this stage can count in `removed`."""


def residue(article: Article) -> Article:
    """The article without template tags, and without the lines that a rule knows; each rule's firings are counted.

    A tag goes from wherever it stands. A line goes only as a whole, and never for how it ends.
    """
    removed: Counter[str] = Counter()
    lines: list[str] = []
    for line in (article.text or "").split("\n"):
        rest, tags = without_tags(line) if "[" in line else (line, 0)
        if tags:
            removed[TEMPLATE_TAG] += tags
        if rest or not tags:
            lines.append(rest)
    rules = _rules(lines if len(lines) <= 2 * _JUDGED_LINES else lines[:_JUDGED_LINES] + lines[-_JUDGED_LINES:])
    kept: list[str] = []
    for line in lines:
        if rule := rules.get(line):
            removed[rule] += 1
        else:
            kept.append(line)
    return article.with_text("\n".join(kept), removed) if removed else article


def _rules(lines: Iterable[str]) -> dict[str, str]:
    """The rule for each line that a rule removes. A body that occurs twice is judged once."""
    once = dict.fromkeys(lines)
    matcher = Matcher(once)
    return {line: rule for line in once if (rule := matcher.rule_of(line))}


def rule_of(line: str) -> str | None:
    """The name of the rule that takes the line out, whatever stands around it; None when it belongs to the story."""
    return Matcher([line]).rule_of(line)


def without_tags(line: str) -> tuple[str, int]:
    """The line without its template tags, and how many it had.

    One space is left where a tag stood between words, none before a closing mark.
    """
    parts = _TAG.split(line)
    if not parts[1:]:
        return line, 0
    joined: list[str] = []
    for part in filter(None, map(str.strip, parts)):
        joined += [" ", part] if joined and part[0] not in _CLOSING_MARKS else [part]
    return "".join(joined), line.count("[") - sum(part.count("[") for part in parts)
