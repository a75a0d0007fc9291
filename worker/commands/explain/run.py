"""`article-worker explain`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from worker.commands.explain import terminal
from worker.commands.explain.asked import File, Page, Place, parse
from worker.commands.explain.explanation import explain, read_source
from worker.commands.interrupt import interruptible
from worker.config.fit import check_fit
from worker.config.settings import Settings
from worker.errors import ConnectError, SettingsError
from worker.text.terminal import json_text, shown

if TYPE_CHECKING:
    from worker.commands.explain.account import Account

_OF_TEXT = ("links",)
_CONNECTIONS = (*_OF_TEXT, "security_protocol", "index")  # settings whose presence has the connections checked

_FROM_FILES = (
    "After a run with --files, nothing is in Kafka: pipe the line of the input into `explain -`. In its report "
    "(articles.quality.jsonl), `source` names the file and counts the lines from 0: the offset 41 is sed -n 42p FILE"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What to explain, how far back to search for it, and how to show it."""

    asked: str
    since: str | None = None
    as_json: bool = False
    html: Path | None = None


def run_explain(options: Options, settings: Settings, console: Console, progress_console: Console) -> None:
    """Print an explanation, and write its page if one is wanted.

    Raises:
        SettingsError: there is no such file or message, it is not a single article, or the page cannot be written.
        TransportError: a topic cannot be read.
        InterruptedCommand: a signal ended the reading.
    """
    asked = parse(options.asked)
    check_fit(settings, _OF_TEXT if isinstance(asked, File) else _CONNECTIONS)
    if options.html:
        from worker.commands.report import page as pages  # noqa: PLC0415 - few users want a page

        pages.check_path(options.html)
    answer = (
        _of_file(asked, options, settings)
        if isinstance(asked, File)
        else _of_message(asked, options, settings, progress_console)
    )
    if options.html:
        pages.save(options.html, answer.page())  # first: `| head` ends the command
    if options.as_json:
        console.print(shown(json_text(answer.document())), soft_wrap=True)
    else:
        answer.show(console)
    if options.html:
        progress_console.print(shown(f"wrote {options.html}"), soft_wrap=True)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The forms of an answer: JSON, text on a console, and a page."""

    document: Callable[[], Any]
    show: Callable[[Console], None]
    page: Callable[[], str]


# The imports below are slow: the Kafka library takes 0.3 s, and a page 0.1 s.


def _of_file(asked: File, options: Options, settings: Settings) -> _Answer:
    if options.since:
        raise SettingsError("--since limits the search in the topics: leave it out for a file")
    explanation = explain(read_source(asked.path), settings)

    def page() -> str:
        from worker.commands.explain import page  # noqa: PLC0415

        return page.of_explanation(explanation)

    return _Answer(partial(asdict, explanation), partial(terminal.show, explanation), page)


def _of_message(asked: Page | Place, options: Options, settings: Settings, console: Console) -> _Answer:
    from worker.commands.explain import account_page, account_terminal, facts  # noqa: PLC0415

    account = _account(asked, options, settings, console)
    return _Answer(
        partial(facts.document, account),
        partial(account_terminal.show, account),
        partial(account_page.of_account, account),
    )


def _account(asked: Page | Place, options: Options, settings: Settings, console: Console) -> Account:
    from worker.commands.explain.account import Teller  # noqa: PLC0415
    from worker.commands.explain.finding import Finder  # noqa: PLC0415
    from worker.commands.report.run import parse_since  # noqa: PLC0415
    from worker.fingerprint import pipeline_info  # noqa: PLC0415
    from worker.transport.kafka import lookup  # noqa: PLC0415

    since = parse_since(options.since, datetime.now(UTC))
    with interruptible("Nothing was shown") as check:
        finder = Finder(lookup.KafkaTopics(settings), settings, console, check)
        teller = Teller(finder, settings, pipeline_info(settings).fingerprint, since)
        try:
            return teller.about_page(asked) if isinstance(asked, Page) else teller.about_place(asked)
        except ConnectError as error:
            raise ConnectError(*error.lines, _FROM_FILES) from error
