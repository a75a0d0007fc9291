"""The table of aliases, and the conversion of a message to an article."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from worker.crawlers import registry
from worker.crawlers.base import Shape
from worker.crawlers.fields import COMMON, extended, table
from worker.messages import Article, Dead, Dropped, Reason
from worker.text.cleaning import MAX_LINE_CHARS

CONTRACT = {
    "url": [
        "url", "requested_url", "WARC-Target-URI", "uri", "link", "rss_entry.link", "content_metadata.original_url",
        "original_url",
    ],
    "final_url": [
        "response_url", "final_url", "responded_url", "http_metadata.final_url", "_redirTo", "canonical_url",
    ],
    "html": ["html", "body", "content", "raw_html.html", "response.body"],
    "text": ["maintext", "text", "text_content", "plaintext", "content_metadata.text_content", "body"],
    "title": ["title", "article_title", "title_page", "title_rss", "rss_entry.title"],
    "authors": ["authors", "author"],
    "published_at": ["published_at", "date_publish", "publishing_date", "publication_date", "date", "pub_date"],
    "fetched_at": [
        "fetched_at", "timestamp", "date_download", "fetch_timestamp", "crawl_date", "WARC-Date", "_request.time_",
        "scraped_at",
    ],
    "status": ["status", "status_code", "response_code", "response.status", "fetch.statusCode"],
}  # fmt: skip
NESTED = ("rss_entry", "content_metadata", "http_metadata", "raw_html", "response")
VALUES: dict[str, tuple[Any, Any]] = {
    "url": ("https://e.org/a", "https://e.org/a"),
    "final_url": ("https://e.org/b", "https://e.org/b"),
    "html": ("<p>Page</p>", "<p>Page</p>"),
    "text": ("Text", "Text"),
    "title": ("Title", "Title"),
    "authors": ("A; B", ("A", "B")),
    "published_at": ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
    "fetched_at": (1772435730.25, datetime(2026, 3, 2, 7, 15, 30, 250000, tzinfo=UTC)),
    "status": ("200", 200),
}
PAIRS = [(field, alias) for field, aliases in CONTRACT.items() for alias in aliases]


def message_with(alias: str, value: Any) -> dict[str, Any]:
    """A message with the value under the alias, nested if the alias is a path."""
    parent, _, name = alias.partition(".")
    return {parent: {name: value}} if parent in NESTED and name else {alias: value}


@pytest.mark.parametrize(("field", "alias"), PAIRS)
def test_every_alias_of_the_contract_fills_its_field(
    article_of: Callable[..., Article], field: str, alias: str
) -> None:
    sent, expected = VALUES[field]
    filler = {"plaintext": "Filler."} if field != "text" else {}
    article = article_of({"spider": "s", **filler, **message_with(alias, sent)}, "scrapy")
    assert getattr(article, field) == expected


@pytest.mark.parametrize("field", [field for field in CONTRACT if field != "html"])
def test_the_first_alias_that_is_present_and_not_blank_counts(article_of: Callable[..., Article], field: str) -> None:
    flat = [alias for alias in CONTRACT[field] if alias.partition(".")[0] not in NESTED]
    sent, expected = VALUES[field]
    blank = {flat[0]: None} if len(flat) < 3 else {flat[0]: " ", flat[1]: "None"}
    later = flat[len(blank)]
    message = {"html": "<p>", **blank, later: sent}
    article = article_of(message, "scrapy")
    assert getattr(article, field) == expected
    assert later not in article.extra
    assert dict(article.extra) == blank  # blank fields are kept unchanged


def test_the_table_in_the_code_equals_the_contract() -> None:
    for field, aliases in CONTRACT.items():
        paths = [".".join(path) for path in COMMON[field]]
        assert paths == aliases + (["content"] if field == "text" else [])


def test_a_table_is_read_from_text_and_extended_at_the_end() -> None:
    aliases = extended(table(url="url link"), url="meta/url", title="t")
    assert aliases == {"url": (("url",), ("link",), ("meta", "url")), "title": (("t",),)}


def test_a_canonical_url_is_kept_and_is_also_the_last_choice_for_the_final_url(
    article_of: Callable[..., Article],
) -> None:
    item = {"spider": "s", "text": "Body.", "canonical_url": "https://e.org/c"}
    alone, both = article_of(item), article_of({**item, "response_url": "https://e.org/r"})
    assert (alone.final_url, alone.canonical_url) == ("https://e.org/c", "https://e.org/c")
    assert (both.final_url, both.canonical_url) == ("https://e.org/r", "https://e.org/c")
    assert alone.extra == both.extra == {"spider": "s"}


def test_a_date_that_cannot_be_parsed_is_kept_and_the_next_one_is_used(
    article_of: Callable[..., Article],
) -> None:
    article = article_of({"text": "Body.", "date_publish": "yesterday", "date": "2026-03-02", "timestamp": {"a": 1}})
    assert article.published_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert article.fetched_at is None
    assert article.extra == {"date_publish": "yesterday", "timestamp": {"a": 1}}


@pytest.mark.parametrize("value", [5, [["content-type"]], "text/html", [None], {"Content-Type": 5}])
def test_hints_with_a_wrong_type_are_ignored(article_of: Callable[..., Article], value: Any) -> None:
    page = "<p>Größe</p>"
    body = base64.b64encode(page.encode()).decode()
    article = article_of({"spider": "s", "body": body, "headers": value, "encoding": value})
    assert (article.html, article.extra["headers"]) == (page, value)


def test_base64_that_is_not_a_page_is_left_unchanged(article_of: Callable[..., Article]) -> None:
    pdf = base64.b64encode(b"%PDF-1.7 binary").decode()
    assert article_of({"spider": "s", "body": pdf}).text == pdf


@pytest.mark.parametrize("name", ["text", "maintext", "body", "content"])
def test_an_array_of_strings_under_a_name_of_text_is_paragraphs(article_of: Callable[..., Article], name: str) -> None:
    article = article_of({"url": "https://e.org/a", name: ["One.", None, " ", "Two\nlines."]})
    assert (article.html, article.text) == (None, "One.\nTwo\nlines.")


def test_an_array_of_elements_under_a_name_of_either_is_a_page(article_of: Callable[..., Article]) -> None:
    assert article_of({"content": ["<p>One.</p>", "<p>Two.</p>"]}).html == "<p>One.</p>\n<p>Two.</p>"


def test_authors_are_cleaned_and_repeats_are_removed(article_of: Callable[..., Article]) -> None:
    authors = [" Ada  Moreno ", "None", None, "Tom Okafor; Ada Moreno", {"@type": "Person", "name": "JosÃ© Díaz"}]
    assert article_of({"spider": "s", "text": "Body.", "authors": authors}).authors == (
        "Ada Moreno",
        "Tom Okafor",
        "JosÃ© Díaz",
    )


def test_a_hostile_list_of_authors_is_cut(article_of: Callable[..., Article]) -> None:
    names = [f"Name {number}" for number in range(1000)]
    article = article_of({"spider": "s", "text": "Body.", "authors": names})
    assert article.authors == tuple(names[:200])
    assert article.extra == {"spider": "s", "authors": names}


def test_an_invalid_url_is_kept_for_canonicalisation_to_judge(
    article_of: Callable[..., Article],
) -> None:
    assert article_of({"text": "Body.", "url": " not a\n url "}).url == "not a url"
    assert article_of({"text": "Body.", "url": "  "}).url is None


def test_an_overlong_url_is_kept_and_the_next_one_is_used(article_of: Callable[..., Article]) -> None:
    long = "https://e.org/".ljust(8193, "a")
    article = article_of({"text": "Body.", "url": long, "link": "https://e.org/a"})
    assert article.url == "https://e.org/a"
    assert article.extra == {"url": long}
    assert article_of({"text": "Body.", "response_url": long}).final_url is None


def test_controls_are_scrubbed_from_every_text(article_of: Callable[..., Article]) -> None:
    article = article_of(
        {
            "url": "\x00https://e.org/a\x1b",
            "title": "T\x07itle",
            "author": "A\x1b",
            "html": "<p>\x00x</p>",
            "text": "a\x08b",
        }
    )
    assert (article.url, article.title, article.authors) == ("https://e.org/a", "Title", ("A",))
    assert (article.html, article.text) == ("<p>x</p>", "ab")


@pytest.mark.parametrize("control", ["\x7f", "\x9b\x81", "\u202e", "\u2066"])
def test_del_c1_and_bidirectional_controls_are_scrubbed_from_every_text(
    article_of: Callable[..., Article], control: str
) -> None:
    names = ("url", "canonical_url", "title", "author", "html", "text")
    article = article_of({name: f"<p>{control}a{control}" if name == "html" else f"{control}a" for name in names})
    texts = (article.url, article.final_url, article.canonical_url, article.title, *article.authors, article.text)
    assert not set("".join(filter(None, (*texts, article.html)))) & set(control)


def test_a_field_nested_too_deep_for_orjson_is_left_out_of_extra(article_of: Callable[..., Article]) -> None:
    deep = b'{"text": "Body.", "links": [1], "attrs": ' + b"[" * 400 + b"]" * 400 + b"}"
    article = article_of(deep)
    assert article.extra == {"links": [1]}
    assert orjson.dumps(article)


def test_beside_a_field_that_is_too_deep_the_first_100_nested_fields_are_kept(
    article_of: Callable[..., Article],
) -> None:
    fields = b", ".join(b'"k%03d": [%d]' % (number, number) for number in range(300))
    deep = b'{"text": "Body.", ' + fields + b', "attrs": ' + b"[" * 400 + b"]" * 400 + b', "plain": 1}'
    extra = article_of(deep).extra
    assert list(extra) == [f"k{number:03d}" for number in range(100)] + ["plain"]


TOO_DEEP = [b"[" * 255 + b"]" * 255, b'{"name": ' * 1000 + b"1" + b"}" * 1000]


@pytest.mark.parametrize("shape", registry.OBJECT_SHAPES, ids=lambda shape: shape.name)
def test_a_deep_field_of_any_shape_never_prevents_an_outcome(
    decode_message: Callable[..., Article | Dropped | Dead], shape: Shape
) -> None:
    reasons = set()
    for path in sorted({path for paths in shape.aliases.values() for path in paths}):
        for value in TOO_DEEP:
            inner = b'{"%s": %s}' % (path[-1].encode(), value) if len(path) > 1 else value
            ending = decode_message(b'{"text": "Body.", "%s": %s}' % (path[0].encode(), inner), shape.name)
            reasons |= {ending.reason} if isinstance(ending, Dead) else set()
    assert reasons == {Reason.SCHEMA_VIOLATION}


def test_a_url_with_controls_inside_is_ignored_and_kept_unchanged(article_of: Callable[..., Article]) -> None:
    article = article_of({"url": "https://\x1b[31m.example/", "text": "a"})
    assert (article.url, article.extra["url"]) == (None, "https://\x1b[31m.example/")


def test_a_title_and_a_name_are_cut_to_the_length_of_a_metadata_line(article_of: Callable[..., Article]) -> None:
    article = article_of(
        {"url": "https://e.org/a", "text": "a", "title": "ab" * 10_000, "authors": ["A" * 10_000, "B"]}
    )
    assert article.title == "ab" * (MAX_LINE_CHARS // 2)
    assert article.authors == ("A" * MAX_LINE_CHARS, "B")
    assert article.extra == {"authors": ["A" * 10_000, "B"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "d" * (MAX_LINE_CHARS + 1)),
        ("excerpt", "d" * (MAX_LINE_CHARS + 1)),
        ("tags", ["harbour", "x" * 101]),
        ("tags", [f"tag {number}" for number in range(31)]),
        ("section", ["Local", "News"]),
    ],
)
def test_a_value_of_which_a_part_is_left_out_stays_in_extra(
    article_of: Callable[..., Article], field: str, value: Any
) -> None:
    article = article_of({"url": "https://e.org/a", "text": "a", field: value})
    assert article.description or article.tags or article.section
    assert article.extra == {field: value}
