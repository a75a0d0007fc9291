from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.page.jsonld import (
    MAX_BLOCK_CHARS,
    MAX_NAME_CHARS,
    MAX_NAMES,
    MAX_NODES,
    LinkedData,
    read_linked_data,
    text_of,
    url_key,
)

ARTICLE = {"@type": "NewsArticle", "headline": "A headline"}


def headline(*blocks: str, urls: frozenset[str] = frozenset()) -> object:
    return read_linked_data(blocks, urls).article.get("headline")


@pytest.mark.parametrize(
    "kind",
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "https://schema.org/NewsArticle",
        ["WebPage", "NewsArticle"],
        "newsarticle",
        "Report",
    ],
)
def test_every_article_type_is_an_article(kind: Any) -> None:
    assert headline(json.dumps({"@type": kind, "headline": "A headline"})) == "A headline"


@pytest.mark.parametrize("kind", ["WebPage", "JobPosting", "Product", "", None, 7, [None], {"a": 1}])
def test_other_types_are_not_articles(kind: Any) -> None:
    assert headline(json.dumps({"@type": kind, "headline": "A headline"})) is None


@pytest.mark.parametrize(
    "wrapped",
    [
        [ARTICLE],
        {"@graph": [{"@type": "WebSite"}, ARTICLE]},
        [{"@type": "WebSite"}, {"@graph": [ARTICLE]}],
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {"@type": "WebPage", "mainEntityOfPage": [ARTICLE]},
        [[ARTICLE]],
    ],
)
def test_the_article_is_found_however_it_is_wrapped(wrapped: Any) -> None:
    assert headline(json.dumps(wrapped)) == "A headline"


def test_articles_in_a_list_are_not_the_article_of_the_page() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ARTICLE}]}
    assert headline(json.dumps(listed)) is None


@pytest.mark.parametrize(
    "block",
    [
        '{"@type": "Article", "headline": "A headline",}',
        '{"@type": ["Article",], "headline": "A headline"}',
        '{"@type": "Article", "description": "two\nlines\tand a tab", "headline": "A headline"}',
        '<!-- {"@type": "Article", "headline": "A headline"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "A headline"}\n//]]>',
        '<![CDATA[{"@type": "Article", "headline": "A headline"}]]>',
        '/*<![CDATA[*/{"@type": "Article", "headline": "A headline"}/*]]>*/',
        '{"@type": "Article", "headline": "A headline"};',
        '{"@type": "Article", "headline": "A headline"}{"@type": "WebSite"}',
        '{"@type": "Article", "headline": "A headline", "wordCount": NaN}',
    ],
)
def test_simple_errors_in_json_are_repaired(block: str) -> None:
    assert headline(block) == "A headline"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "hostile", ["x-->" + " " * 200_000 + "y", " " * 200_000 + "{,", "//" + " " * 200_000, "-->;" * 20_000]
)
def test_blanks_and_marks_around_broken_json_are_skipped_quickly(hostile: str) -> None:
    assert read_linked_data([hostile]) == LinkedData()


@pytest.mark.parametrize(
    "block",
    ["", " ", "{", "[" * 100_000, '{"a":' * 100_000, "null", "7", '"text"', "[]", '{"@type": "Article", "headline"'],
)
def test_other_broken_json_is_skipped(block: str) -> None:
    assert headline(block, json.dumps(ARTICLE)) == "A headline"


def test_a_block_over_the_limit_is_skipped() -> None:
    long = ARTICLE | {"articleBody": "x" * MAX_BLOCK_CHARS}
    assert headline(json.dumps(long)) is None


def test_the_number_of_visited_nodes_is_limited() -> None:
    many = [{"@type": "Thing"}] * MAX_NODES
    assert headline(json.dumps([*many, ARTICLE])) is None


