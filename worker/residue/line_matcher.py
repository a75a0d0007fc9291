"""Finds the rule that fits a line. For most lines, a few look-ups show that no rule fits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from worker.residue import links, patterns, photo_credits, word_tables
from worker.residue.cued import CUE_RULE_NAMES, by_cues, with_cues
from worker.residue.person_names import FEW_WORDS, are_names
from worker.residue.rules import (
    DROPPED,
    MAX_LINE_CHARS,
    HeadRule,
    PatternRule,
    WordRule,
    by_key,
    fold,
    has_east,
)

_EDGES = " <\t\r\u00a0*_#|•·●▪■►▶▸▼▾↓⬇↑→➤»>~=-–—👉🔴📲✅⭐\ufeff\u200b"
_DRESSING = re.compile(r"^[^\w\s\"'“”‘’„«‚「『《()\[\]【】（）©ⓒ@#$€£+/.-]+\s*")  # bullets, arrows, emoji
_QUOTES = "\"'“”‘’„«‚「『《"
_BRACKETS = "()[]【】（）"
_END_MARKS = " .,;:!?…)]】）」>»*↓▼⬇→"
_WORD = re.compile(r"[^\s©.,;:!?()\[\]{}|/•·–—\-\"“”«»…>=【】（）、。：]+")
_SEPARATOR = re.compile(r"[:|=>→►】\]]| ?[-–—]+ ")
_SEGMENT_MARKS = re.compile("[•·©ⓒ]")
_SEGMENT = re.compile(r" ?[|•·] ?")
_UNSEEN = re.compile("[" + "".join(DROPPED) + "]+")
_COPYRIGHT = re.compile(r".{0,60}(?<!\w)[©ⓒ] ?(?:copyright )?(?:19|20)\d\d|저작권자", re.IGNORECASE)
_CAMERAS = ("📷", "📸", "🎥")
_MARKED = ">👉⏩→➡▶►▸📷📸🎥"
_ARROW_LINK = re.compile(
    r"(?:>>+|[→➡▶►▸]\ufe0f?|[👉⏩](?! ?(?:\S+ ){0,3}\S+$|.*\b(?:our|you|your|"
    r"my)\b))\s?+[^\s<>]++(?:\s[^\s<>]++){3,14}+(?<![.;:!…])(?: <<)?"
)
_WITH = (" avec ", " mit ", " con ", " com ", " met ")
_CLOCK = re.compile(r"\d[:.h]\d\d|\d ?[ap]\.?m")

_MAX_WORDS_CHARS = 90
_MAX_TAIL = 10  # of punctuation at the end of a line
_MAX_HEAD_CHARS = 70
_MAX_SEGMENTS_CHARS = 160
_MAX_SEGMENTS = 24
_MAX_ALL_SEGMENTS = 4_000  # of an article; each takes 40 µs, and a page of sports results has a few hundred
_SEGMENT_WORDS = 5


_WORD_RULES = by_key((rule, rule.all_words) for rule in word_tables.WORD_RULES)
_ALL_WORDS = frozenset(_WORD_RULES)
_EAST_RULES = tuple(rule for rule in word_tables.WORD_RULES if rule.east)
_HEAD_RULES = by_key((rule, rule.head.all_words) for rule in word_tables.HEAD_RULES)


def _first_word(folded: str) -> str:
    word = folded.partition(" ")[0]
    if not word.isalpha():
        first = _WORD.search(folded)
        word = first[0] if first else ""
    return word


def _key(folded: str, word: str) -> str:
    """The key of a line or phrase with this first word. It is a letter in scripts without spaces between words."""
    return folded[0] if has_east(word) or not folded.startswith(word or " ") else word


def _by_first_word(rules: Iterable[PatternRule]) -> dict[str, list[tuple[tuple[str, ...], PatternRule]]]:
    """For each key, the rules that a line with it may fit, each with the possible beginnings of the line."""
    found: dict[str, list[tuple[tuple[str, ...], PatternRule]]] = defaultdict(list)
    for rule in rules:
        starts: dict[str, list[str]] = defaultdict(list)
        for start in sorted(rule.starts):
            starts[_key(start, _first_word(start))].append(start)
        for key, of_key in starts.items():
            found[key].append((tuple(of_key), rule))
    return dict(found)


_PATTERNS = _by_first_word(patterns.BY_START)

LINE_RULES = frozenset(
    {rule.name for rule in (*patterns.BY_START, *patterns.ANYWHERE)}
    | CUE_RULE_NAMES
    | {"copyright", "photo_credit", "related_link"}
    | {rule.name for rule in word_tables.WORD_RULES}
    | {rule.head.name for rule in word_tables.HEAD_RULES}
)
"""The names of all rules for lines."""


class Matcher:
    """Judges the lines of one article. Searches all of them for cues at once."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._cued = frozenset(with_cues(lines))
        self._segments_left = _MAX_ALL_SEGMENTS

    def rule_of(self, line: str) -> str | None:
        """The name of the rule that removes the line; None if the line belongs to the story."""
        if len(line) > MAX_LINE_CHARS or (line not in self._cued and _is_plain(line)):
            return None
        core = line.strip(_EDGES)
        if not core[:1].isalnum():
            core = _DRESSING.sub("", core).lstrip(_BRACKETS)
        if not core or core[0] in _QUOTES:
            return None
        if not core.isascii():
            core = _UNSEEN.sub("", core)
        folded = fold(core)
        rule = _by_beginning(core, folded)
        if rule is None and line in self._cued:
            rule = by_cues(folded)
        if rule is None and ("|" in core or "•" in core or "·" in core):
            rule = self._by_segments(core)
        return rule or (_by_mark(line, core) if line[0] in _MARKED or "©" in core or "ⓒ" in core else None)

    def _by_segments(self, core: str) -> str | None:
        """For `By Ann Example | Updated: 14 June 2023`: a rule fits if every part fits one or is a name."""
        if len(core) > _MAX_SEGMENTS_CHARS:
            return None
        parts = [part for part in map(str.strip, _SEGMENT.split(core)) if part]
        if len(parts) > min(_MAX_SEGMENTS, self._segments_left):
            return None
        self._segments_left -= len(parts)
        return _rule_of_all(parts)


