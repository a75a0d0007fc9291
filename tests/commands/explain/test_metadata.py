from __future__ import annotations

import io
from typing import Any

import orjson
import pytest
from rich.console import Console

from tests.commands.explain.world import STORY, World, message
from worker.commands.explain import account_terminal, page, terminal
from worker.commands.explain.explanation import Explanation, explain
from worker.commands.explain.metadata import metadata_of, told
from worker.config.settings import Settings
from worker.messages import Article
from worker.text.terminal import printable

EVIL = "\x1b[31m\u202e\x9b[red]"
PAGE = (
    "<!doctype html><html lang=en><head><title>Bridge reopened</title><meta property=article:published_time "
    "content=2026-03-02><meta property=article:tag content=bridges><meta name=author content='Jane Doe'><meta "
    "name=description content='A bridge opened after eleven years.'></head><body><article><h1>Bridge reopened</h1>"
    f"{''.join(f'<p>{line}</p>' for line in STORY.splitlines())}</article></body></html>"
)


def explained(settings: dict[str, Any] | None = None, **fields: Any) -> Explanation:
    return explain(orjson.dumps({"url": "https://paper.example/1", **fields}), Settings(**settings or {}))


def printed(explanation: Explanation) -> str:
    screen = io.StringIO()
    terminal.show(explanation, Console(file=screen, width=10_000))
    return screen.getvalue()


def test_the_metadata_is_shown_and_what_the_crawler_sent_is_marked() -> None:
    shown = printed(explained(html=PAGE, authors=["By Joe Roe"], section="News"))
    for line in (
        "title: Bridge reopened",
        "authors: Joe Roe (from the message)",
        "published_at: 2026-03-02T00:00:00.000Z (precision: day)",
        "section: News (from the message)",
        "tags: bridges",
        "language: en",
        "description: A bridge opened after eleven years.",
    ):
        assert f"{line}\n" in shown
    assert "not found" not in shown


def test_what_neither_the_message_nor_the_page_has_is_named() -> None:
    assert "\nnot found: authors, published_at, section, tags, description\n" in printed(explained(text=STORY))


def test_of_a_crawlers_title_it_says_that_the_message_had_it() -> None:
    assert "title: A bridge (from the message)\n" in printed(explained(html=PAGE, title="A bridge"))


def test_the_json_has_the_fields_in_the_form_of_the_clean_article(world: World) -> None:
    world.send(message(html=PAGE, authors=["By Joe Roe"], text=None))
    world.process(0)
    account = world.explain("0:0")
    assert account.now is not None
    assert account.now.clean is not None
    metadata = orjson.loads(orjson.dumps(account.now.explanation.metadata))
    assert metadata.pop("sent") == ["title", "authors"]
    assert len(metadata) == 7
    assert {name: account.now.clean[name] for name in metadata} == metadata


def test_of_a_page_that_is_dropped_the_reason_and_what_was_read_are_shown() -> None:
    url = "url: https://paper.example/1\n"
    for shown, detail in (
        (printed(explained(html=PAGE, status=404)), "http_error: status 404"),
        (printed(explained(html="%PDF-1.4 and more")), "not_html: the content is a PDF"),
    ):
        assert shown.startswith(url)
        assert f"dropped by decode ({detail}): " in shown
    short = printed(explained({"min_words": 500}, html=PAGE))
    assert "authors: Jane Doe\n" in short
    assert "not found" not in short


def test_no_control_sequence_in_the_metadata_reaches_a_terminal_or_a_page() -> None:
    article = Article(authors=(EVIL,), section=EVIL, tags=(EVIL,), language=EVIL, description=EVIL)
    explanation = Explanation("published", "", (), title=EVIL, metadata=metadata_of(article, article))
    shown, html = printed(explanation), page.of_explanation(explanation)
    for line in (*shown.splitlines(), *html.splitlines()):
        assert printable(line) == line
    assert r"description: \x1b[31m\u202e\x9b[red] (from the message)" in shown  # [red] is no markup either
    assert r"<dt>tags</dt><dd>\x1b[31m" in html


def test_a_long_value_is_cut_on_a_terminal() -> None:
    description = dict(told({"description": "x" * 900}))["description"]
    assert description == "x" * 199 + "…"


@pytest.mark.parametrize("value", [5, {"a": 1}, [1, None]])
def test_a_value_of_another_type_in_an_old_article_is_shown_as_it_is(value: object) -> None:
    assert dict(told({"tags": value}))["tags"]


def test_of_a_message_that_is_gone_the_published_metadata_is_shown(world: World) -> None:
    world.send(message(html=PAGE, authors=["Joe Roe"], text=None))
    world.process(0)
    world.expired = 1
    screen = io.StringIO()
    account_terminal.show(world.explain("0:0"), Console(file=screen, width=10_000))
    assert "\nauthors      Joe Roe\n" in screen.getvalue()
    assert "\npublished_at 2026-03-02T00:00:00.000Z (precision: day)\n" in screen.getvalue()
