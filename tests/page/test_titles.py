"""The headline among headings and titles."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from worker.page.metadata import read_metadata


@pytest.mark.parametrize(
    "page",
    [
        "<title>Bridge comes back to town - Ashby Post</title><h3>Bridge comes back to town</h3>",
        "<title>Ashby Post: Bridge comes back to town</title><h2>Bridge comes back to town</h2>",
        "<title>Ashby Post - Bridge comes back to town</title><h1>Ashby Post</h1><h2>Bridge comes back to town</h2>",
        (
            "<title>Floods: Bridge comes back to town</title>"
            "<h1><span class=kicker>Floods</span><span>Bridge comes back to town</span></h1>"
        ),
    ],
)
def test_the_headline_is_found_below_the_name_of_the_site_and_after_a_kicker(page: str) -> None:
    assert read_metadata(LexborHTMLParser(page)).title == "Bridge comes back to town"


def test_a_short_or_linked_lower_heading_is_not_the_headline() -> None:
    page = "<title>Ashby - Bridge comes back to town</title><h2>Ashby</h2>"
    assert read_metadata(LexborHTMLParser(page)).title == "Ashby - Bridge comes back to town"
    page = (
        "<title>Geschichte - Das lange Schweigen</title><h1>Geschichte</h1><h2><a href=/>Das lange Schweigen</a></h2>"
    )
    assert read_metadata(LexborHTMLParser(page)).title == "Geschichte"


def test_a_kicker_with_its_own_separator_stays() -> None:
    page = "<h1><span class=kicker>Floods</span>: Bridge comes back</h1>"
    assert read_metadata(LexborHTMLParser(page)).title == "Floods: Bridge comes back"


def test_underscores_separate_a_chinese_headline_from_the_section_and_the_site() -> None:
    page = "<title>有轨电车延伸至港口_本地_城市日报</title><h1>有轨电车延伸至港口</h1>"
    assert read_metadata(LexborHTMLParser(page)).title == "有轨电车延伸至港口"
    page = "<title>Bridge_comes back to town</title>"
    assert read_metadata(LexborHTMLParser(page)).title == "Bridge_comes back to town"
