"""The compiled part gives the same as the Python code, for any page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.page.tags import MAX_ATTRIBUTES, count_tags, has_crowd

pieces = st.sampled_from(
    ["<", ">", "</", "/", "=", '"', "'", " ", "\n", "\t", "\f", "\r", "\x0b", "\xa0", "\u2028", "a", "B", "ſ", "<b ", "<BODY/",
     "<html\n", "<strongs ", "<em>", " x", "='", '="', "\ud800", "\0", "🌍", "<!--", "<strong\t", "<small/", "<code "]
)  # fmt: skip
pages = st.lists(pieces, max_size=60).map("".join)


@needs_compiled
@given(pages, st.integers(MAX_ATTRIBUTES - 3, MAX_ATTRIBUTES))
def test_the_compiled_part_gives_the_same(page: str, attributes: int) -> None:
    crowd = "<p" + " a" * attributes + page
    found = count_tags(page), has_crowd(page), has_crowd(crowd)
    with in_python():
        assert found == (count_tags(page), has_crowd(page), has_crowd(crowd))
