"""The authors in the elements of a page that are marked as a byline: by `itemprop`, `rel`, a class or a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from selectolax.lexbor import LexborNode

from worker.page.bylines import MAX_NAMES, account_name, is_full_name, names_in_lines
from worker.page.declared import Declared
from worker.page.elements import Element
from worker.page.elsewhere import ELSEWHERE, OUTSIDE, is_elsewhere, places
from worker.text.labels import letters

_LISTS: Final = ("ul", "ol")
_MAX_ELEMENTS: Final = 12  # a page has more, but its own byline is among the first
_MAX_CHARS: Final = 300  # of one element: a byline and the start of a biography
_MAX_TEXT_CHARS: Final = 4 << 20  # of all elements, before they are cut: nested elements repeat the same text

_CLASSES: Final = {
    "es": ("autor", "firma"), "it": ("autore", "firma"), "fr": ("auteur", "signature"), "nl": ("auteur",),
    "hu": ("szerzo",), "fi": ("kirjoittaja",), "tr": ("yazar", "muhabir"), "ru": ("avtor",), "da": ("forfatter",),
    "no": ("forfatter",), "nb": ("forfatter",), "sv": ("skribent",), "id": ("penulis",), "vi": ("tacgia",),
} | dict.fromkeys(("pt", "de", "cs", "sk", "pl", "ro", "ca", "hr", "sl"), ("autor",))  # fmt: skip
"""The words for an author in the classes of a language's pages."""
_CLASS_END: Final = re.compile("[_-]")


@dataclass(frozen=True, slots=True)
class Marked:
    """The people in the first marked byline that names anyone. `account` is the first that names something else."""

    people: tuple[str, ...] = ()
    account: tuple[str, ...] = ()


def marked_authors(found: Declared, title: str | None) -> Marked:
    """The authors in the marked elements below the headline, or else above it. The tree must be unchanged.

    Classes in the page's own language are looked for only if the others name nobody.
    """
    key = letters(title or "")
    marked = _first_named(_in_order(found.bylines, found, key))
    if marked.people:
        return marked
    elements = _in_order(_in_own_language(found), found, key)
    people = _first_named(elements).people
    others = chain.from_iterable(names_in_lines(lines, marked=True) for _, lines in _texts(elements))
    return Marked(
        people if set(others) <= set(people) else (), marked.account
    )  # comments and lists of articles have one each


def _in_own_language(found: Declared) -> list[tuple[Element, int]]:
    """The elements whose class says "author" in the language of the page, as `Declared.bylines`."""
    words = _CLASSES.get(next(iter(found.languages), "")[:2].lower(), ())
    if not words or found.root is None:
        return []
    bylines: list[tuple[Element, int]] = []
    headings = 0
    marks = ",".join(f'[class*={word}],a[href*="/{word}/"]' for word in words)
    for node in found.root.css(f":is(h1,{marks})"):
        element = Element(node.tag or "", node.attributes, node)
        names = (element.attributes.get("class") or "")[:_MAX_CHARS]
        if element.tag == "h1":
            headings += 1
        elif element.tag == "a" or any(_CLASS_END.split(name, 1)[0] in words for name in names.split()):
            bylines.append((element, headings))
        if len(bylines) >= _MAX_ELEMENTS:
            break
    return bylines


def _first_named(elements: list[Element]) -> Marked:
    account: tuple[str, ...] = ()
    for number, (element, lines) in enumerate(_texts(elements)):
        if names := _listed(element, lines) or names_in_lines(lines, marked=True):
            if not is_elsewhere(element.node):
                return Marked(_with_siblings(element, names, elements[number + 1 :]))
        elif not account and _is_certain(element) and (name := account_name(lines)) and not is_elsewhere(element.node):
            account = (name,)
    return Marked(account=account)


def _listed(element: Element, lines: list[str]) -> tuple[str, ...]:
    """The names in a list that has nothing else."""
    return tuple(lines[:MAX_NAMES]) if element.tag in _LISTS and all(map(is_full_name, lines)) else ()


def _in_order(bylines: Sequence[tuple[Element, int]], found: Declared, title: str) -> list[Element]:
    """The marked elements after the headline, then those before it."""
    keys = (letters(heading[:_MAX_CHARS]) for heading in found.all_headings)
    headline = next((number for number, key in enumerate(keys, 1) if key and (key in title or title in key)), 0)
    after = (element for element, number in bylines if number >= headline)
    before = (element for element, number in bylines if number < headline)
    return list(islice(filter(_may_be_byline, chain(after, before)), _MAX_ELEMENTS))


def _may_be_byline(element: Element) -> bool:
    if element.tag in OUTSIDE:
        return False
    attributes = element.attributes
    if ELSEWHERE.search((attributes.get("class") or "")[:_MAX_CHARS].lower()):
        return False
    return "/authori" not in (attributes.get("href") or "")  # "/authorize" begins like "/author"


def _texts(elements: Iterable[Element]) -> Iterator[tuple[Element, list[str]]]:
    left = _MAX_TEXT_CHARS
    for element in elements:
        if left <= 0:
            break
        text = element.node.text(separator="\n") or _hidden_name(element.node)
        left -= len(text)
        yield element, [line for part in text[:_MAX_CHARS].split("\n") if (line := " ".join(part.split()))]


def _hidden_name(node: LexborNode) -> str:
    """The name in the metadata of an element that shows none: `<span itemprop="author"><meta itemprop="name">`."""
    element = node.css_first('meta[itemprop="name"]')
    name = (element.attributes.get("content") or "") if element is not None else ""
    return name if is_full_name(name) else ""


def _with_siblings(element: Element, names: tuple[str, ...], others: Sequence[Element]) -> tuple[str, ...]:
    """The names of a byline whose authors have an element each."""
    look, near = _look(element), places(element.node)
    all_names = dict.fromkeys(names)
    siblings = (other for other in others if _look(other) == look and not near.isdisjoint(places(other.node)))
    for _, lines in _texts(siblings):
        all_names.update(dict.fromkeys(names_in_lines(lines, marked=True)))
    return tuple(all_names)[:MAX_NAMES]


def _look(element: Element) -> tuple[str, str | None]:
    return element.tag, element.attributes.get("class")


def _is_certain(element: Element) -> bool:
    """Whether the element holds nothing but the author."""
    attributes = element.attributes
    marks = f"{attributes.get('itemprop')} {attributes.get('rel')}".split()
    return "author" in marks or "/author" in (attributes.get("href") or "") or "name" in (attributes.get("class") or "")
