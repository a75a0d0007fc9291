"""The text blocks of a page, with the facts about blocks and containers for the model."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from worker.extraction.categories import CATEGORIES, categories_of

CONTAINER_TAGS: Final = (
    *("body", "div", "p", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "main", "aside"),
    *("header", "blockquote", "pre", "figure", "figcaption", "td", "th", "tr", "table", "tbody", "thead", "tfoot"),
    *("caption", "dl", "dt", "dd", "form", "fieldset", "details", "summary", "address", "center", "hr", "menu", "dir"),
    *("hgroup", "time", "noscript"),
)
CODE: Final = {tag: code for code, tag in enumerate(CONTAINER_TAGS)}

_CELLS: Final = frozenset({CODE["td"], CODE["th"]})
_IN_CELLS: Final = frozenset({CODE["p"], CODE["div"], CODE["center"]})
_CELL_LEVELS: Final = 4
PRE: Final = CODE["pre"]

STRUCTURE: Final = (
    "in_article", "in_main", "in_aside", "in_header", "in_form", "in_list", "in_table", "in_figure", "in_quote",
    "in_section", "in_details", "in_noscript", "in_body_property", "not_shown",
)  # fmt: skip
_FIRST_STRUCTURE: Final = len(CATEGORIES)
BIT: Final = {name: 1 << (_FIRST_STRUCTURE + n) for n, name in enumerate(STRUCTURE)}
OF_TAG: Final = {
    "article": BIT["in_article"],
    "main": BIT["in_main"],
    "aside": BIT["in_aside"],
    "header": BIT["in_header"],
    "form": BIT["in_form"],
    "ul": BIT["in_list"],
    "ol": BIT["in_list"],
    "dl": BIT["in_list"],
    "table": BIT["in_table"],
    "figure": BIT["in_figure"],
    "blockquote": BIT["in_quote"],
    "section": BIT["in_section"],
    "details": BIT["in_details"],
    "noscript": BIT["in_noscript"],
}
REGION: Final = (
    BIT["in_article"] | BIT["in_main"] | BIT["in_body_property"] | 1 << CATEGORIES.index("article")
    | 1 << CATEGORIES.index("body")
)  # fmt: skip
_MAX_LOOKS: Final = 20_000  # 32 MB with the longest keys in the widest characters
_MAX_LOOK_CHARS: Final = 300
LINE_BREAK: Final = "\x0b"
"""Stands for a `<br>`; it is white space, like the line breaks of the source."""
MAX_CELL_CHARS: Final = 200
"""A longer cell is a paragraph of a page with a table layout."""


def _numbers(*numbers: int) -> array[int]:
    """Numbers of 8 bytes each (a list takes 40), which numpy can use without conversion."""
    return array("q", numbers)


@dataclass(slots=True)
class Blocks:
    """A page's text blocks in document order, and their containers (block-level elements).

    Containers are numbered in document order. The root is 0 and its own parent. Fields in the first group have one
    entry for each block, fields in the second group one for each container.
    """

    texts: list[str] = field(default_factory=list)
    container: array[int] = field(default_factory=_numbers)
    link_chars: array[int] = field(default_factory=_numbers)
    bold_chars: array[int] = field(default_factory=_numbers)
    links: array[int] = field(default_factory=_numbers)

    parent: array[int] = field(default_factory=_numbers)
    tag: array[int] = field(default_factory=_numbers)
    depth: array[int] = field(default_factory=_numbers)
    own: array[int] = field(default_factory=_numbers)  # bits: categories, then structure
    inherited: array[int] = field(default_factory=_numbers)  # the bits of all containers up to the root
    template: array[int] = field(default_factory=_numbers)  # the same number for the same tag and names
    region: array[int] = field(default_factory=_numbers)  # the nearest container that is tagged or named as an article
    first_block: array[int] = field(default_factory=_numbers)  # number of blocks before it
    end_block: array[int] = field(default_factory=_numbers)

    # If asked for: how many pieces of the next block come before each edge of a link, and its URL, empty at its end.
    marks: list[tuple[int, str]] | None = field(default=None, kw_only=True)

    @classmethod
    def empty(cls) -> Self:
        """Only the root."""
        blocks = cls(first_block=_numbers(0), end_block=_numbers(-1))
        for numbers in (blocks.parent, blocks.tag, blocks.depth, blocks.own, blocks.inherited):
            numbers.append(0)
        blocks.template.append(0)
        blocks.region.append(0)
        return blocks

    def open(self, parent: int, tag: str, attributes: Mapping[str, str | None]) -> int:
        """Add a container. Returns its number."""
        number = len(self.parent)
        own, template = _looks(tag, attributes)
        self.parent.append(parent)
        self.tag.append(CODE[tag])
        self.depth.append(self.depth[parent] + 1)
        self.own.append(own)
        self.inherited.append(self.inherited[parent] | own)
        self.template.append(template)
        self.region.append(number if own & REGION else self.region[parent])
        self.first_block.append(len(self.texts))
        self.end_block.append(-1)
        return number

    def add(self, container: int, pieces: list[str], link_chars: int, bold_chars: int, links: int) -> None:
        """Add a block if the pieces contain any text."""
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if self.tag[container] == PRE:
            text = text.replace("\n", LINE_BREAK)
        if LINE_BREAK in text:
            lines = (" ".join(line.split()) for line in text.split(LINE_BREAK))
            text = "\n".join(line for line in lines if line)
        else:
            text = " ".join(text.split())
        if text:
            self.texts.append(text)
            self.container.append(container)
            self.link_chars.append(link_chars)
            self.bold_chars.append(bold_chars)
            self.links.append(links)

    def columns(self) -> tuple[array[int], ...]:
        """All fields with numbers, in the order of their definition."""
        return (
            *(self.container, self.link_chars, self.bold_chars, self.links),
            *(self.parent, self.tag, self.depth, self.own, self.inherited, self.template, self.region),
            *(self.first_block, self.end_block),
        )

    def preformatted(self, kept: Iterable[int]) -> list[str]:
        """The texts of these blocks that are preformatted."""
        if PRE not in self.tag:
            return []
        return [self.texts[at] for at in kept if self.tag[self.container[at]] == PRE]

    def cell(self, block: int) -> int:
        """The table cell that holds the block directly or in a paragraph; 0 if there is none."""
        container = self.container[block]
        if not self.inherited[container] & BIT["in_table"]:
            return 0
        for _ in range(_CELL_LEVELS):
            if self.tag[container] in _CELLS:
                return container
            if self.tag[container] not in _IN_CELLS:
                break
            container = self.parent[container]
        return 0

    def select(self, kept: NDArray[np.int64]) -> Blocks:
        """The page with only these of its blocks (numbers, ascending) and with all its containers."""

        def pick(numbers: Sequence[int]) -> array[int]:
            return array("q", np.array(numbers, np.int64)[kept].tobytes())

        def place(numbers: Sequence[int]) -> array[int]:
            return array("q", np.searchsorted(kept, np.array(numbers, np.int64)).astype(np.int64).tobytes())

        return replace(
            self, texts=[self.texts[at] for at in kept.tolist()], container=pick(self.container),
            link_chars=pick(self.link_chars), bold_chars=pick(self.bold_chars), links=pick(self.links),
            first_block=place(self.first_block), end_block=place(self.end_block),
        )  # fmt: skip


_LOOKS: dict[tuple[str, str | None, str | None], tuple[int, int]] = {}


def _looks(tag: str, attributes: Mapping[str, str | None]) -> tuple[int, int]:
    """The bits and the template of an element. Cached, because the same few names are used again and again."""
    key = (tag, attributes.get("class"), attributes.get("id")) if attributes else (tag, None, None)
    known = _LOOKS.get(key)
    if known is None:
        bits = OF_TAG.get(tag, 0) | categories_of(f"{key[1] or ''} {key[2] or ''}")
        known = (bits, hash(key))
        if len(key[1] or "") + len(key[2] or "") <= _MAX_LOOK_CHARS:
            if len(_LOOKS) >= _MAX_LOOKS:
                _LOOKS.clear()
            _LOOKS[key] = known
    if len(attributes) > (key[1] is not None) + (key[2] is not None):
        return known[0] | _structure(attributes), known[1]
    return known


def _structure(attributes: Mapping[str, str | None]) -> int:
    bits = 0
    if "itemprop" in attributes and "articleBody" in (attributes["itemprop"] or ""):
        bits = BIT["in_body_property"]
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        bits |= BIT["not_shown"]
    if "style" in attributes and "none" in (style := attributes["style"] or "") and "display" in style:
        bits |= BIT["not_shown"]
    return bits
