"""A bare page as the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from worker.messages import Article, Reason

PAGE = "<!DOCTYPE html>\n<html><body><p>Snow closes the pass.</p></body></html>"


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b" \n\t"], ids=["nothing", "bom", "space"])
@pytest.mark.parametrize("page", [PAGE, PAGE.removeprefix("<!DOCTYPE html>\n")], ids=["doctype", "html"])
def test_a_value_that_begins_like_html_is_a_page(article_of: Callable[..., Article], before: bytes, page: str) -> None:
    article = article_of(before + page.encode())
    assert article.shape == "page"
    assert article.html is not None
    assert article.html.strip() == page


def test_a_key_that_is_a_url_is_the_url_of_the_page(article_of: Callable[..., Article]) -> None:
    assert article_of(PAGE.encode(), key=b"https://pass.example.ch/snow").url == "https://pass.example.ch/snow"


@pytest.mark.parametrize(
    "key",
    [
        None,
        b"",
        b"pass.example.ch",
        b"\xff\xfe",
        b"https://\xff\xfe.example/",
        b"https://\x1b[31m.example/",
        b"https://" + b"a" * 9000,
    ],
)
def test_any_other_key_is_not_a_url(article_of: Callable[..., Article], key: bytes | None) -> None:
    assert article_of(PAGE.encode(), key=key).url is None


def test_the_page_is_decoded_by_its_meta_element(article_of: Callable[..., Article]) -> None:
    page = '<html><head><meta charset="windows-1251"></head><body>Снег закрыл перевал</body></html>'
    assert article_of(page.encode("cp1251")).html == page


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("page", [f" \n{PAGE}", "<html><body>Снег закрыл перевал</body></html>"])
def test_a_page_in_utf_16_is_recognised_by_its_byte_order_mark(
    article_of: Callable[..., Article], page: str, codec: str
) -> None:
    article = article_of(f"\ufeff{page}".encode(codec))
    assert (article.shape, article.html) == ("page", page)


def test_any_value_can_be_forced_to_be_a_page(article_of: Callable[..., Article]) -> None:
    assert article_of(b"<div>Part of a page</div>", "page").html == "<div>Part of a page</div>"


def test_an_empty_page_is_no_content(decode_message: Callable[..., Any]) -> None:
    assert decode_message(b"", "page").reason is Reason.NO_CONTENT