@pytest.mark.parametrize("key", ["author", "headline", "image", "@type", "@id", "@graph", "mainEntityOfPage"])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"@graph": ', "}"), ('{"name": [', "]}")])
@pytest.mark.parametrize("depth", [300, 1_000, 100_000])
def test_a_deeply_nested_value_does_not_stop_the_reading(key: str, begin: str, end: str, depth: int) -> None:
    """The second parser, which accepts comment marks, is recursive. The depths are below and above both parsers' limits."""
    block = f'{{"@type": "Article", "{key}": {begin * depth}1{end * depth}}}'
    data = read_linked_data([block, f"<!--{block}-->", json.dumps(ARTICLE)])
    assert data.article
    assert isinstance(data.names(data.article.get(key)), list)


def test_among_several_articles_the_one_with_the_url_of_the_page_is_chosen() -> None:
    blocks = [
        json.dumps({"@type": "Article", "headline": name, "url": f"https://www.example.org/{name}/"})
        for name in ("first", "second", "third")
    ]
    assert headline(*blocks) == "first"
    assert headline(*blocks, urls=frozenset({url_key("http://example.org/second#comments")})) == "second"
    other = json.dumps({"@type": "Article", "headline": "own", "mainEntityOfPage": {"@id": "https://example.org/own"}})
    assert headline(*blocks, other, urls=frozenset({url_key("https://example.org/own")})) == "own"


def test_an_article_with_a_headline_is_preferred() -> None:
    assert headline('{"@type": "Article", "name": "x"}', json.dumps(ARTICLE)) == "A headline"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ({"name": "Jane Doe"}, ["Jane Doe"]),
        ({"name": ["Jane Doe", "John Roe"]}, ["Jane Doe", "John Roe"]),
        ([{"name": "Jane Doe"}, "John Roe"], ["Jane Doe", "John Roe"]),
        ({"@id": "#jane"}, ["Jane of the graph"]),
        ([{"@id": "#jane"}, {"@id": "#nobody"}], ["Jane of the graph"]),
        ({"@id": "#jane", "name": "Own name"}, ["Own name"]),
        ({"name": {"@value": "x"}}, []),
        (None, []),
        (7, []),
        ([[["deep"]]], []),
    ],
)
def test_names_are_read_and_references_followed(value: Any, names: list[str]) -> None:
    data = read_linked_data(['{"@type": "Person", "@id": "#jane", "name": "Jane of the graph"}'])
    assert data.names(value) == names


def test_the_node_of_the_page_is_kept_separately() -> None:
    data = read_linked_data(['[{"@type": "WebPage", "datePublished": "2026-01-01"}]'])
    assert data.page["datePublished"] == "2026-01-01"
    assert data.article == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (["a", "b"], "a"),
        ({"name": "n"}, "n"),
        ([{"name": "n"}], "n"),
        ({}, ""),
        (None, ""),
        ([], ""),
        (7, ""),
    ],
)
def test_a_text_is_unwrapped(value: Any, text: str) -> None:
    assert text_of(value, "name") == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["Article", "#a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "@graph", "name", "headline", "url", "mainEntity", "mainEntityOfPage"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_read(value: Any) -> None:
    data = read_linked_data([json.dumps(value)], frozenset({"example.org"}))
    assert isinstance(data, LinkedData)
    assert all(isinstance(name, str) for name in data.names(value))


@given(st.text())
def test_any_text_is_read(block: str) -> None:
    assert isinstance(read_linked_data([block]), LinkedData)


def test_references_to_a_node_with_many_names_do_not_multiply_the_names() -> None:
    many = {"@id": "#a", "name": [f"Name {n}" for n in range(1_000)]}
    data = read_linked_data([json.dumps([many, {"@type": "Article", "author": [{"@id": "#a"}] * 1_000}])])
    assert len(data.names(data.article["author"])) == MAX_NAMES


def test_values_that_are_not_names_count_towards_the_limit() -> None:
    data = read_linked_data([json.dumps({"@id": "#a", "name": [None] * (MAX_NAMES // 2)})])
    reference = {"@id": "#a"}
    assert data.names([reference, "Jane Doe"]) == ["Jane Doe"]
    assert data.names([reference, reference, "Jane Doe"]) == []
    assert data.names([{"name": []}] * MAX_NAMES + ["Jane Doe"]) == []


def test_a_long_name_is_cut() -> None:
    data = read_linked_data([json.dumps({"@id": "#a", "name": "x" * 900_000})])
    assert data.names([{"@id": "#a"}, "y" * 900_000]) == ["x" * MAX_NAME_CHARS, "y" * MAX_NAME_CHARS]
