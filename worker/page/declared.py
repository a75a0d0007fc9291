"""The raw values that a page declares about itself, gathered in one pass over its tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from worker.page.elements import Attributes, Element, Tree

MAX_VALUES: Final = 20  # of each kind; hostile pages have 100,000
_MAX_BYLINES: Final = 200
MAX_CHARS: Final = 2049  # of one value: one more than the longest URL that is accepted
_MAX_TEXT_CHARS: Final = 8 << 20  # of all values of a kind, before they are cut: nested elements repeat the same text
_MAX_CLIMBS: Final = 20_000  # steps to a parent element, per page; each costs 1 µs

_HOME: Final = re.compile(r"(?:https?:)?(?://[^/?#\s]{1,255})?/?(?:index\.\w{3,5})?", re.IGNORECASE)
_CHANGED, _PUBLISHED = ("updated", "modif"), ("publi", "entry-date")  # in a class; many themes use "updated" for both
_KICKER: Final = re.compile(
    r"(?<![a-z])(?:kicker|topline|overline|dachzeile|eyebrow|rubric|roofline|pre-?title|sur-?titre|antetitulo|occhiello)",
    re.IGNORECASE,
)
_META_NAMES: Final = ("property", "name", "itemprop", "http-equiv")


@dataclass(slots=True)
class Declared:
    """The raw values of a page, in page order: at most `MAX_VALUES` of each kind, each cut at `MAX_CHARS`.

    `meta` maps the lower-case name of a meta tag to its contents. `blocks` are the JSON-LD blocks, uncut. `times` are
    all machine-readable times but those marked as the date of a change, each with its element; `dates` are those that
    are marked as the publication date. A heading that links to the home page is not among
    `headings` but among `site_names`. `bylines` are the elements that may hold the author, each with the number of the
    `<h1>` before it in `all_headings`; `topics` are the links to tags.
    """

    meta: dict[str, list[str]] = field(default_factory=dict)
    canonical: list[str] = field(default_factory=list)
    base: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    site_names: list[str] = field(default_factory=list)
    all_headings: list[str] = field(default_factory=list)
    bylines: list[tuple[Element, int]] = field(default_factory=list)
    topics: list[Element] = field(default_factory=list)
    times: list[tuple[str, Element]] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    root: LexborNode | None = None
    body_classes: frozenset[str] = frozenset()
    has_password: bool = False
    climbs: int = 0  # steps taken so far

    def all(self, names: Iterable[str]) -> Iterator[str]:
        """The values of these meta tags, in the order of `names`."""
        for name in names:
            yield from self.meta.get(name, ())

    def in_comment(self, node: LexborNode) -> bool:
        """Whether the element is in a comment or review. A page that is itself a review does not count as one.

        After `_MAX_CLIMBS` steps on a page, every further element counts as part of a comment.
        """
        above = node.parent
        while above is not None and self.climbs < _MAX_CLIMBS:
            self.climbs += 1
            attributes = above.attributes
            if attributes.get("itemprop") in ("comment", "review") or "Comment" in (attributes.get("itemtype") or ""):
                return True
            above = above.parent
        return above is not None


def gather(page: LexborHTMLParser, wanted: frozenset[str]) -> Declared:
    """What the page declares. Reads only the meta tags whose names are in `wanted`.

    Does not change the tree.
    """
    found = Declared()
    root, body = page.root, page.body
    if root is None:
        return found
    found.root, attributes = root, root.attributes
    for name in ("lang", "xml:lang"):
        _add(found.languages, attributes.get(name))
    if body is not None:
        found.body_classes = frozenset((body.attributes.get("class") or "")[:MAX_CHARS].lower().split())
    texts: dict[str, list[Element]] = {"title": [], "h1": [], "script": []}
    tree = Tree(root)

    def visit(tag: str, attributes: Attributes, place: int | LexborNode) -> None:
        if tag == "meta":
            _add_meta(found, attributes, wanted)
        elif tag not in texts:
            _read(found, Element(tag, attributes, place, tree), len(texts["h1"]))
        elif len(texts[tag]) < MAX_VALUES:
            texts[tag].append(Element(tag, attributes, place, tree))

    tree.visit(visit)
    _add_texts(found, **texts)
    return found


def _read(found: Declared, element: Element, headings: int) -> None:
    match element.tag:
        case "link":
            _add(found.canonical, element.attributes.get("href"))
        case "base":
            _add(found.base, element.attributes.get("href"))
        case "input":
            found.has_password = True
        case _:
            _add_marked(found, element, headings)


def _add_texts(found: Declared, title: list[Element], h1: list[Element], script: list[Element]) -> None:
    for text in _texts(title):
        _add(found.titles, text)
    for element, whole in zip(h1, _texts(h1), strict=False):
        text = whole.removeprefix(_kicker(element.node, whole))
        _add(found.site_names if leads_home(element.node) else found.headings, text)
        found.all_headings.append(text[:MAX_CHARS])
    found.blocks.extend(_texts(script))


def _add_meta(found: Declared, attributes: Attributes, wanted: frozenset[str]) -> None:
    for attribute in _META_NAMES:
        if (name := attributes.get(attribute)) and (name := name.strip().lower()) in wanted:
            _add(found.meta.setdefault(name, []), attributes.get("content"))


def _add_marked(found: Declared, element: Element, headings: int) -> None:
    attributes = element.attributes
    moment, marked = attributes.get("datetime"), attributes.get("itemprop")
    if "tag" in (attributes.get("rel") or "").split():
        if len(found.topics) < _MAX_BYLINES:
            found.topics.append(element)
        return
    if element.tag == "time" and moment and len(found.times) < MAX_VALUES and not _is_change(attributes):
        found.times.append((moment[:MAX_CHARS], element))
    if marked == "datePublished" or "pubdate" in attributes:
        date = moment or attributes.get("content")
        if date and len(found.dates) < MAX_VALUES and not found.in_comment(element.node):
            _add(found.dates, date)
    elif element.tag != "time" and len(found.bylines) < _MAX_BYLINES:
        found.bylines.append((element, headings))


def _is_change(attributes: Attributes) -> bool:
    look = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}"[:MAX_CHARS].lower()
    return any(word in look for word in _CHANGED) and not any(word in look for word in _PUBLISHED)


def _kicker(heading: LexborNode, text: str) -> str:
    """The start of a heading's text that is marked as a kicker, if nothing separates it from the headline."""
    child = heading.child
    while child is not None and child.tag == "-text" and not child.text().strip():
        child = child.next
    if child is None or not _KICKER.search((child.attributes.get("class") or "")[:MAX_CHARS]):
        return ""
    begin, after = text.partition(child.text())[::2]
    return text[: len(text) - len(after)] if not begin.strip() and after[:1].isalnum() else ""


def leads_home(heading: LexborNode) -> bool:
    """Whether the heading is a link to the home page, as the name of a site is."""
    child = heading.child
    is_text = child is None or (child.tag == "-text" and child.next is None)
    link = None if is_text else heading.css_first("a[href]")
    if link is None:
        return False
    href = (link.attributes.get("href") or "").strip()
    return _HOME.fullmatch(href) is not None


def _texts(elements: Iterable[Element]) -> Iterator[str]:
    """The texts of the elements, up to about `_MAX_TEXT_CHARS` characters in total."""
    left = _MAX_TEXT_CHARS
    for element in elements:
        if left <= 0:
            break
        text = element.node.text()
        left -= len(text)
        yield text


def _add(values: list[str], value: str | None) -> None:
    if value and len(values) < MAX_VALUES and not value.isspace():
        values.append(value[:MAX_CHARS])
