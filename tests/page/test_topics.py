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
