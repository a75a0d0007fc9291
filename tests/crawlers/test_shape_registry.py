"""The list of shapes, and which shape is recognised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.crawlers import registry
from worker.errors import SettingsError


def test_the_names_are_in_the_order_of_recognition_with_the_catch_all_last() -> None:
    assert registry.names() == [
        "warc", "page", "scrapy_cluster", "news_please", "story_indexer", "stormcrawler", "nutch", "trafilatura_json",
        "fundus", "native", "zyte", "firecrawl", "scrapy",
    ]  # fmt: skip


@pytest.mark.parametrize("name", registry.names())
def test_every_shape_is_found_by_its_name(name: str) -> None:
    shape = registry.find(name)
    assert shape is not None
    assert shape.name == name


def test_auto_is_not_a_shape() -> None:
    assert registry.find("auto") is None


def test_an_unknown_name_is_an_error_that_lists_the_known_ones_and_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"'news-please' \(did you mean news_please\?\); known: auto, warc, page, "):
        registry.find("news-please")
    with pytest.raises(SettingsError, match="unknown shape ''; known: auto"):
        registry.find("")


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ({}, "native"),
        ({"a": 1}, "scrapy"),
        ({"crawlid": "1", "appid": "a", "maintext": "b", "source_domain": "c"}, "scrapy_cluster"),
        ({"maintext": "b"}, "scrapy"),
        ({"rss_entry": {}, "http_metadata": {}}, "story_indexer"),
        ({"rss_entry": {}}, "scrapy"),
        ({"metadata": {"fetch.statusCode": ["200"]}}, "stormcrawler"),
        ({"metadata": {"language": "en"}}, "scrapy"),
        ({"metadata": ["fetch.statusCode"]}, "scrapy"),
        ({"response": {"body": "x"}, "request": {}}, "nutch"),
        ({"response": {"body": "x"}}, "scrapy"),
        ({"source": "https://e.org/", "text": "x", "source-hostname": "e", "excerpt": None}, "trafilatura_json"),
        ({"source": "Reuters", "text": "x"}, "scrapy"),
        ({"publishing_date": "x", "free_access": True}, "fundus"),
        ({"requested_url": "u", "responded_url": "u", "content": "c"}, "fundus"),
        ({"article": {"articleBody": "x"}}, "zyte"),
        ({"article": {"articleBody": "x"}, "text": "y"}, "scrapy"),
        ({"browserHtml": "<p>", "url": "u"}, "zyte"),
        ({"article": {"headline": "x"}}, "scrapy"),
        ({"data": {"markdown": "x", "metadata": {}}}, "firecrawl"),
        ({"data": {"markdown": "x", "metadata": {}}, "body": "y"}, "scrapy"),
        ({"data": {"markdown": "x"}}, "scrapy"),
        ({"article": {"articleBody": "x"}, "data": {"markdown": "x", "metadata": {}}}, "zyte"),
        ({"schema": "raw_article.v1", "article": {"articleBody": "x"}}, "native"),
        ({"crawlid": "1", "appid": "a", "article": {"articleBody": "x"}}, "scrapy_cluster"),
    ],
)
def test_a_shape_is_recognised_by_its_most_distinctive_fields(message: dict[str, Any], name: str) -> None:
    assert registry.of_object(message).name == name


_KEYS = st.sampled_from(["metadata", "response", "body", "html", "rss_entry", "raw_html", "schema", "text", "source"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(_KEYS, _VALUES))
def test_every_object_has_a_shape_whatever_its_fields_hold(message: dict[str, Any]) -> None:
    assert registry.of_object(message) in registry.OBJECT_SHAPES


@given(st.binary(max_size=100))
def test_recognising_bytes_never_raises(value: bytes) -> None:
    assert registry.of_bytes(value) in (None, *registry.BYTE_SHAPES)
