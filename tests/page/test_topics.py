"""The tags and the section that a page declares."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from worker.page.metadata import Metadata, read_metadata


def read(head: str) -> Metadata:
    page = LexborHTMLParser(f"<html><head><title>Harbour bridge reopens</title>{head}</head><body></body></html>")
    return read_metadata(page, "https://www.harbournews.example/a")


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def ld(**fields: Any) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


@pytest.mark.parametrize(
    "head",
    [
        meta("article:tag", "bridge") + meta("article:tag", "Ada Moreno"),
        meta("article:tag", "bridge, Ada Moreno") + meta("keywords", "x"),
        ld(keywords=["bridge", "Ada Moreno"]) + meta("news_keywords", "x"),
        ld(keywords="bridge,Ada Moreno"),
        ld(keywords=[{"@type": "DefinedTerm", "name": "bridge"}, {"name": "Ada Moreno"}]),
        meta("parsely-tags", "bridge,Ada Moreno"),
        meta("citation_keywords", "bridge") + meta("citation_keywords", "Ada Moreno"),
        meta("news_keywords", "bridge, Ada Moreno, Harbournews"),
        meta("keywords", "bridge, Ada Moreno"),
    ],
)
def test_the_tags_of_the_first_source_are_read(head: str) -> None:
    assert read(head).tags == ("bridge", "Ada Moreno")


def test_keywords_that_say_nothing_of_the_article_are_those_of_the_site() -> None:
    assert read(meta("keywords", "news, sport, weather")).tags == ()


@pytest.mark.parametrize(
    ("head", "section"),
    [
        (meta("article:section", "Local"), "Local"),
        (ld(articleSection=["Local", "News"]), "Local"),
        (meta("parsely-section", "Local"), "Local"),
        (meta("article:section", "Harbour News") + meta("og:site_name", "Harbour News"), None),
        ("", None),
    ],
)
def test_the_section_is_read_unless_it_is_the_site(head: str, section: str | None) -> None:
    assert read(head).section == section


def test_a_tag_in_a_list_is_not_split_and_has_no_label() -> None:
    assert read(ld(keywords=["Paris, Texas", "Tag: bridge", "type:story"])).tags == ("Paris, Texas", "bridge")
    assert read(ld(keywords=["Paris, Texas"])).tags == ("Paris", "Texas")  # one text that holds all tags


def page(body: str, head: str = "") -> Metadata:
    return read_metadata(LexborHTMLParser(f"{head}<body><h1>Harbour bridge reopens</h1>{body}"), "https://a.example/b")


def test_links_to_tags_and_sections_count_if_nothing_else_tells_them() -> None:
    links = '<p><a rel="category tag">Local</a></p><ul><li><a rel=tag>bridge</a><li><a rel=tag>harbour</a></ul>'
    assert (page(links).section, page(links).tags) == ("Local", ("bridge", "harbour"))
    assert page(links, meta("article:tag", "ferry")).tags == ("ferry",)
    assert page(f"<div class=related-posts>{links}</div>").tags == ()
    assert page("<a rel=tag>x</a>" * 30).tags == ()


def test_the_path_of_links_ends_with_the_section_or_the_article() -> None:
    def path(*names: str) -> str:
        items = [{"@type": "ListItem", "name": name} for name in names]
        return f"<script type='application/ld+json'>{json.dumps({'@type': 'BreadcrumbList', 'itemListElement': items})}</script>"

    assert page("", path("Home", "Local", "Harbour bridge reopens")).section == "Local"
    assert page("", path("Home", "News", "Local")).section == "Local"
    assert page("", path("Home", "How the old bridge over the harbour came back")).section is None
    assert page("", path("Home")).section is None


def test_a_url_is_no_section() -> None:
    assert read(meta("article:section", "https://a.example/local/")).section is None