def _is_plain(line: str) -> bool:
    """Whether only a cue rule can fit, according to the first word and a search for marks."""
    line = line.removeprefix("- ")
    word = line.partition(" ")[0].rstrip(",").lower()
    if (
        not (word.isascii() and word.replace("'", "").isalpha() and word[0] != "'")
        or word in _PATTERNS
        or word in _HEAD_RULES
    ):
        return False
    if len(line) <= _MAX_WORDS_CHARS + _MAX_TAIL and (word in _WORD_RULES or _free_patterns(line)):
        return False
    return "|" not in line and (line.isascii() or not _SEGMENT_MARKS.search(line))


def _by_mark(line: str, core: str) -> str | None:
    """The rule for lines that a mark identifies: ©, a camera, an arrow before a headline."""
    if _COPYRIGHT.match(core):
        return "copyright"
    if line.startswith(_CAMERAS):
        return "photo_credit" if are_names(core) else None
    return "related_link" if _ARROW_LINK.fullmatch(line) else None


def _rule_of_all(parts: list[str]) -> str | None:
    """The rule of the first part that has one, if every part fits a rule or is a name."""
    rules = [_by_beginning(part, fold(part)) for part in parts]
    known = [rule for rule in rules if rule]
    others = [part for part, rule in zip(parts, rules, strict=True) if not rule]
    if known and len(parts) > 1 and all(len(part.split()) <= _SEGMENT_WORDS and are_names(part) for part in others):
        return known[0] if known[0] != "interface" or len(known) > 1 else None
    return None


