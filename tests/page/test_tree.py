from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from worker.page import tree
from worker.page.limits import Limits, check
from worker.page.tree import TreeTooLargeError, encode, merge_breaks, parse

LONG = 300_000


def test_any_characters_can_be_parsed() -> None:
    assert parse(encode("\ud800<p>text")).css_first("p")
    assert parse(encode("")).root


@pytest.mark.parametrize("html", ["<br>" * LONG, "<BR />\n" * LONG])
def test_long_runs_of_line_breaks_are_shortened(html: str) -> None:
    """A million of them are a million elements to the parser."""
    assert len(parse(encode(html)).css("br")) == 2


def test_merged_breaks_still_separate_paragraphs() -> None:
    assert merge_breaks("one<br>two" + "<BR />\n" * LONG + "three") == "one<br>two<br><br>three"
    assert encode("one<br><br><br>two") == b"one<br><br><br>two"


WORDS = "w" * 480


@pytest.mark.parametrize("unit", ["</x a=1>" + WORDS, "<td a=1>" + WORDS, "<!-- -->" + WORDS])
def test_text_that_is_joined_again_and_again_stops_the_parse(unit: str) -> None:
    """The parser copies all of it each time: 10,000 times 5 MB."""
    before = "<table>" if unit.startswith("<!") else "<p>"
    with pytest.raises(TreeTooLargeError):
        parse(encode(before + unit * 9990))


@pytest.mark.cost
def test_the_largest_page_within_the_limits_can_be_parsed() -> None:
    page = "<p>w" * 299_000
    assert check(page, Limits()) is None
    assert len(parse(encode(page)).css("p")) == 299_000


def test_a_parse_is_retried_after_another_thread_took_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [MemoryError()]

    def parser(page: bytes) -> LexborHTMLParser:
        if failures:
            raise failures.pop()
        return LexborHTMLParser(page)

    monkeypatch.setattr(tree, "LexborHTMLParser", parser)
    assert parse(b"<p>").css_first("p")
