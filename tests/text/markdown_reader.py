"""Reads Markdown back as the lines of its text, with an independent parser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token


def text_of(markdown: str) -> str:
    """The text that Markdown shows. The cells of a row are apart as in a text; blank lines and empty cells are gone."""
    return "\n".join(_lines(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)))


def _lines(tokens: Iterable[Token]) -> Iterator[str]:
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield " | ".join(cell for cell in cells or () if cell)
            cells = None
        elif token.type == "inline":
            text = "".join(_shown(child) for child in token.children or ())
            if cells is None:
                yield text
            else:
                cells.append(text)
        elif token.type in ("fence", "code_block"):
            yield from (" ".join(line.split()) for line in token.content.split("\n") if line.split())
        elif token.content or token.type in ("hr", "html_block"):
            yield f"<{token.type}>{token.content}"


def _shown(token: Token) -> str:
    if token.type in ("text", "text_special"):
        return token.content
    if token.type in ("link_open", "link_close"):
        return ""
    return f"<{token.type}>{token.content}"
