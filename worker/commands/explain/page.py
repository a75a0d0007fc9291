"""An explanation as one HTML page. Everything on it is text: no markup of the crawled page gets into it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from worker.commands.explain.explanation import Explanation
from worker.commands.explain.fates import Line
from worker.commands.explain.terminal import NOT_SHOWN
from worker.commands.report import page as pages
from worker.text.terminal import printable, printable_lines

_STYLE: Final = Path(__file__).with_name("page.css")
_CLASSES: Final = {"+": "kept", "-": "removed", "~": "changed"}
_MEANINGS: Final = {"+": "kept", "-": "removed", "~": "changed"}


class Section(NamedTuple):
    """A part of a page. `body` is HTML."""

    name: str
    title: str
    body: str


def of_explanation(explanation: Explanation) -> str:
    """The page about one message from a file."""
    summary = Section("summary", "Message", facts([*explanation.facts, ("outcome", explanation.ending)]))
    notes = [
        *explanation.warnings,
        *(f"--map {entry} may read the message" for entry in explanation.suggested_map),
        NOT_SHOWN,
    ]
    sections = [summary, lines(explanation), *markdown_section(explanation), *note_section(notes)]
    return document(explanation.title, "a message from a file", sections)


def document(title: str | None, header: str, sections: Iterable[Section]) -> str:
    """A page of these sections. Its title and its header are text."""
    made = list(sections)
    body = "".join(
        f'<section aria-labelledby="{each.name}">\n<h2 id="{each.name}">{escape(each.title)}</h2>\n'
        f"{each.body}</section>\n"
        for each in made
    )
    links = [(each.name, each.title) for each in made]
    return pages.document(title or "Explanation", header, links, body, _STYLE.read_text(encoding="utf-8"))


def lines(explanation: Explanation) -> Section:
    """What became of each line."""
    shown = "".join(map(_line, explanation.lines))
    listed = f'<ol class="lines">\n{shown}</ol>\n' if shown else ""
    verdict = f'<p class="verdict">{text(explanation.totals)}</p>\n'
    return Section("lines", "Line by line, with the current rules", f"{verdict}{listed}")


def markdown_section(explanation: Explanation) -> list[Section]:
    """A section with the final text as Markdown, if the settings ask for it."""
    made = explanation.markdown
    return [Section("markdown", "Markdown", f"<pre>{text_lines(made)}</pre>\n")] if made else []


def _line(line: Line) -> str:
    said = " ".join(filter(None, [_MEANINGS[line.mark], line.rule, line.scores, line.why and f"({line.why})"]))
    return (
        f'<li class="{_CLASSES[line.mark]}"><span class="rule">{text(said)}</span>'
        f'<span class="text">{text(line.text)}</span></li>\n'
    )


def facts(named: Iterable[tuple[str, str]]) -> str:
    """A list of names and values."""
    return f"<dl>\n{''.join(f'<dt>{text(name)}</dt><dd>{text(value)}</dd>{chr(10)}' for name, value in named)}</dl>\n"


def note_section(notes: Iterable[str]) -> list[Section]:
    """A section of notes, if there are any."""
    listed = "".join(f"<li>{text(note)}</li>\n" for note in notes)
    return [Section("notes", "Notes", f"<ul>\n{listed}</ul>\n")] if listed else []


def text(value: str) -> str:
    """A text of one line, as HTML."""
    return escape(printable(value))


def text_lines(value: str) -> str:
    """A text of several lines, as HTML."""
    return escape(printable_lines(value))
