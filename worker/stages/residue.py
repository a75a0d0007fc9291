"""Takes out what publishers' systems put between the lines of a story, in text that came extracted or was extracted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from worker.messages import Article
from worker.stages import residue_calls, residue_patterns, residue_words
from worker.stages.residue_rules import MAX_LINE_CHARS, HeadRule, PatternRule, WordRule, fold, word_set

TEMPLATE_TAG = "template_tag"

# `[ad_1]`, `[source_link]`, `[/caption]`: names in lower case with an underscore, or the shortcodes known without one.
# Not after a word, where the bracket is an index in a line of code, but for the names that no code has.
_TAG = re.compile(
    r"(?<![\w\])])(?:\[/?[a-z][a-z0-9]{0,30}(?:_[a-z0-9]{1,30}){1,6}\])+"
    r"|\[/?(?:ad|ads|rule|og|source|matched|affiliate)_[a-z0-9_]{1,40}\]"
    r"|\[/?(?:ad\d{0,2}|ads|adsense|matchedcontent|caption|gallery|embed|playlist|toc|shortcode)\]"
    r"|\[(?:caption|gallery|embed|audio|video|playlist|vc_\w{1,30}|et_pb_\w{1,30}|contact-form-7)\s[^\[\]]{1,300}\]"
)
_CLOSING_MARKS = ".,;:!?)”’»"

_EDGES = " <\t\r\u00a0*_#|•·●▪■►▶▸→➤»>~=-–—👉🔴📲✅⭐\ufeff\u200b"
_QUOTES = "\"'“”‘’„«‚「『《"
_BRACKETS = "()[]【】（）"
_WORD = re.compile(r"[^\s.,;:!?()\[\]{}|/•·–—\-\"“”«»…>=【】（）、。：]+")
_SEPARATOR = re.compile(r"[:|=>→►】\]]| ?[-–—]+ ")
_MAX_WORDS_CHARS = 90
_MAX_HEAD_CHARS = 70
# Words in lower case that stand among names.
_SMALL_WORDS = word_set("""
    a an and at by de del della der di du e el en et for from i in la las le les los of on or the und van via von
    with y auf editing additional writing reporting courtesy file photo photos image images picture alliance
    special to agencies dpa afp imago
""")

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
    *residue_patterns.RELATED,
    *residue_patterns.DATE_STAMP,
    *residue_patterns.INTERFACE,
    *residue_calls.NEWSLETTER,
)
_VERB_LAST, _NAME_AND_AGENCY = residue_calls.VERB_LAST, residue_patterns.NAME_AND_AGENCY
RULE_NAMES = (
    {TEMPLATE_TAG}
    | {rule.name for rule in (*_ALL_PATTERNS, *_VERB_LAST, *_NAME_AND_AGENCY)}
    | {rule.name for rule in residue_words.WORD_RULES}
    | {rule.head.name for rule in residue_words.HEAD_RULES}
)
"""All that this stage can count in `removed`."""

_PATTERNS = _by_key((rule, rule.starts) for rule in _ALL_PATTERNS)
_WORD_RULES = _by_key((rule, rule.all_words) for rule in residue_words.WORD_RULES)
_HEAD_RULES = _by_key((rule, rule.head.all_words) for rule in residue_words.HEAD_RULES)


def residue(article: Article) -> Article:
    """The article without template tags, and without the lines that a rule knows; each rule's firings are counted.

    A tag goes from wherever it stands. A line goes only as a whole, and never for how it ends.
    """
    kept: list[str] = []
    removed: dict[str, int] = {}
    for line in (article.text or "").split("\n"):
        rest = line
        if "[" in line and (parts := _TAG.split(line))[1:]:
            removed[TEMPLATE_TAG] = (
                removed.get(TEMPLATE_TAG, 0) + line.count("[") - sum(part.count("[") for part in parts)
            )
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
    joined: list[str] = []
    for part in filter(None, map(str.strip, parts)):
        joined += [" ", part] if joined and part[0] not in _CLOSING_MARKS else [part]
    return "".join(joined)


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
    word_rules = _word_rules(word) if len(core) <= _MAX_WORDS_CHARS else ()
    head_rules = _HEAD_RULES.get(word, ())
    patterns = (*_PATTERNS.get(begin[:2], ()), *_PATTERNS.get(begin[:1], ()), *_free_patterns(core))
    if not (word_rules or head_rules or patterns):
        return None
    folded = fold(core)
    return _by_words(folded, word_rules) or _by_head(core, folded, head_rules) or _by_pattern(core, folded, patterns)


def _word_rules(word: str) -> tuple[WordRule, ...]:
    """The rules that a line may fit whose first word this is. Many dates, and nothing else, begin with a number."""
    return residue_words.WORD_RULES if word[:1].isdigit() else _WORD_RULES.get(word, ())


def _free_patterns(core: str) -> tuple[PatternRule, ...]:
    """The rules without a fixed beginning that the line may fit."""
    if len(core) > _MAX_WORDS_CHARS:
        return ()
    if core[0] > "\u08ff" or (core[-1] > "\u08ff" and core[-1] not in _CLOSING_MARKS):
        return _VERB_LAST
    return _NAME_AND_AGENCY if "/" in core or "|" in core else ()


def _split(text: str) -> tuple[list[str], int]:
    """The words of a short text that are no numbers, and how many are."""
    found = _WORD.findall(text)
    words = [word for word in found if not word[0].isdigit()]
    return words, len(found) - len(words)


def _by_words(folded: str, rules: Iterable[WordRule]) -> str | None:
    if not rules:
        return None
    words, numbers = _split(folded)
    return next((rule.name for rule in rules if rule.fits(words, numbers)), None)


def _by_head(core: str, folded: str, rules: Iterable[HeadRule]) -> str | None:
    separator = _SEPARATOR.search(folded, 2, _MAX_HEAD_CHARS) if rules and len(folded) == len(core) else None
    if separator is None:
        return None
    words, numbers = _split(folded[: separator.start()])
    rest = core[separator.end() :].lstrip(_EDGES)
    return next((rule.head.name for rule in rules if rest and _fits_head(rule, words, numbers, rest)), None)


def _fits_head(rule: HeadRule, words: list[str], numbers: int, rest: str) -> bool:
    if not rule.head.fits(words, numbers) or len(rest.split()) > rule.max_rest_words:
        return False
    if len(words) == 1 and words[0] not in rule.alone:
        return False
    return _are_names(rest) if rule.names else len(words) > 1 or not rest[0].islower()


def _by_pattern(core: str, folded: str, rules: Iterable[PatternRule]) -> str | None:
    for rule in rules:
        match = rule.pattern.fullmatch(folded)
        if match and (match.lastindex is None or (len(core) == len(folded) and _are_names(_groups(match, core)))):
            return rule.name
    return None


def _groups(match: re.Match[str], core: str) -> str:
    return " ".join(core[slice(*match.span(group))] for group in range(1, match.re.groups + 1) if match[group])


def _are_names(text: str) -> bool:
    """Whether every word could be part of a name: no lower case but small words. Scripts without case pass."""
    words = (word.strip(".,;:()") for word in text.split())
    return all(not word[:1].islower() or word in _SMALL_WORDS or "/" in word or "." in word for word in words)
