"""Takes out what publishers' systems put between the lines of a story, in text that came extracted or was extracted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from worker.messages import Article
from worker.stages import residue_calls, residue_patterns, residue_words
from worker.stages.residue_rules import MAX_LINE_CHARS, HeadRule, PatternRule, WordRule, fold

TEMPLATE_TAG = "template_tag"

# `[ad_1]`, `[source_link]`, `[/caption]`: names in lower case with an underscore, or the shortcodes known without one.
# Not after a word, where the bracket is an index in a line of code, but for the names that no code has.
_TAG = re.compile(
    r"(?<![\w\])])\[/?[a-z][a-z0-9]{0,30}(?:_[a-z0-9]{1,30}){1,6}\]"
    r"|\[/?(?:ad|ads|rule|og|source|matched|affiliate)_[a-z0-9_]{1,40}\]"
    r"|\[/?(?:ad\d{0,2}|ads|adsense|matchedcontent|caption|gallery|embed|playlist|toc|shortcode)\]"
    r"|\[(?:caption|gallery|embed|audio|video|playlist|vc_\w{1,30}|et_pb_\w{1,30}|contact-form-7)\s[^\[\]]{1,300}\]"
)
_CLOSING_MARKS = ".,;:!?)”’»"

_EDGES = " \t\r\u00a0*_#|•·●▪■►▶▸→➤»>~=-–—👉🔴📲✅⭐\ufeff\u200b"
_QUOTES = "\"'“”‘’„«‚「『《"
_BRACKETS = "()[]【】（）"
_WORD = re.compile(r"[^\s.,;:!?()\[\]{}|/•·–—\-\"“”«»…>=【】（）、。：]+")
_HEAD = re.compile(r"([^:|=>–—→►]{2,70}?) ?(?:[:|>→►=]|[–—-](?= ))[>\s]*(?=\S)")
_MAX_WORDS_CHARS = 110
_MAX_HEAD_CHARS = 220
_SMALL_WORDS = frozenset(
    """
    a an and at by de del della der di du e el en et for from i in la las le les los of on or the und van via von with y
    editing additional writing reporting courtesy file photo photos image images picture alliance special to agencies dpa afp
    """.split()
)

Rule = TypeVar("Rule", WordRule, HeadRule, PatternRule)


def _by_key(rules: Iterable[tuple[Rule, Iterable[str]]]) -> Mapping[str, tuple[Rule, ...]]:
    """For the beginning of a line the rules that it may fit, in their order. Nine lines in ten fit none."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule, keys in rules:
        for key in keys:
            found[key].append(rule)
    return {key: tuple(of_key) for key, of_key in found.items()}


_ALL_PATTERNS = (
    *residue_patterns.PHOTO_CREDIT,
    *residue_patterns.WIRE_SIGNOFF,
    *residue_patterns.COPYRIGHT,
    *residue_patterns.SYNDICATION,
    *residue_patterns.COOKIE,
    *residue_patterns.SCRIPT,
    *residue_calls.NEWSLETTER,
)
_PATTERNS = _by_key((rule, rule.starts) for rule in _ALL_PATTERNS)
_FREE_PATTERNS = tuple(rule for rule in _ALL_PATTERNS if not rule.starts)
_WORD_RULES = _by_key((rule, rule.strong | rule.filler) for rule in residue_words.WORD_RULES)
_HEAD_RULES = _by_key((rule, rule.head.strong | rule.head.filler) for rule in residue_words.HEAD_RULES)


def residue(article: Article) -> Article:
    """The article without template tags, and without the lines that a rule knows; each rule's firings are counted.

    A tag goes from wherever it stands. A line goes only as a whole, and never for how it ends.
    """
    kept: list[str] = []
    removed: dict[str, int] = {}
    for line in (article.text or "").split("\n"):
        rest = line
        if "[" in line and (parts := _TAG.split(line))[1:]:
            removed[TEMPLATE_TAG] = removed.get(TEMPLATE_TAG, 0) + len(parts) - 1
            rest = _join(parts)
            if not rest:
                continue
        rule = rule_of(rest)
        if rule is None:
            kept.append(rest)
        else:
            removed[rule] = removed.get(rule, 0) + 1
    return article.with_text("\n".join(kept), removed) if removed else article


def _join(parts: list[str]) -> str:
    """The line without its tags: one space where a tag stood between words, none before a closing mark."""
    line = parts[0].rstrip()
    for part in map(str.strip, parts[1:]):
        line += part if not line or not part or part[0] in _CLOSING_MARKS else f" {part}"
    return line.strip()


def rule_of(line: str) -> str | None:
    """The name of the rule that takes the line out; None when it belongs to the story."""
    if len(line) > MAX_LINE_CHARS:
        return None
    core = line.strip(_EDGES).lstrip(_BRACKETS)
    if not core or core[0] in _QUOTES:
        return None
    begin = fold(core[:40])
    first = _WORD.search(begin)
    word = first[0] if first else ""
    return (
        (_by_words(core, word) if len(core) <= _MAX_WORDS_CHARS else None)
        or (_by_head(core, _HEAD_RULES[word]) if word in _HEAD_RULES and len(core) <= _MAX_HEAD_CHARS else None)
        or _by_pattern(core, _PATTERNS.get(begin[:2], ()))
        or (_by_pattern(core, _FREE_PATTERNS) if len(core) <= _MAX_WORDS_CHARS and _is_free(core) else None)
    )


def _is_free(core: str) -> bool:
    """Whether the line may fit a rule that has no fixed beginning: a slash between names, or a verb-final language."""
    return "/" in core or "|" in core or not core.isascii()


def _split(text: str) -> tuple[list[str], int]:
    """The words of a short text that are no numbers, and how many are."""
    found = _WORD.findall(text)
    words = [word for word in found if not word[0].isdigit()]
    return words, len(found) - len(words)


def _by_words(core: str, word: str) -> str | None:
    rules = residue_words.WORD_RULES if word[:1].isdigit() else _WORD_RULES.get(word, ())
    if not rules:
        return None
    words, numbers = _split(fold(core))
    return next((rule.name for rule in rules if rule.fits(words, numbers)), None)


def _by_head(core: str, rules: Iterable[HeadRule]) -> str | None:
    folded = fold(core)
    match = _HEAD.match(folded)
    if match is None or len(folded) != len(core):
        return None
    words, numbers = _split(match[1])
    return next((rule.head.name for rule in rules if _fits_head(rule, words, numbers, core[match.end() :])), None)


def _fits_head(rule: HeadRule, words: list[str], numbers: int, rest: str) -> bool:
    if not rule.head.fits(words, numbers) or len(rest.split()) > rule.max_rest_words:
        return False
    if len(words) == 1 and (words[0] not in rule.alone or rest[0].islower()):
        return False
    return _are_names(rest) if rule.names else True


def _by_pattern(core: str, rules: Iterable[PatternRule]) -> str | None:
    if not rules:
        return None
    folded = fold(core)
    for rule in rules:
        match = rule.pattern.fullmatch(folded)
        if match and (match.lastindex is None or (len(core) == len(folded) and _are_names(_groups(match, core)))):
            return rule.name
    return None


def _groups(match: re.Match[str], core: str) -> str:
    return " ".join(core[slice(*match.span(group))] for group in range(1, match.re.groups + 1) if match[group])


def _are_names(text: str) -> bool:
    """Whether every word of a text could be part of a name: no lower case but small words. Scripts without case pass."""
    words = (word.strip(".,;:()") for word in text.split())
    return all(not word[:1].islower() or word in _SMALL_WORDS or "/" in word or "." in word for word in words)
