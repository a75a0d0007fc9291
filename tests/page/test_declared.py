from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.implementations import BOTH, one_of_both
from worker.page.declared import MAX_CHARS, MAX_VALUES, Declared, gather

WANTED = frozenset({"author", "og:title", "datepublished"})


@pytest.fixture(params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each test runs with the compiled walk and without it."""
    yield from one_of_both(request)


def gathered(html: str) -> Declared:
    return gather(LexborHTMLParser(html), WANTED)


def test_values_are_grouped_by_kind_in_page_order() -> None:
    found = gathered(
        "<html lang=de-AT xml:lang=en><head><title>T</title><base href=/b/><link rel='Canonical nofollow' href=/c>"
        "<link rel=icon href=/i><meta property=' OG:Title ' content=first><meta name=og:title content=second>"
        "<script type='Application/LD+JSON; charset=utf-8'>{}</script><script>var a</script></head>"
        "<body class='Single Post'><h1>H <b>bold</b></h1><time datetime=2026-03-02>x</time><time>y</time>"
    )
    assert found.languages == ["de-AT", "en"]
    assert (found.titles, found.headings) == (["T"], ["H bold"])
    assert (found.base, found.canonical) == (["/b/"], ["/c"])
    assert list(found.all(["og:title", "author"])) == ["first", "second"]
    assert found.blocks == ["{}"]
    assert [moment for moment, _ in found.times] == ["2026-03-02"]
    assert found.dates == []
    assert found.body_classes == {"single", "post"}
    assert not found.has_password


def test_meta_tags_with_other_names_or_without_a_value_are_left_out() -> None:
    assert gathered(
        "<meta name=viewport content=x><meta name=author content=' '><meta name=author><meta itemprop=author>"
    ).meta == {"author": []}


def test_the_value_of_a_tag_with_several_names_is_stored_under_each() -> None:
    found = gathered("<meta name=author itemprop=datePublished content=x>")
    assert found.meta == {"author": ["x"], "datepublished": ["x"]}


def test_the_date_of_a_comment_or_review_is_not_the_date_of_the_page() -> None:
    found = gathered(
        "<div itemprop=review><b itemprop=datePublished content=2020-01-01></b></div>"
        "<div itemtype=https://schema.org/UserComments><time itemprop=datePublished datetime=2020-01-02></time></div>"
        "<p itemprop=datePublished content=2020-01-03><time pubdate datetime=2020-01-04></time>"
    )
    assert found.dates == ["2020-01-03", "2020-01-04"]


def test_a_heading_that_links_to_the_home_page_is_the_name_of_the_site() -> None:
    for home in ("/", "https://herald.example", "http://www.herald.example/", "/index.html", ""):
        found = gathered(f"<h1><a href='{home}'>The Herald</a></h1><h1><a href=/mill>Old mill reopens</a></h1>")
        assert (found.site_names, found.headings) == (["The Herald"], ["Old mill reopens"]), home


def test_the_number_and_length_of_values_are_limited() -> None:
    found = gathered(
        "<title>t</title>" * 100
        + "<meta name=author content=x>" * 100
        + "<script type=application/ld+json>{}</script>" * 100
        + f"<h1>{'x' * 9999}</h1>"
        + "<p itemprop=datePublished content=x></p><time datetime=x></time>" * 100
    )
    kinds: list[list[Any]] = [found.titles, found.meta["author"], found.blocks, found.dates, found.times]
    assert [len(kind) for kind in kinds] == [MAX_VALUES] * 5
    assert len(found.headings[0]) == MAX_CHARS


def test_titles_in_pictures_and_templates_do_not_count() -> None:
    found = gathered("<svg><g><title>Logo</title></g></svg><template><h1>later</h1></template><h1>now</h1>")
    assert (found.titles, found.headings) == ([], ["now"])


def test_the_search_for_comments_around_dates_has_a_limit() -> None:
    date = "<i itemprop=datePublished content=2026-03-02></i>"
    for times, dates in ((10, ["2026-03-02"]), (30, [])):
        comments = f"<div itemprop=comment>{'<div>' * 1000}{date * times}{'</div>' * 1001}"
        assert gathered(comments + date).dates == dates


def test_dates_without_a_value_do_not_use_up_the_limit() -> None:
    no_date = "<i itemprop=datePublished></i>"
    found = gathered(f"{'<div>' * 1000}{no_date * 1000}<i itemprop=datePublished content=2026-03-02>")
    assert found.dates == ["2026-03-02"]


def test_blank_headings_and_titles_count_towards_the_limit() -> None:
    for tag in ("h1", "title"):
        blank = f"<{tag}> </{tag}>"
        found = gathered(blank * (MAX_VALUES - 1) + f"<{tag}>x</{tag}>")
        assert found.headings + found.titles == ["x"]
        found = gathered(blank * MAX_VALUES + f"<{tag}>x</{tag}>")
        assert found.headings + found.titles == []


@pytest.mark.parametrize("begin", ["<h1><div>", "<svg><script type=application/ld+json>"])
def test_nested_elements_do_not_multiply_their_text(begin: str) -> None:
    found = gathered(begin + begin.replace("<svg>", "") * MAX_VALUES + "x" * 1_000_000)
    assert len(found.headings + found.blocks) == 9
