"""Reads the blocks of a page in one walk of its tree."""

from __future__ import annotations

from array import array
from dataclasses import replace
from types import ModuleType
from typing import Final

from selectolax import lexbor
from selectolax.lexbor import LexborHTMLParser, LexborNode

from worker.compiled import compiled
from worker.extraction.blocks import BIT, CODE, CONTAINER_TAGS, LINE_BREAK, OF_TAG, PRE, REGION, Blocks
from worker.extraction.categories import WORDS, categories_of

# These elements hold no article text. Leaving out nav and footer loses 0.2 % of the words and saves 32 % of the blocks.
NO_TEXT: Final = frozenset(
    {
        *("script", "style", "template", "svg", "math", "iframe", "object", "canvas", "dialog", "nav", "footer"),
        *("video", "audio", "rt", "rp", "button", "select", "textarea", "label"),
    }
)

_BOLD_TAGS: Final = frozenset({"b", "strong"})
_PLAIN, _LINK, _BOLD = 0, -1, -2  # kinds of open elements; a container has its number instead

# The kinds of elements in _walk.c; the kind of a container is the code of its tag.
_KINDS: Final = CODE | {"a": -2, "b": -3, "strong": -3, "br": -4} | dict.fromkeys(NO_TEXT, -5)
_TAG_BITS: Final = array("q", (OF_TAG.get(tag, 0) for tag in CONTAINER_TAGS)).tobytes()
_SAMPLE: Final = (
    b"<body><main class=story>A <a href=x>li&eacute;<b>n</b></a><br>k<!-- c --><script>s</script><p id=p hidden> <i>B"
    b"<x-y>C</x-y></i><br><br>D<pre style='display: none'>E\nF</pre></main>"
    b"<ul itemprop=articleBody><li>\xc3\xa9\xc2\xa0G"
)


def read_blocks(page: LexborHTMLParser, blocks: Blocks | None = None) -> Blocks:
    """The blocks of a page, added to the empty `blocks` or in their place.

    Elements that hold no article text are left out.

    A block is the text between the edges of two block-level elements; two `<br>` in a row also end one. The time is
    linear in the size of the page.
    """
    blocks = blocks or Blocks.empty()
    root = page.body or page.root
    if C_WALK and root is not None and type(blocks) is Blocks and (read := _read_compiled(C_WALK, root)):
        return read
    _read_in_python(page, blocks)
    return blocks


def _read_in_python(page: LexborHTMLParser, blocks: Blocks) -> None:
    if root := page.body or page.root:
        _walk(root, blocks)
    for number, end in enumerate(blocks.end_block):
        if end < 0:
            blocks.end_block[number] = len(blocks.texts)


def _walk(root: LexborNode, blocks: Blocks) -> None:  # noqa: C901, PLR0912, PLR0915 - see below
    """One loop with its state in local names: it runs for every node of every page, and calls would double its time."""
    elements: list[LexborNode] = []  # the open elements, and for each its container number or kind
    kinds: list[int] = []
    container = in_link = in_bold = link_chars = bold_chars = links = breaks = 0
    pieces: list[str] = []
    add, opened, end_block, marks, codes = blocks.add, blocks.open, blocks.end_block, blocks.marks, CODE
    node = root.child
    while node is not None or elements:
        if node is None:
            node, kind = elements.pop().next, kinds.pop()
            if kind > 0:
                if pieces:
                    add(container, pieces, link_chars, bold_chars, links)
                    pieces, link_chars, bold_chars, links = [], 0, 0, in_link
                end_block[kind] = len(blocks.texts)
                container = blocks.parent[kind]
            elif kind == _LINK:
                in_link -= 1
                if marks is not None:
                    marks.append((len(pieces), ""))
                if links and not pieces:  # the link had no text
                    links -= 1
            elif kind == _BOLD:
                in_bold -= 1
            continue
        tag = node.tag
        if tag == "-text":
            text = node.text_content or ""
            if not text.isspace():
                pieces.append(text)
                breaks = 0
                if in_link:
                    link_chars += len(text)
                if in_bold:
                    bold_chars += len(text)
            elif pieces:
                pieces.append(" ")
            node = node.next
        elif tag in codes:
            if pieces:
                add(container, pieces, link_chars, bold_chars, links)
                pieces, link_chars, bold_chars, links = [], 0, 0, in_link
            breaks = 0
            container = opened(container, tag, node.attributes)
            elements.append(node)
            kinds.append(container)
            node = node.child
        elif tag == "a":
            in_link += 1
            links += 1
            if marks is not None:
                marks.append((len(pieces), node.attributes.get("href") or ""))
            elements.append(node)
            kinds.append(_LINK)
            node = node.child
        elif tag == "br":
            breaks += 1
            if breaks == 2 and pieces:
                add(container, pieces, link_chars, bold_chars, links)
                pieces, link_chars, bold_chars, links = [], 0, 0, in_link
            elif pieces:
                pieces.append(LINE_BREAK)
            node = node.next
        elif tag in NO_TEXT or (tag and tag[0] == "-"):  # also comments
            node = node.next
        else:
            in_bold += tag in _BOLD_TAGS
            elements.append(node)
            kinds.append(_BOLD if tag in _BOLD_TAGS else _PLAIN)
            node = node.child
    add(container, pieces, link_chars, bold_chars, links)


def _read_compiled(walk: ModuleType, root: LexborNode) -> Blocks | None:
    """The blocks of a page; None if it holds bytes that are no characters, which only the walk in Python can read."""
    try:
        texts, *columns = walk.read(root.mem_id, categories_of)
    except UnicodeDecodeError:
        return None
    return Blocks(texts, *(array("q", columns.pop(0)) for _ in range(len(columns))))


def _bound(walk: ModuleType | None) -> ModuleType | None:
    """The compiled walk, if it understands the parser that is installed: it must read a sample as `_walk` does."""
    if walk is None:
        return None
    try:
        walk.bind(lexbor.__file__, _KINDS, WORDS, _TAG_BITS, BIT["in_body_property"], BIT["not_shown"], REGION, PRE)
    except ImportError:
        return None
    page = LexborHTMLParser(_SAMPLE)
    assert page.body
    found, expected = _read_compiled(walk, page.body), Blocks.empty()
    _read_in_python(page, expected)
    return walk if found and is_same(found, expected) else None


def is_same(one: Blocks, other: Blocks) -> bool:
    """Whether two readings of a page are the same, with any numbers for its templates."""
    return replace(one, template=_renumbered(one)) == replace(other, template=_renumbered(other))


def _renumbered(blocks: Blocks) -> array[int]:
    numbers: dict[int, int] = {}
    return array("q", (numbers.setdefault(template, len(numbers)) for template in blocks.template))


C_WALK = _bound(compiled("worker.extraction._walk"))
