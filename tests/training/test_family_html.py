"""The worker finds the article on a made page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from benchmarks.adapters import extract_body
from training.family_html import Site, html_page
from training.made_families import COPIES, families

DOCS = families(5, "judged", 1)
OTHERS = ["Another page of the site", "One more page"]


@pytest.mark.parametrize("doc", DOCS[::23], ids=lambda doc: doc["cluster"])
def test_the_worker_finds_the_whole_article_and_little_else(doc: dict[str, Any]) -> None:
    found = extract_body(html_page(doc, OTHERS), doc["url"])
    missing = [line for line in doc["text"].split("\n") if re.sub(r"\W", "", line) not in re.sub(r"\W", "", found)]
    assert not missing
    assert len(found) < 1.4 * len(doc["text"]) + len(doc["title"])


def test_pages_of_a_site_have_one_layout_and_link_to_each_other() -> None:
    host = next(doc["host"] for doc in DOCS if doc["kind"] not in COPIES)
    pages = [html_page(doc, OTHERS) for doc in DOCS if doc["host"] == host and doc["kind"] not in COPIES]
    assert len(pages) > 4
    assert len({page.partition("<nav>")[2].partition("</nav>")[0] for page in pages}) == 1
    assert all(title in page for page in pages for title in OTHERS)


def test_a_print_page_has_no_menu_and_no_links() -> None:
    doc = next(doc for doc in DOCS if doc["kind"] == "print")
    assert "<nav>" not in html_page(doc, OTHERS)
    assert OTHERS[0] not in html_page(doc, OTHERS)


def test_sites_have_different_layouts() -> None:
    sites = [Site(f"site{number}.example", "en") for number in range(40)]
    assert len({(site.opens, *site.has.values()) for site in sites}) > 10
