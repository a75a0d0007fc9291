"""Names from bylines, without "By", addresses and roles. A byline is split only if each part is certainly a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from worker.page.byline_words import (
    AFTER_NAME,
    AGENCY,
    BEFORE_NAMES,
    CREDIT,
    DEGREES_BEFORE,
    FUNCTION_WORDS,
    LABELS,
    NO_PERSON,
    OTHER_LABEL,
    ROLE,
    ROLE_AFTER,
)
from worker.page.name_case import in_mixed_case
from worker.page.native_names import bare_names, native_names
from worker.text.cleaning import clean_line, unescaped
from worker.text.scripts import MARKS_CLASS

MAX_NAMES: Final = 20
_MAX_CHARS: Final = 100
_MAX_SHOWN_CHARS: Final = 300  # of a line that a page shows; the search for a name is quadratic
_MAX_LINES: Final = 12  # of a visible byline

_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_PREFIX: Final = re.compile(
    rf"\A(?:(?:{BEFORE_NAMES})(?:\s?[:：]\s?|\s|(?=\Z))|(?:{LABELS})(?:\s?[:：=]\s?|\s[-–—|]\s|(?=\Z)))", re.IGNORECASE
)
# These words also begin names ("Von Miller"), so they are removed only before two or more words.
_SHORT: Final = "von|par|por|door|av|af|przez|di|od|yazan|της|του"
_WORD_PREFIX: Final = re.compile(rf"\A(?:{_SHORT})(?::|\s)\s*(?=\S+\s+\S)", re.IGNORECASE)
_GLUED: Final = re.compile(r"\A(?:By|Von|Par|Por|Author)(?=[A-ZÀ-Þ][a-zß-ÿ.]++[A-ZÀ-Þ.]*+ [A-ZÀ-Þ])")  # "ByJane Doe"
_SHORT_LABEL: Final = re.compile(rf"(?:{_SHORT})\s?:?", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"://|^www\.|@|\.(?:com|org|net|html?|php)\b|^/", re.IGNORECASE)
_JOINERS: Final = "and|und|et|y|e|en|och|og|i|и|та|και|ve|dan|și|ja|és|و|और|และ"
# The Arabic "and" is written with the next word. Some names begin with the same letter.
_ARABIC_AND: Final = (
    r"و(?!ليد|ائل|سام|سيم|جدي|جيه|فاء|داد|حيد|رد|لاء|ديع|هيب|ضاح|صفي|ئام|اصف)(?=[\u0621-\u064a]{2,20} [\u0621-\u064a])"
)
_SEPARATORS: Final = re.compile(  # for a line with single spaces
    rf" ?, ?(?:{_JOINERS}) | ?[,،/|] ?| (?:&|{_JOINERS}) | {_ARABIC_AND}", re.IGNORECASE
)
_JOINER: Final = re.compile(rf",? ?(?:&|{_JOINERS})|,", re.IGNORECASE)
_PARTICLES: Final = (
    r"(?:(?:d[aeiou]s?|del|della|der|den|la|le|van|von|ter|ten|zu|zum|al|el|bin|ibn|y|e|af|av)\s+|d[’'])"
)
_WORD: Final = rf"[.’'\-\w{MARKS_CLASS}]{{0,40}}+"  # the rest of a name's word
_SMALL: Final = re.compile(
    r"d[aeiou]s?|del|della|der|den|la|le|van|von|ter|ten|zu|zum|al|el|bin|ibn|y|e|af|av|d[’'].*|де|фон|ван|дер|аль|ибн|"
    r"оглы|кызы"
)
_FULL_NAME: Final = re.compile(rf"[^\W\d_a-z]{_WORD}(?:\s++{_PARTICLES}*[^\W\d_a-zß-ÿ]{_WORD}){{1,4}}")
_INVERTED: Final = re.compile(r"([^,\s]++(?:\s[^,\s]++)?),\s*+([^,\s]++(?:\s++[^,\s]++){0,2})")
_NO_NAMES: Final = """
admin administrator author autor editor user guest gast none null undefined unknown anonymous staff webmaster root test
n/a default
"""
_NOBODY: Final = frozenset(_NO_NAMES.split())

_TITLE: Final = re.compile(r"\A(?:(?:Dr|Prof|Mr|Mrs|Ms)\.?\s)+(?:(?:med|phil|jur)\.\s)?")
_DEGREES: Final = re.compile(r"(?:,\s?(?:[A-Z][.A-Za-z]{0,3}[A-Z]\.?|Ph\.?D\.?|Jr\.?|Sr\.?))+(?=,|\Z)")
_FULL_STOP: Final = re.compile(r"(?<=\w\w)(?<!\b[JS]r)\.\Z")
_RUN_TOGETHER: Final = re.compile(r"[a-zß-ÿ]{4}[A-ZÀ-Þ][a-zß-ÿA-ZÀ-Þ]{3}")  # two words with no space between them
_MORE_NAMES: Final = re.compile(
    r",? (?:with )?additional reporting (?:by|from) |(?: in [A-Z]\w{1,30}+),? and (?=[A-Z])", re.IGNORECASE
)
_NOT_NAMES: Final = re.compile(r"\s[^\s@]++@\S*+|\. (?:edited|reviewed|translated) .*+", re.IGNORECASE)
_NEXT_LABEL: Final = re.compile(r"[.,;]?\s[^\W\d_]\w{2,15}\s?[:：=]")  # "Text: Jane Doe. Foto: John Roe"
_WRITTEN: Final = re.compile(r"[.|;·,]\s(?=(?:written|words|text|story) by\s)", re.IGNORECASE)
_PLACE: Final = re.compile(r"\s(?:in|à|en)\s[A-ZÀ-Þ][^,;]{1,30}\Z|\s[-–—]\s[^,;]{1,40}\Z")
_MAIL_BEFORE: Final = re.compile(r"[^\s()@]{1,64}@[^\s()@]{1,200}\s\(([^()]{2,80})\)")
_ACCOUNT: Final = re.compile(r"[^\W_][\w.’'\-]*(?: [\w.’'\-&]+){0,3}")


def clean_names(bylines: Iterable[str], *, inverted: bool = False) -> tuple[str, ...]:
    """The names in these bylines, without repeats, at most 20.

    `inverted` means that "Doe, Jane" stands for Jane Doe, as in library tags.
    """
    names: dict[str, str] = {}
    for byline in bylines:
        for name in _names(byline, inverted):
            names.setdefault(name.casefold(), name)
            if len(names) >= MAX_NAMES:
                return tuple(names.values())
    return tuple(names.values())


def is_full_name(name: str) -> bool:
    """Whether the text looks like a given name and a surname: two to five words, each with a capital letter.

    In scripts without capitals, nothing tells a name from other words but the words that no name has.
    """
    if _FULL_NAME.fullmatch(name) is None or ROLE.search(name) or name[0].islower():
        return False
    if name.isascii():
        return True
    words = name.split()
    return FUNCTION_WORDS.isdisjoint(words) and not any(w[0].islower() and not _SMALL.fullmatch(w) for w in words)


def names_in_lines(lines: Sequence[str], *, marked: bool = False) -> tuple[str, ...]:
    """The full names in a byline as a page shows it: `["By", "Jane Doe", "and", "John Roe", "May 3"]`.

    The names may come after labels, dates and roles. They end at the first line that does not continue them. If the
    lines are `marked` as the author, they may also be names without spaces.
    """
    lines = lines[:_MAX_LINES]
    if names_found := next(filter(None, map(native_names, lines)), None):
        return names_found
    if marked and (names_found := next(filter(None, map(bare_names, lines)), None)):
        return names_found
    if not any(map(_may_name, lines)):
        return ()
    if marked:
        lines = [line.removeprefix("de ") for line in lines]  # "by", which elsewhere begins a sentence
    names: dict[str, None] = {}
    joined = True
    for line in map(_from_written, lines):
        if OTHER_LABEL.match(line):
            break
        if _JOINER.fullmatch(line):
            joined = True
        elif not names or joined:
            found = _shown_names(line)
            if names and not found:
                break
            names.update(dict.fromkeys(found))
            joined = not found or line.endswith((",", "&", " and", " und"))
        else:
            break
    return tuple(names)


def _from_written(line: str) -> str:
    """The part of "Reviewed by John Roe. Written by Jane Doe" that names the author."""
    written = _WRITTEN.search(line) if OTHER_LABEL.match(line) else None
    return line[written.end() :] if written else line


def is_credited(line: str) -> bool:
    """Whether the line ends with an agency or a reporter's role, as a byline does."""
    return any(mark in line for mark in ",/(") and CREDIT.search(line) is not None


