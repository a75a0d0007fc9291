from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.implementations import BOTH, in_python, needs_compiled, one_of_both
from worker.page.tags import MAX_ATTRIBUTES, Tags, count_tags, has_crowd

pieces = st.sampled_from(
    ["<", ">", "</", "/", "=", '"', "'", " ", "\n", "\t", "\f", "\r", "\x0b", "\xa0", "\u2028", "a", "B", "ſ", "<b ", "<BODY/",
     "<html\n", "<strongs ", "<em>", " x", "='", '="', "\ud800", "\0", "🌍", "<!--", "<strong\t", "<small/", "<code "]
)  # fmt: skip
pages = st.lists(pieces, max_size=60).map("".join)


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled parts."""
    yield from one_of_both(request)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", Tags(0, 0, 0)),
        ("a < b </p> <<", Tags(4, 0, 0)),
        ("<b><b x><B/><i\n>", Tags(4, 3, 0)),
        ("<strong id=1><STRIKE x><strongs x><small", Tags(4, 2, 0)),
        ("<body a><HTML a><html><bodyy a>", Tags(4, 2, 2)),
        ("<p title='<b x>'>", Tags(2, 1, 0)),
        ("<b\xa0x><b\x0bx><ſ x>", Tags(3, 0, 0)),
        ("é🌍<em 語>", Tags(1, 1, 0)),
        ("\ud800<em x>", Tags(1, 1, 0)),
    ],
)
def test_tags_with_costly_attributes_are_counted(html: str, expected: Tags) -> None:
    assert count_tags(html) == expected


@pytest.mark.parametrize("space", ["\xa0", "\u2003", "\x0b"])
def test_only_spaces_of_html_separate_attributes(space: str) -> None:
    """The parser takes any other space for a part of a name."""
    assert not has_crowd("<p" + f"{space}a" * (MAX_ATTRIBUTES + 1) + ">")
    assert has_crowd("<p" + f" {space}" * (MAX_ATTRIBUTES + 1) + ">")


def test_a_quote_that_is_never_closed_begins_no_value() -> None:
    assert has_crowd("<p a='" + " a" * MAX_ATTRIBUTES)
    assert not has_crowd("<p a='" + " a" * MAX_ATTRIBUTES + "'")


def test_a_lone_surrogate_hides_no_crowd() -> None:
    assert has_crowd("\ud800<p" + " a" * (MAX_ATTRIBUTES + 1))


@needs_compiled
@given(pages, st.integers(MAX_ATTRIBUTES - 3, MAX_ATTRIBUTES))
def test_the_compiled_part_gives_the_same(page: str, attributes: int) -> None:
    crowd = "<p" + " a" * attributes + page
    found = count_tags(page), has_crowd(page), has_crowd(crowd)
    with in_python():
        assert found == (count_tags(page), has_crowd(page), has_crowd(crowd))
