from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.implementations import BOTH, one_of_both
from worker.page.tags import MAX_ATTRIBUTES, Tags, count_tags, has_crowd


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
