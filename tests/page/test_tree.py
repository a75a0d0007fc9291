from __future__ import annotations

import pytest

from worker.page.tree import TreeTooLargeError, encode, merge_breaks, parse

LONG = 300_000


def test_whatever_the_characters_are_there_is_a_tree() -> None:
    assert parse(encode("\ud800<p>text")).css_first("p")
    assert parse(encode("")).root


@pytest.mark.parametrize("html", ["<br>" * LONG, "<BR />\n" * LONG])
def test_endless_line_breaks_become_few(html: str) -> None:
    """A million of them are a million elements to the parser."""
    assert len(parse(encode(html)).css("br")) == 2


def test_merged_breaks_still_separate_paragraphs() -> None:
    assert merge_breaks("one<br>two" + "<BR />\n" * LONG + "three") == "one<br>two<br><br>three"
    assert merge_breaks("one<br><br><br>two") == "one<br><br><br>two"


WORDS = "w" * 480


@pytest.mark.parametrize("unit", ["</x a=1>" + WORDS, "<td a=1>" + WORDS, "<!-- -->" + WORDS])
def test_text_that_is_joined_again_and_again_ends_the_parse(unit: str) -> None:
    """The parser copies all of it each time: 10,000 times 5 MB."""
    before = "<table>" if unit.startswith("<!") else "<p>"
    with pytest.raises(TreeTooLargeError):
        parse(encode(before + unit * 9990))


def test_a_page_that_is_as_large_as_the_limits_allow_has_a_tree() -> None:
    page = "".join(f"<p class=c{n}x>word</p>" for n in range(190_000))
    assert len(parse(encode(page)).css("p")) == 190_000
