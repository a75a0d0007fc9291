"""The user's own names of fields."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.crawlers import registry
from worker.crawlers.field_map import FieldMap
from worker.crawlers.fields import COMMON
from worker.errors import SettingsError
from worker.messages import Article, Dead, Dropped, RawRecord, Reason, Source
from worker.stages.decode import decode

PAGE = "<html><body><p>The ferry runs again.</p></body></html>"
URL = "https://harbour.example.org/ferry"


def ending(message: dict[str, Any], *entries: str, shape: str = "auto") -> Article | Dropped | Dead:
    record = RawRecord(Source("t", 0, 0), orjson.dumps(message))
    return decode(record, shape=shape, fields=FieldMap(entries), max_value_bytes=1 << 20)


def read(message: dict[str, Any], *entries: str, shape: str = "auto") -> Article:
    article = ending(message, *entries, shape=shape)
    assert isinstance(article, Article), article
    return article


def test_mapped_fields_are_read_and_do_not_stay_in_extra() -> None:
    message = {"markup": PAGE, "page": {"uri": URL, "meta": {"when": "2026-03-02", "lang": "en"}}, "note": 1}
    article = read(message, "html=markup", "url=page.uri", "language=page.meta.lang")
    assert (article.html, article.url, article.language) == (PAGE, URL, "en")
    assert article.extra == {"page": {"meta": {"when": "2026-03-02"}}, "note": 1}


def test_a_mapped_name_comes_before_all_others() -> None:
    message = {
        "maintext": "Teaser.",
        "text": "Teaser.",
        "full": "The whole story.",
        "html": "<p>Teaser.</p>",
        "raw": PAGE,
    }
    article = read(message, "text=full", "html=raw")
    assert (article.html, article.text) == (PAGE, "The whole story.")


def test_if_a_mapped_name_is_missing_or_blank_the_next_one_counts() -> None:
    entries = ("html=raw", "html=dom")
    assert read({"raw": " ", "dom": PAGE}, *entries).html == PAGE
    assert read({"raw": "<p>A</p>", "dom": PAGE}, *entries).html == "<p>A</p>"
    assert read({"raw": "None", "body": PAGE}, *entries).html == PAGE


def test_a_mapped_field_fills_no_other_field() -> None:
    message = {"text": "Body.", "timestamp": "2026-03-02", "date": "2020-01-01"}
    article = read(message, "published_at=timestamp")
    assert article.published_at is not None
    assert (article.published_at.year, article.fetched_at) == (2026, None)
    assert read({"body": "Use <div> and <p>.", "url": URL}, "text=body").text == "Use <div> and <p>."
    assert read({"source": PAGE, "text": "Body."}, "text=source").html is None


def test_one_name_can_fill_two_fields() -> None:
    article = read({"text": "Body.", "u": URL}, "url=u", "canonical_url=u")
    assert (article.url, article.canonical_url, article.extra) == (URL, URL, {})


def test_a_dot_may_be_part_of_a_name() -> None:
    for message in ({"a.b": {"c": PAGE}}, {"a": {"b.c": PAGE}}, {"a.b.c": PAGE}, {"a": {"b": {"c": PAGE}}}):
        assert read(message, "html=a.b.c").html == PAGE
    both = {"a.b": "<p>whole name</p>", "a": {"b": "<p>object</p>"}}
    assert read(both, "html=a.b").html == "<p>whole name</p>"


def test_base64_is_decoded_with_the_mapped_encoding() -> None:
    page = "<p>Größe</p>"
    message = {"raw": base64.b64encode(page.encode("cp1252")).decode(), "http": {"charset": "windows-1252"}}
    assert read(message, "html=raw", "encoding=http.charset").html == page


def test_paragraphs_can_be_mapped_to_text() -> None:
    assert read({"story": {"lines": ["One.", "Two."]}}, "text=story.lines").text == "One.\nTwo."


def test_a_mapped_field_of_a_wrong_type_is_a_violation_that_names_the_place() -> None:
    detail = "page.uri: expected a string, got a number"
    assert ending({"text": "Body.", "page": {"uri": 5}}, "url=page.uri") == Dead(Reason.SCHEMA_VIOLATION, detail)


@pytest.mark.parametrize("page", [5, "text", ["uri"], None, {"uri": None}], ids=str)
def test_a_place_that_leads_nowhere_is_missing(page: Any) -> None:
    assert read({"text": "Body.", "page": page, "link": URL}, "url=page.uri").url == URL


@pytest.mark.parametrize("shape", [shape.name for shape in registry.OBJECT_SHAPES])
def test_every_shape_reads_mapped_fields(shape: str) -> None:
    assert read({"x": {"page": PAGE}}, "html=x.page", shape=shape).html == PAGE


def test_a_map_recognises_the_same_shape_as_before() -> None:
    message = {"crawlid": "1", "appid": "a", "body": "Body.", "raw": PAGE}
    assert read(message, "html=raw").shape == read(message).shape == "scrapy_cluster"


def test_a_map_does_not_touch_pages_that_are_not_json() -> None:
    record = RawRecord(Source("t", 0, 0), PAGE.encode(), URL.encode())
    article = decode(record, fields=FieldMap(["title=html"]), max_value_bytes=1 << 20)
    assert isinstance(article, Article)
    assert (article.html, article.title) == (PAGE, None)


def test_entries_are_sorted_by_field_without_repeats_and_spaces() -> None:
    field_map = FieldMap(["html = b", "url=x", "html=a", "html=b"])
    assert field_map.entries == ("url=x", "html=b", "html=a")
    assert FieldMap(field_map.entries).entries == field_map.entries


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("raw_html", "'raw_html' has no =: write FIELD=NAME, such as html=raw_html"),
        ("raw_html=html", "'raw_html=html': unknown field 'raw_html' \\(did you mean html=raw_html\\?\\)"),
        ("page=x", "'page=x': unknown field 'page'; known: url, final_url, canonical_url, html, "),
        ("texts=a", r"'texts=a': unknown field 'texts' \(did you mean text\?\)"),
        ("html=", "'html=': a name is empty"),
        ("html=.a", "'html=.a': a name is empty"),
        ("html=a..b", "'html=a..b': a name is empty"),
        ("html=a.b.c.d.e.f.g", "'html=a.b.c.d.e.f.g': more than 6 names"),
        ("=a", "'=a': unknown field ''"),
    ],
)
def test_a_malformed_entry_is_an_error_that_says_how_to_write_it(entry: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        FieldMap([entry])


_NAMES = st.sampled_from(["a", "b", "a.b", "html", "url", "page"])
_VALUES = st.recursive(
    st.none() | st.integers(0, 5) | st.just(PAGE) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=8,
)
_ENTRIES = st.builds(
    lambda field, names: f"{field}={'.'.join(names)}",
    st.sampled_from(list(COMMON)),
    st.lists(_NAMES, min_size=1, max_size=3),
)


@given(st.dictionaries(_NAMES, _VALUES, max_size=4), st.lists(_ENTRIES, max_size=4))
def test_no_message_and_no_map_make_decode_raise_or_change_the_message(
    message: dict[str, Any], entries: list[str]
) -> None:
    found = ending(message, *entries)
    assert isinstance(found, Article | Dropped | Dead)
    if isinstance(found, Article):
        assert orjson.dumps(found.extra)
