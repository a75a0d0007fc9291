"""An account as one HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from worker.commands.diff_view import as_html
from worker.commands.explain import facts, page
from worker.commands.explain.account import Account
from worker.commands.explain.page import Section, text, text_lines
from worker.commands.word_diff import shortened


def of_account(account: Account) -> str:
    """The page about one message."""
    return page.document(facts.title(account), f"the message {account.key}", _sections(account))


def _sections(account: Account) -> Iterator[Section]:
    yield Section("summary", "Message", page.facts(facts.summary(account)))
    warnings = account.now.explanation.warnings if account.now else []
    yield from page.note_section([*account.notes, *warnings])
    yield from _texts(account)
    if account.candidates:
        rows = map(facts.candidate, account.candidates)
        yield Section("similar", "Similar articles", _table("Similar articles", facts.CANDIDATES, rows))
    if account.others:
        table = _table("Other messages", facts.OTHERS, map(facts.other, account.others))
        older = f"<p>and {account.older:,} older ones</p>\n" if account.older else ""
        yield Section("others", "Other messages of this page", table + older)
    if report := facts.report(account):
        body = f"<details><summary>All of it</summary>\n<pre>{text_lines(report)}</pre></details>\n"
        yield Section("report", "Report", body)


def _texts(account: Account) -> Iterator[Section]:
    if account.now:
        yield page.lines(account.now.explanation)
        yield from page.markdown_section(account.now.explanation)
        if account.sighting:
            yield Section("differences", "As published, and with the current rules", _comparison(account))
    elif published := facts.published_text(account):
        yield Section("published", "As published", f'<p class="diff">{text_lines(published)}</p>\n')


def _comparison(account: Account) -> str:
    rows = map(facts.difference, account.differences)
    table = _table("Differences", facts.DIFFERENCES, rows) if account.differences else ""
    said = f"<p>{text(facts.sameness(account))}</p>\n"
    if account.text and facts.has_changes(account.text):
        said += f'<p class="diff">{as_html(shortened(account.text))}</p>\n'
    return said + table


def _table(label: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{text_lines(row[0])}</th>{"".join(f"<td>{text_lines(cell)}</td>" for cell in row[1:])}'
        "</tr>\n"
        for row in rows
    )
    return (
        f'<div class="table" role="region" aria-label="Table: {text(label)}" tabindex="0">\n<table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )
