"""Shows a word diff on a terminal, in a pipe, and in a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from rich.console import Console
from rich.text import Text

from worker.commands.word_diff import Kind, Run
from worker.text.terminal import printable_lines

_COLOURS: Final[Mapping[Kind, str]] = {"same": "", "deleted": "red strike", "inserted": "green"}
_MARKS: Final[Mapping[Kind, tuple[str, str]]] = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
_TAGS: Final[Mapping[Kind, str]] = {"deleted": "del", "inserted": "ins"}


def as_text(runs: Iterable[Run], console: Console) -> Text:
    """The diff for this console: in colours on a terminal that shows them, and with marks elsewhere."""
    text, is_coloured = Text(), console.is_terminal and not console.no_color
    for kind, part in runs:
        clean = printable_lines(part)
        text.append(clean if is_coloured else _marked(kind, clean), _COLOURS[kind] if is_coloured else "")
    return text


def _marked(kind: Kind, text: str) -> str:
    """The text between its marks; the spaces around it stay outside."""
    begin, end = _MARKS[kind]
    bare = text.strip()
    if not bare:
        return text
    at = text.index(bare)
    return f"{text[:at]}{begin}{bare}{end}{text[at + len(bare) :]}"


def as_html(runs: Iterable[Run]) -> str:
    """The diff as HTML that keeps its line breaks under the class `diff`."""
    return "".join(map(_element, runs))


def _element(run: Run) -> str:
    tag, body = _TAGS.get(run.kind), escape(printable_lines(run.text))
    return f"<{tag}>{body}</{tag}>" if tag else body