def _by_beginning(core: str, folded: str) -> str | None:
    """The rule for lines with this beginning, if the whole line fits."""
    short = len(core) <= _MAX_WORDS_CHARS
    key = word = folded.partition(" ")[0]
    if not (word.isascii() and word.isalpha()):
        word = _first_word(folded)
        key = _key(folded, word)
    if short and (rules := _word_rules(word)) and _ends_known(folded) and (name := _by_words(folded, rules)):
        return name
    heads = _HEAD_RULES.get(word) or (word_tables.HEAD_RULES if has_east(word) else ())
    if heads and (name := _by_head(core, folded, heads)):
        return name
    for starts, pattern in _PATTERNS.get(key, ()):
        if folded.startswith(starts) and (name := _by_pattern(core, folded, (pattern,))):
            return name
    return _by_pattern(core, folded, free) if short and (free := _free_patterns(core)) else None


def _word_rules(word: str) -> tuple[WordRule, ...]:
    """The word rules that may fit a line with this first word. Only dates begin with a number, but there are many."""
    if has_east(word):
        return _EAST_RULES
    return word_tables.WORD_RULES if word[:1].isdigit() else _WORD_RULES.get(word, ())


def _free_patterns(core: str) -> tuple[PatternRule, ...]:
    """The rules without a fixed beginning that may fit the line."""
    if core[0].isdigit():
        return links.NUMBERS
    if core[0] == "@" or core[0] > "\u3000":
        return photo_credits.BYLINE
    if "/" in core or "|" in core:
        return photo_credits.NAME_AND_AGENCY
    return photo_credits.NAME_AND_WIRE if any(map(core.__contains__, _WITH)) else ()


def _ends_known(folded: str) -> bool:
    """Whether the last word is also a word of a rule, or a number. Takes a tenth of the time of checking all words."""
    last = folded.rstrip(_END_MARKS).rsplit(None, 1)[-1:]
    return not last or last[0] in _ALL_WORDS or not last[0].isalpha() or has_east(last[0])


def _split(text: str) -> tuple[list[str], int]:
    """The words of a short text without its numbers, and how many numbers it has."""
    found = _WORD.findall(text)
    words = [word for word in found if not word[0].isdigit()]
    return words, len(found) - len(words)


def _by_words(folded: str, rules: Iterable[WordRule]) -> str | None:
    words, numbers = _split(folded)
    if folded.isascii() or not any(map(has_east, words)):
        if not _ALL_WORDS.issuperset(words):
            return None
        rules = [rule for rule in rules if rule.all_words.issuperset(words)]
    for rule in rules:
        if rule.fits(words, numbers) and (not rule.with_clock or _CLOCK.search(folded)):
            return rule.name
    return None


def _by_head(core: str, folded: str, rules: Iterable[HeadRule]) -> str | None:
    separator = _SEPARATOR.search(folded, 2, _MAX_HEAD_CHARS) if len(folded) == len(core) else None
    if separator is None:
        return None
    words, numbers = _split(folded[: separator.start()])
    rest = core[separator.end() :].lstrip(_EDGES)
    if not rest or (len(words) == 1 and words[0] in word_tables.SHOUTED and not core[: separator.start()].isupper()):
        return None
    return next((rule.head.name for rule in rules if _fits_head(rule, words, numbers, rest)), None)


def _fits_head(rule: HeadRule, words: list[str], numbers: int, rest: str) -> bool:
    words = rule.head.in_parts(words)
    if not rule.head.fits(words, numbers) or len(rest.split()) > rule.max_rest_words:
        return False
    if len(words) == 1 and words[0] not in rule.alone:
        return False
    if rule.names:
        return are_names(rest) or (words[0] not in word_tables.STORY_HEADS and len(rest.split()) <= FEW_WORDS)
    return len(words) > 1 or not rest[0].islower()


def _by_pattern(core: str, folded: str, rules: Iterable[PatternRule]) -> str | None:
    for rule in rules:
        match = rule.pattern.fullmatch(folded)
        if match and (match.lastindex is None or (len(core) == len(folded) and are_names(_groups(match, core)))):
            return rule.name
    return None


def _groups(match: re.Match[str], core: str) -> str:
    return " ".join(core[slice(*match.span(group))] for group in range(1, match.re.groups + 1) if match[group])
