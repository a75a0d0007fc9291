"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.text.cleaning import clean_html, scrub

ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates too
MOSTLY_CLEAN = st.lists(
    st.sampled_from(
        [*"a\n\t \x00\x1f\x7f\x80\x9f\u00a0é“\u2029\u202a\u202e\u202f\u2065\u2066\u2069\u206a\ud800🌍", "\r\n"]
    )
    | st.just("“" * 50),
    max_size=20,
).map("".join)


@needs_compiled
@given(ANY_TEXT | MOSTLY_CLEAN)
def test_the_compiled_part_gives_the_same(text: str) -> None:
    found = scrub(text), clean_html(text)
    with in_python():
        assert found == (scrub(text), clean_html(text))
