"""Pages for the tests of the extraction: real ones, and arbitrary ones."""

from __future__ import annotations

from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from worker.extraction.blocks import CONTAINER_TAGS, Blocks
from worker.extraction.walk import read_blocks

_TAGS = (*CONTAINER_TAGS, "a", "b", "strong", "i", "span", "em", "font", "nav", "script", "svg", "select", "template")
_ODD = (
    "<br>",
    "<br/>",
    "<!-- c -->",
    "<!--",
    "&nbsp;",
    "&#0;",
    "\x00",
    "\ud800",
    "<p a='",
    "<x\x00>",
    " ",
    "\n",
    "<hr>",
)
_NAMED = (
    "<div class='article-body'>",
    "<p id=comments hidden>",
    "<ul class=related>",
    "<section itemprop=articleBody>",
)
_TEXTS = ("Words of a sentence that has ten words, and ends here. ", "Short ", "漢字かな、交じり。", "42 ", "É")

pieces = st.sampled_from(
    [f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS] + [*_ODD, *_NAMED, *_TEXTS * 8]
) | st.text(max_size=12)
any_page = st.lists(pieces, max_size=60).map("".join)
"""Arbitrary pages, most of them malformed."""


def parse(html: str) -> LexborHTMLParser:
    """The page, parsed as in the stage."""
    return LexborHTMLParser(html.encode("utf-8", "ignore"))


def blocks_of(html: str) -> Blocks:
    """The blocks of the page."""
    return read_blocks(parse(html))
