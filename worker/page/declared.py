"""The raw values that a page declares about itself, gathered in one pass over its tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_VALUES: Final = 20  # of one kind; hostile pages have 100,000
MAX_CHARS: Final = 2049  # of one value: one more than the longest URL that is taken for one
_MAX_MARKED: Final = 500  # dates looked at: for each, all elements around it are too

# One selector is one pass in C, whatever stands in it; each further one costs 0.15 ms a page. With `:is` an element
# that fits twice is named once.
_SELECTOR: Final = (
    ':is(meta[content],link[rel~="canonical" i],base,title:not(svg title),h1,time[datetime],script[type*="ld+json" i],'
    '[itemprop="author"],a[rel="author"],[itemprop="datePublished"],input[type="password" i])'
)
_META_NAMES: Final = ("property", "name", "itemprop", "http-equiv")


@dataclass(slots=True)
class Declared:
    """The raw values of a page in its order, at most `MAX_VALUES` of each kind, cut at `MAX_CHARS`.

    `meta` has the contents of the meta tags by their lower-case name; `blocks` the JSON-LD blocks, uncut; `times` every
    machine-readable time of the page, `dates` those that are marked as the publication's; `bylines` the elements that
    are marked as an author.
    """

    meta: dict[str, list[str]] = field(default_factory=dict)
    canonical: list[str] = field(default_factory=list)
    base: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    bylines: list[LexborNode] = field(default_factory=list)
    body_classes: frozenset[str] = frozenset()
    has_password: bool = False
    marked: int = 0  # dates looked at

    def all(self, names: Iterable[str]) -> Iterator[str]:
        """The values of these meta tags, tag by tag."""
        for name in names:
            yield from self.meta.get(name, ())

    def byline(self) -> str:
        """The text of the first element that is marked as an author, comments' authors left out; may be empty."""
        return next((_text(node)[:MAX_CHARS] for node in self.bylines if not _in_comment(node)), "")


def gather(page: LexborHTMLParser, wanted: frozenset[str]) -> Declared:
    """What the page declares; of its meta tags those of the `wanted` names.

    The tree is only read, and must stay as it is for as long as `byline` may be called.
    """
    found = Declared()
    root, body = page.root, page.body
    if root is None:
        return found
    attributes = root.attributes
    for name in ("lang", "xml:lang"):
        _add(found.languages, attributes.get(name))
    if body is not None:
        found.body_classes = frozenset((body.attributes.get("class") or "")[:MAX_CHARS].lower().split())
    for node in root.css(_SELECTOR):
        _read(found, node, wanted)
    return found


def _read(found: Declared, node: LexborNode, wanted: frozenset[str]) -> None:
    attributes = node.attributes
    match node.tag:
        case "meta":
            _add_meta(found, attributes, wanted)
        case "link":
            _add(found.canonical, attributes.get("href"))
        case "base":
            _add(found.base, attributes.get("href"))
        case "title":
            _add_text(found.titles, node)
        case "h1":
            _add_text(found.headings, node)
        case "script":
            if len(found.blocks) < MAX_VALUES:
                found.blocks.append(node.text())
        case "input":
            found.has_password = True
        case _:
            _add_marked(found, node, attributes)


def _add_meta(found: Declared, attributes: dict[str, str | None], wanted: frozenset[str]) -> None:
    for attribute in _META_NAMES:
        if (name := attributes.get(attribute)) and (name := name.strip().lower()) in wanted:
            _add(found.meta.setdefault(name, []), attributes.get("content"))


def _add_marked(found: Declared, node: LexborNode, attributes: dict[str, str | None]) -> None:
    moment, marked = attributes.get("datetime"), attributes.get("itemprop")
    if node.tag == "time":
        _add(found.times, moment)
    if marked == "datePublished" or "pubdate" in attributes:
        found.marked += 1
        if len(found.dates) < MAX_VALUES and found.marked <= _MAX_MARKED and not _in_comment(node):
            _add(found.dates, moment or attributes.get("content"))
    elif "author" in (marked, attributes.get("rel")) and len(found.bylines) < MAX_VALUES:
        found.bylines.append(node)


def _add_text(values: list[str], node: LexborNode) -> None:
    # Of 100,000 unclosed headings each holds all that follow: the text is asked for only where there is room for it.
    if len(values) < MAX_VALUES:
        _add(values, node.text())


def _add(values: list[str], value: str | None) -> None:
    if value and len(values) < MAX_VALUES and not value.isspace():
        values.append(value[:MAX_CHARS])


def _text(node: LexborNode) -> str:
    """The name in an author's element, which may have a job, a picture and more beside it."""
    name = node.css_first('[itemprop="name"]') or node
    return name.attributes.get("content") or name.text()


def _in_comment(node: LexborNode) -> bool:
    """Whether the element stands in a comment on the page's subject; a review may be the page's subject itself."""
    above = node.parent
    while above is not None:
        attributes = above.attributes
        if attributes.get("itemprop") in ("comment", "review") or "Comment" in (attributes.get("itemtype") or ""):
            return True
        above = above.parent
    return False
