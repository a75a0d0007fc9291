from __future__ import annotations

import pytest

from worker.identity.links import web_link


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a b", "https://e.org/a%20b"),
        ("b?c=1#d", "https://e.org/news/b?c=1#d"),
        (" HTTP://Other.org ", "http://other.org/"),
        ("//other.org/x", "https://other.org/x"),
        ("/\n<a>", "https://e.org/%3Ca%3E"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:ann@e.org", ""),
        ("https://", ""),
        ("", ""),
        ("/" + "x" * 9000, ""),
        ("/\x01a", ""),
    ],
)
def test_a_link_becomes_a_full_url_or_nothing(link: str, url: str) -> None:
    assert web_link("https://e.org/news/1", link) == url


@pytest.mark.parametrize("base", ["", "no url", "mailto:a@b.c"])
def test_without_a_page_only_full_urls_are_links(base: str) -> None:
    assert web_link(base, "/a") == ""
