"""The report as one HTML page: style and charts are inside, it needs no network and no script."""

from __future__ import annotations

import os
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from worker.commands.report import cells
from worker.commands.report.sections import Section
from worker.errors import InstallationError, SettingsError
from worker.store import own_files
from worker.text.terminal import printable

_STYLE: Final = Path(__file__).with_name("page.css")
_TITLE: Final = "Quality report"

# Nothing may be loaded or run, even if a text on the page were not escaped.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def check_target(path: Path) -> None:
    """Find out before the long reading whether the page can be made.

    Raises:
        InstallationError: the library for the charts is missing.
        SettingsError: there is no such directory, or the path is a directory.
    """
    try:
        import pygal  # noqa: F401, PLC0415 - an optional library
    except ImportError as error:
        raise InstallationError(
            'charts need the package pygal, which is not installed: pip install "article-worker[report]"'
        ) from error
    check_path(path)


def check_path(path: Path) -> None:
    """Find out before the long reading whether a page can be written.

    Raises:
        SettingsError: there is no such directory, or the path is a directory.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise SettingsError(f"cannot write {printable(str(path))}: give a file in a directory that exists")


class Part(NamedTuple):
    """A part of a page that is no table: its name, its title, and what it shows as HTML."""

    name: str
    title: str
    html: str


def write(path: Path, sections: Iterable[Section], header: str, title: str = _TITLE, more: Iterable[Part] = ()) -> None:
    """Write the page. An earlier page is replaced once the new one is complete.

    Raises:
        SettingsError: the file cannot be written.
    """
    save(path, page(sections, header, title, more))


def save(path: Path, text: str) -> None:
    """Write a page. An earlier one is replaced once the new one is complete.

    Raises:
        SettingsError: the file cannot be written.
    """
    content = text.encode()
    try:
        with (
            own_files.replacing(path, own_files.OUTPUT_MODE) as descriptor,
            os.fdopen(descriptor, "wb", closefd=False) as file,
        ):
            file.write(content)
    except OSError as error:
        raise SettingsError(f"cannot write {printable(str(path))}: {error.strerror}") from error


def page(sections: Iterable[Section], header: str, title: str = _TITLE, more: Iterable[Part] = ()) -> str:
    """The page as text."""
    made = [*(Part(each.name, each.title, _shown(each)) for each in sections), *more]
    links = [(each.name, each.title) for each in made]
    return document(title, header, links, "".join(map(_section, made)))


def document(title: str, header: str, links: Iterable[tuple[str, str]], body: str, more_style: str = "") -> str:
    """A page of this look. `links` are the ids and the headings of its sections. `body` is HTML, all else is text."""
    style = _STYLE.read_text(encoding="utf-8") + more_style
    listed = "".join(f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading in links)
    shown_title = escape(printable(title))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n'
        f"<title>{shown_title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{shown_title}</h1>\n<p>{escape(printable(header))}</p>\n"
        f'<nav aria-label="Sections"><ul>{listed}</ul></nav>\n</header>\n'
        f"<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _section(part: Part) -> str:
    return (
        f'<section aria-labelledby="{part.name}">\n<h2 id="{part.name}">{escape(part.title)}</h2>\n'
        f"{part.html}</section>\n"
    )


def _shown(section: Section) -> str:
    note = f"<p>{escape(section.note)}</p>\n" if section.note else ""
    return (_figure(section) + _table(section) if section.rows else "<p>There is nothing to show.</p>\n") + note


def _figure(section: Section) -> str:
    if not any(any(section.column(name)) for name in section.series):
        return ""  # an axis without bars says nothing
    from worker.commands.report.charts import draw  # noqa: PLC0415 - an optional library

    return f"<figure>{draw(section)}</figure>\n"


def _table(section: Section) -> str:
    numbers = [section.is_number(name) for name in section.columns]
    head = "".join(_cell("th", 'scope="col"', cells.heading(name), is_number=is_number)
                   for name, is_number in zip(section.columns, numbers, strict=True))  # fmt: skip
    rows = []
    for row in section.rows:
        texts = [cells.text(name, value) for name, value in zip(section.columns, row, strict=True)]
        first = _cell("th", 'scope="row"', texts[0], is_number=False)
        others = "".join(
            _cell("td", "", each, is_number=kind) for each, kind in zip(texts[1:], numbers[1:], strict=True)
        )
        rows.append(f"<tr>{first}{others}</tr>\n")
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n"
    label = escape(f"Table: {section.title}")
    return f'<div class="table" role="region" aria-label="{label}" tabindex="0">\n{table}</div>\n'


def _cell(tag: str, attributes: str, text: str, *, is_number: bool) -> str:
    marked = f'{attributes} class="number"' if is_number else attributes
    return f"<{tag}{' ' if marked else ''}{marked.strip()}>{escape(text)}</{tag}>"
