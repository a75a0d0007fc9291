"""Names from bylines, without "By", addresses and roles. A byline is split only if each part is certainly a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from worker.text.cleaning import clean_line, unescaped
from worker.text.scripts import IDEOGRAPHIC_CLASS

MAX_NAMES: Final = 20
_MAX_CHARS: Final = 100
_MAX_SHOWN_CHARS: Final = 300  # of a line that a page shows; the search for a name is quadratic
_MAX_LINES: Final = 12  # of a visible byline

_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_BEFORE_NAMES: Final = (
    r"(?:this (?:post|article|story) was )?(?:(?:words |post )?written|posted|published|authored|created|compiled|"
    r"words|text|story|article|recipe|report|review|interview) by|by|words|authors?|"
    r"autor(?:[:*]?in(?:nen)?|es|a|em)?|auteurs?|autore|"
    r"text|texto|texte|testo|interview|artikel von|ein artikel von|verfasst von|geschrieben von|erstellt von|"
    r"(?:ein )?(?:(?:gast)?kommentar|gastbeitrag|bericht|analyse|reportage) von|a (?:comment|review|report) by|"
    r"propos recueillis par|door onze (?:redacteur|verslaggever|correspondent)|haber|írta|oleh|"
    r"veröffentlicht von|(?:écrit|publié) par|(?:escrito|publicado) por|scritto da|a cura di|автор|текст|автори"
)
_PREFIX: Final = re.compile(rf"\A(?:{_BEFORE_NAMES})(?:[:\s]\s*|(?=\Z))", re.IGNORECASE)
# These words also begin names ("Von Miller"), so they are removed only before two or more words.
_SHORT: Final = "von|par|por|door|av|af|przez|di|od|yazan|της|του"
_WORD_PREFIX: Final = re.compile(rf"\A(?:{_SHORT})(?::|\s)\s*(?=\S+\s+\S)", re.IGNORECASE)
_GLUED: Final = re.compile(r"\A(?:By|Von|Par|Por|Author)(?=[A-ZÀ-Þ][a-zß-ÿ.]++[A-ZÀ-Þ.]*+ [A-ZÀ-Þ])")  # "ByJane Doe"
_SHORT_LABEL: Final = re.compile(rf"(?:{_SHORT})\s?:?", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"://|^www\.|@|\.(?:com|org|net|html?|php)\b|^/", re.IGNORECASE)
_JOINERS: Final = "and|und|et|y|e|en|och|og|i|и|та"
_SEPARATORS: Final = re.compile(  # for a line with single spaces
    rf" ?, ?(?:{_JOINERS}) | ?[,/|] ?| (?:&|{_JOINERS}) ", re.IGNORECASE
)
_JOINER: Final = re.compile(rf",? ?(?:&|{_JOINERS})|,", re.IGNORECASE)
_PARTICLES: Final = (
    r"(?:(?:d[aeiou]s?|del|della|der|den|la|le|van|von|ter|ten|zu|zum|al|el|bin|ibn|y|e|af|av)\s+|d[’'])"
)
_WORD: Final = r"[.’'\-\w]{0,40}+"  # the rest of a name's word
_FULL_NAME: Final = re.compile(rf"[^\W\d_a-z]{_WORD}(?:\s++{_PARTICLES}*[^\W\d_a-zß-ÿ]{_WORD}){{1,4}}")
_INVERTED: Final = re.compile(r"([^,\s]++(?:\s[^,\s]++)?),\s*+([^,\s]++(?:\s++[^,\s]++){0,2})")
_ROLE: Final = re.compile(
    r"^(?:the|der|die|das|les?|la|el|los|las|il)\s|"
    r"\b(?:editors?|reporters?|correspondents?|writers?|staff|columnists?|contributors?|bureau|team|desk|newsroom|news|"
    r"redaktion|redakteur(?:in)?|korrespondent(?:in)?|rédaction|redacción|redazione|press|agency|magazine|media|"
    r"gmbh|inc|llc|ltd|group|association|foundation|society|university|institute?)\b",
    re.IGNORECASE,
)
_NO_NAMES: Final = """
admin administrator author autor editor user guest gast none null undefined unknown anonymous staff webmaster root test
n/a default
"""
_NOBODY: Final = frozenset(_NO_NAMES.split())

# In text that a page shows, more words than these follow a name or look like one.
_MONTHS: Final = (
    r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|ene|abr|ago|dic|janv|févr|avr|juil|août|"
    r"déc|january|february|march|april|june|july|august|september|october|november|december|januar|februar|märz|juni|"
    r"juli|oktober|dezember)"
)
_AFTER_NAME: Final = re.compile(
    rf"[,.]?\s{_MONTHS}\.?\s\d|,?\s(?:le|el|il|den)\s\d|\s?[•·|–—(\[@\d/]|\s-\s|"
    r"[,.]?\s(?:on|at|in|for|am|für|with|avec|mit|updated|published|posted|says|writes|veröffentlicht|aktualisiert|erstellt|"
    r"actualizado|publicado|publié|mis à jour)(?=\s|:|\Z)",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(r"\A(?:(?:Dr|Prof|Mr|Mrs|Ms)\.?\s)+(?:(?:med|phil|jur)\.\s)?")
_DEGREES: Final = re.compile(r"(?:,\s?(?:[A-Z][.A-Za-z]{0,3}[A-Z]\.?|Ph\.?D\.?|Jr\.?|Sr\.?))+(?=,|\Z)")
_FULL_STOP: Final = re.compile(r"(?<=\w\w)(?<!\b[JS]r)\.\Z")
_OTHER_LABEL: Final = re.compile(
    r"(?:medically |fact[- ]|expert |tech )?"
    r"(?:reviewed|edited|checked|verified|approved|translated|illustrated|photograph\w*|filed)\b|"
    r"(?:photo|image|picture|illustration|art|foto|bild|video|übersetz|grafik|in collaboration)\w*\b|"
    r"more (?:from|by)|latest|about the",
    re.IGNORECASE,
)
_NO_PERSON: Final = re.compile(  # without words that are also names: May, More, Read, Post, Head
    r"\b(?:directors?|managers?|founders?|officers?|specialists?|experts?|heads|analysts?|consultants?|"
    r"coordinators?|producers?|photographers?|strategists?|engineers?|professors?|students?|interns?|guests|posts|"
    r"articles?|blogs?|min|minutes?|share|follow|subscribe|view|profile|about|contact|our|your|by|the|older|newer|"
    r"read (?:more|next)|"
    r"buying|updated|published|last|finance|health|business|sports?|politics|opinion|technology|marketing|group|inc|"
    r"llc|gmbh|university|institute|foundation|association|society|center|centre|council|committee|company|forum|"
    r"journalism|grader|official|makers?|seminars?|tips|digital|facebook|linkedin|twitter|email|video|privacy|"
    r"program|guides?|studio|january|february|september|october|november|december|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|januar|februar|märz|juni|juli|oktober|dezember|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag|uhr|leser|lesezeit)\b",
    re.IGNORECASE,
)
_RUN_TOGETHER: Final = re.compile(r"[a-zß-ÿ]{4}[A-ZÀ-Þ][a-zß-ÿA-ZÀ-Þ]{3}")  # two words with no space between them
_AGENCY: Final = re.compile(
    r"(?<![\s,/])[\s,/]++(?:(?:the )?associated press|reuters|bloomberg|AP|AFP|dpa|EFE|ANSA|APA|PAP|ERBOL|"
    r"BBC(?: news)?|CNN)\b.*",
    re.IGNORECASE,
)
_MORE_NAMES: Final = re.compile(
    r",? (?:with )?additional reporting (?:by|from) |(?: in [A-Z]\w{1,30}+),? and (?=[A-Z])", re.IGNORECASE
)
_NOT_NAMES: Final = re.compile(r"\s[^\s@]++@\S*+|\. (?:edited|reviewed|translated) .*+", re.IGNORECASE)
# Names in scripts without capitals, which only a label shows to be names.
_HAN_NAME: Final = rf"([{IDEOGRAPHIC_CLASS}·]{{2,4}})"
_NATIVE: Final = (
    re.compile(
        rf"(?:文|作者|撰文|记者|記者|筆者|社会部|政治部|経済部)(?:\s++[/／:：|｜]?|[/／:：|｜・])\s*+{_HAN_NAME}(?:\s?記者)?"
    ),
    re.compile(rf"{_HAN_NAME}\s?(?:記者|记者)"),
    re.compile(r"([가-힣]{2,4})\s?기자(?:\s\S{1,60}@\S{1,60})?"),
    re.compile(r"(?:كتبت?|بقلم|लेखक|लेखिका)\s?[:：]\s?([^\d:：|/,،]{3,40})"),
)
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
    """Whether the text looks like a given name and a surname: two to five words, each with a capital letter."""
    return _FULL_NAME.fullmatch(name) is not None and not _ROLE.search(name)


def names_in_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """The full names in a byline as a page shows it: `["By", "Jane Doe", "and", "John Roe", "May 3"]`.

    The names may come after labels, dates and roles. They end at the first line that does not continue them.
    """
    lines = lines[:_MAX_LINES]
    if name := next(filter(None, map(_native_name, lines)), None):
        return (name,)
    if not any(map(_may_name, lines)):
        return ()
    names: dict[str, None] = {}
    joined = True
    for line in lines:
        if _OTHER_LABEL.match(line):
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


def is_labelled(line: str) -> bool:
    """Whether the line begins as only a byline does: with "By", "Von", "Autor:" or the like."""
    return bool(_PREFIX.match(line) or _GLUED.match(line) or _WORD_PREFIX.match(line) or _SHORT_LABEL.fullmatch(line))


def _may_name(line: str) -> bool:
    """Whether the line holds anything like a full name. This saves most of the time, because most lines do not."""
    return _FULL_NAME.search(line[:_MAX_SHOWN_CHARS]) is not None


def _native_name(line: str) -> str | None:
    if line.isascii() or len(line) > _MAX_CHARS:
        return None
    matches = (pattern.fullmatch(line) for pattern in _NATIVE)
    return next((match[1].strip() for match in matches if match), None)


def _shown_names(line: str) -> list[str]:
    if not _may_name(line):
        return []
    names = clean_names([_trimmed(line[:_MAX_SHOWN_CHARS])])
    return [name for name in names if is_full_name(name) and _is_person(name)]


def _is_person(name: str) -> bool:
    """Whether a name has none of the words that show something else, and is not only letters ("A A A")."""
    is_spelt = any(len(word) > 1 for word in name.split())
    return is_spelt and not (_NO_PERSON.search(name) or _RUN_TOGETHER.search(name))


def _trimmed(line: str) -> str:
    """The line without "By", titles, degrees and everything that follows the names."""
    line = _GLUED.sub("", line[: MAX_NAMES * _MAX_CHARS].lstrip(" ,&|•·–—-"))
    line = _NOT_NAMES.sub("", _MORE_NAMES.sub(", ", _WORD_PREFIX.sub("", _PREFIX.sub("", line)).strip()))
    end = _AFTER_NAME.search(line)
    line = _AGENCY.sub("", line[: end.start()] if end else line)
    return _FULL_STOP.sub("", _DEGREES.sub("", _TITLE.sub("", line)))


def account_name(lines: Sequence[str]) -> str | None:
    """The name of an account or an organisation in a byline that has nothing else: `["By", "mill78"]`."""
    rest = [line for line in lines if not _SHORT_LABEL.fullmatch(line) and _PREFIX.sub("", line).strip()]
    names = [_PREFIX.sub("", line).strip(" ,|•·–—-:") for line in rest[:2]]
    if not names or len(set(names)) > 1 or not _ACCOUNT.fullmatch(names[0]) or _NO_PERSON.search(names[0]):
        return None
    return next(iter(clean_names(names)), None) if not _OTHER_LABEL.match(names[0]) else None


def _names(byline: str, inverted: bool) -> Iterator[str]:
    line = clean_line(unescaped(_MARKUP.sub(" ", byline[: MAX_NAMES * _MAX_CHARS])))
    for part in line.split(";"):
        name = _WORD_PREFIX.sub("", _PREFIX.sub("", part.strip())).strip(" ,|-–—·")
        if inverted and (match := _INVERTED.fullmatch(name)):
            name = f"{match[2]} {match[1]}"
        for single in _split(name):
            if _is_name(single):
                yield single


def _split(name: str) -> list[str]:
    """The people in "Jane Doe and John Roe, Senior Editors, AFP"; the name unchanged if it does not begin with one."""
    parts = [part for part in _SEPARATORS.split(name) if part]
    people: list[str] = []
    for part in parts:
        if _FULL_NAME.fullmatch(part) and not _ROLE.search(part):
            people.append(part)
        elif not people or not _ROLE.search(part):
            break
    return people if len(parts) > 1 and people else [name]


def _is_name(name: str) -> bool:
    return (
        1 < len(name) <= _MAX_CHARS
        and any(map(str.isalpha, name))
        and name.casefold() not in _NOBODY
        and not _ADDRESS.search(name)
    )