def is_labelled(line: str) -> bool:
    """Whether the line begins as only a byline does: with "By", "Von", "Autor:" or the like."""
    return bool(_PREFIX.match(line) or _GLUED.match(line) or _WORD_PREFIX.match(line) or _SHORT_LABEL.fullmatch(line))


def _may_name(line: str) -> bool:
    """Whether the line holds anything like a full name. This saves most of the time, because most lines do not."""
    return _FULL_NAME.search(line[:_MAX_SHOWN_CHARS]) is not None


def _shown_names(line: str) -> list[str]:
    if not _may_name(line):
        return []
    names = (_TITLE.sub("", name) for name in clean_names([_trimmed(line[:_MAX_SHOWN_CHARS])]))
    return [name for name in names if is_full_name(name) and _is_person(name)]


def _is_person(name: str) -> bool:
    """Whether a name has none of the words that show something else, and is not only letters ("A A A")."""
    is_spelt = any(len(word.rstrip(".")) > 1 for word in name.split())
    return is_spelt and not (NO_PERSON.search(name) or _RUN_TOGETHER.search(name))


def _trimmed(line: str) -> str:
    """The line without "By", titles, degrees and everything that follows the names."""
    whole = _GLUED.sub("", line[: MAX_NAMES * _MAX_CHARS].lstrip(" ,&|•·–—-"))
    line = _WORD_PREFIX.sub("", _PREFIX.sub("", whole))
    if len(line) < len(whole):
        line = _until(_NEXT_LABEL, line)
    line = _until(AFTER_NAME, _NOT_NAMES.sub("", _MORE_NAMES.sub(", ", line).strip()))
    line = ROLE_AFTER.sub("", DEGREES_BEFORE.sub("", AGENCY.sub("", line)))
    return _FULL_STOP.sub("", _DEGREES.sub("", _TITLE.sub("", line)))


