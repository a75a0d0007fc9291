"""`article-worker dead show`: one dead letter, why it died, and what to do next."""

from __future__ import annotations

import re

from rich.console import Console
from rich.table import Table

from worker.commands.dead.ledger import AGAIN, CUT, GAVE_UP, RESOLVED, UNKNOWN, Ledger, Row
from worker.commands.dead.reading import chosen_letters, ledger_of, moment
from worker.commands.interrupt import interruptible
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.messages import Reason, rfc3339
from worker.text.terminal import printable, printable_lines, shown
from worker.transport.dead_letters import KeptLetter

MAX_SHOWN_BYTES = 4000
"""How much of a value is shown."""

MAX_SHOWN_HEADERS = 50

_MAX_HEADER_BYTES = 200
_PLACE = re.compile(r"([0-9]{1,9}):([0-9]{1,18})")
_ARTICLE_ID = re.compile(r"[0-9a-f]{32}")
_SECRET = re.compile(r"auth|cookie|token|secret|passw|api-?key|credential", re.IGNORECASE)

_LIMIT = "if you want such articles, raise the limit that the detail names, then run: article-worker dead retry"
_BUG = "report it with the input: it is a bug or an attack. After an upgrade, run: article-worker dead retry"
_CRAWLER = "look at the crawler: it sent something that is not an article"
_NEXT: dict[str, str] = {
    Reason.TOO_LARGE: _LIMIT,
    Reason.TOO_MANY_NODES: _LIMIT,
    Reason.TOO_DEEP: _LIMIT,
    Reason.OUTPUT_TOO_LARGE: _LIMIT,
    Reason.TIMEOUT: _BUG,
    Reason.CRASH: _BUG,
    Reason.STAGE_ERROR: _BUG,
    Reason.NO_CONTENT: "if the page is in a field with a name of your own, run: article-worker dead retry, with the "
    "flags in the detail. If the fields are blank, the crawler sent no page",
    Reason.UNKNOWN_SHAPE: "the value is JSON, but not an object: the detail says what the crawler should send",
}
_NEXT_OF_STATE = {
    AGAIN: "nothing: it was retried and died again. See the newer dead letter of the same input",
    RESOLVED: "nothing: a retry succeeded",
    GAVE_UP: "it died in every attempt. After you have fixed the cause, run article-worker dead retry with a higher "
    "--max-attempts",
    CUT: "the dead letter has only a part of the value. If the raw topic still has all of it, raise the limit, then "
    "run: article-worker dead retry",
    UNKNOWN: "the quality topic has no report on it, so it may have been retried already. If you gave the right "
    "topics, the report has expired: export the dead letter, and send its input to the raw topic again",
}


def run_show(which: str, settings: Settings, console: Console, progress_console: Console) -> None:
    """Print a dead letter: PARTITION:OFFSET in the dead topic, or the article_id in its report.

    Raises:
        SettingsError: there is no such letter.
        TransportError: a topic cannot be read.
        InterruptedCommand: a signal ended the reading.
    """
    place, is_id = _PLACE.fullmatch(which), _ARTICLE_ID.fullmatch(which)
    if not place and not is_id:
        raise SettingsError(f"{which!r} is neither PARTITION:OFFSET nor an article_id: see article-worker dead list")
    with (
        interruptible("Nothing was shown") as check,
        ledger_of(settings, progress_console, check) as ledger,
    ):
        row = _found(ledger, place, which)
        ledger.choose_at(row.partition, row.offset)
        letter = next((letter for _, letter in chosen_letters(settings, ledger, check)), None)
    if letter is None:
        raise SettingsError(f"the dead letter {row.place} is no longer in the topic")
    show(row, letter, console)


def _found(ledger: Ledger, place: re.Match[str] | None, which: str) -> Row:
    row = ledger.at(int(place[1]), int(place[2])) if place else ledger.of_article(which)
    if row is None:
        raise SettingsError(f"there is no dead letter {which}: see article-worker dead list")
    return row


def show(row: Row, letter: KeptLetter, console: Console) -> None:
    """Print a letter: what is known about it, its headers, and the beginning of its value."""
    table = Table.grid(padding=(0, 2))
    facts = {
        "dead letter": row.place,
        "state": row.state,
        "reason": row.reason,
        "detail": row.detail,
        "stage": row.stage,
        "next step": next_step(row),
        "attempt": str(row.attempt),
        "written": str(rfc3339(moment(row.written_ms))),
        "input": row.source,
        "article_id": row.article_id or "-",
        "url": row.url or "-",
        "host": row.host or "-",
        "shape": row.shape or "-",
        "key": "-" if letter.key is None else _text(letter.key[:_MAX_HEADER_BYTES]),
        "value": _size(row, letter),
    }
    headers = [(f"header {name[:_MAX_HEADER_BYTES]}", _header(name, value)) for name, value in letter.headers]
    for name, fact in (*facts.items(), *headers[:MAX_SHOWN_HEADERS]):
        table.add_row(shown(name, "bold"), shown(fact))
    console.print(table)
    if (more := len(headers) - MAX_SHOWN_HEADERS) > 0:
        console.print(f"... {more:,} more headers")
    if letter.value:
        console.print()
        console.print(printable_lines(_text(letter.value[:MAX_SHOWN_BYTES])), markup=False, soft_wrap=True)
        if (left := len(letter.value) - MAX_SHOWN_BYTES) > 0:
            console.print(f"... {left:,} more bytes")


def next_step(row: Row) -> str:
    """What to do about this letter."""
    return _NEXT_OF_STATE.get(row.state) or _NEXT.get(row.reason, _CRAWLER)


def _size(row: Row, letter: KeptLetter) -> str:
    """How much of the value there is, and where."""
    if not letter.is_whole:
        return f"{len(letter.value or b''):,} of {letter.value_length:,} bytes; the raw topic does not have the rest"
    if letter.value is None:
        return "none"
    return f"{letter.value_length:,} bytes" + (", from the raw topic" if not row.is_whole else "")


def _header(name: str, value: bytes) -> str:
    """The beginning of a header's value; hidden if its name says that it is a secret."""
    return "********" if _SECRET.search(name) else printable(_text(value[:_MAX_HEADER_BYTES]))


def _text(value: bytes) -> str:
    return value.decode(errors="backslashreplace")