def _until(end: re.Pattern[str], line: str) -> str:
    found = end.search(line)
    return line[: found.start()] if found else line


def account_name(lines: Sequence[str]) -> str | None:
    """The name of an account or an organisation in a byline that has nothing else: `["By", "mill78"]`."""
    rest = [line for line in lines if not _SHORT_LABEL.fullmatch(line) and _PREFIX.sub("", line).strip()]
    names = [_PREFIX.sub("", line).strip(" ,|•·–—-:") for line in rest[:2]]
    if not names or len(set(names)) > 1 or not _ACCOUNT.fullmatch(names[0]) or NO_PERSON.search(names[0]):
        return None
    return next(iter(clean_names(names)), None) if not OTHER_LABEL.match(names[0]) else None


def _names(byline: str, inverted: bool) -> Iterator[str]:
    line = clean_line(unescaped(_MARKUP.sub(" ", byline[: MAX_NAMES * _MAX_CHARS])))
    if own := _MAIL_BEFORE.fullmatch(line):
        line = own[1]
    for part in line.split(";"):
        name = _WORD_PREFIX.sub("", _PREFIX.sub("", part.strip())).strip(" ,|-–—·")
        if inverted and (match := _INVERTED.fullmatch(name)):
            name = f"{match[2]} {match[1]}"
        names = filter(_is_name, map(_bare, _split(name)))
        yield from names if inverted else map(in_mixed_case, names)


def _bare(name: str) -> str:
    """A name without a degree before it, or a place or an organisation after it ("Jane Doe - BBC News")."""
    name = DEGREES_BEFORE.sub("", name)
    end = _PLACE.search(name)
    is_person = end is not None and is_full_name(name[: end.start()])
    return name[: end.start()] if end and is_person and not is_full_name(end[0].strip(" -–—")) else name


def _split(name: str) -> list[str]:
    """The people in "Jane Doe and John Roe, Senior Editors, AFP"; the name unchanged if it does not begin with one."""
    parts = [part for part in _SEPARATORS.split(name) if part]
    people: list[str] = []
    for part in parts:
        if _FULL_NAME.fullmatch(part) and not ROLE.search(part):
            people.append(part)
        elif not people or not ROLE.search(part):
            break
    return people if len(parts) > 1 and people else [name]


def _is_name(name: str) -> bool:
    return (
        1 < len(name) <= _MAX_CHARS
        and any(map(str.isalpha, name))
        and name.casefold() not in _NOBODY
        and not _ADDRESS.search(name)
    )
