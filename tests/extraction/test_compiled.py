"""The compiled parts give the same as the Python code, on any page and for any numbers."""

from __future__ import annotations

import html
import os
import subprocess
import sys
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from tests.extraction.pages import any_page
from tests.implementations import COMPILED, in_python, needs_compiled
from tests.stages.news_page import STORIES, Story, news_page
from worker.extraction import fast_features, walk
from worker.extraction.blocks import Blocks
from worker.extraction.categories import WORDS, categories_of
from worker.extraction.fast_features import features
from worker.extraction.headline import Hints
from worker.extraction.model import page_model
from worker.extraction.sections import Sections, read_sections
from worker.extraction.walk import is_same, read_blocks
from worker.trees import Trees

pytestmark = needs_compiled
WORDING = page_model().wording
_PLACES = ("class", "id", "style", "hidden", "itemprop", "aria-hidden", "Class")
_VALUES = ("", "article", "ad main", "articleBody x", "true", "display:none", "none", "é\xa0", "x" * 400)


@pytest.fixture(scope="module", autouse=True)
def implementation() -> None:
    """These tests compare the two, so they run once."""
    assert COMPILED


def both_blocks(page: bytes) -> tuple[Blocks, Blocks]:
    with in_python():
        expected = read_blocks(LexborHTMLParser(page))
    return read_blocks(LexborHTMLParser(page)), expected


def assert_same(page: bytes, hints: Hints) -> None:
    """Blocks, features, scores and sections are equal to the last bit."""
    blocks, expected = both_blocks(page)
    assert is_same(blocks, expected)
    if blocks.texts:
        rows = features(blocks, hints, WORDING)
        with in_python():
            expected_rows = features(blocks, hints, WORDING)
            expected_scores = page_model().trees.probabilities(expected_rows)
        assert rows.tobytes() == expected_rows.tobytes()
        assert page_model().trees.probabilities(rows).tobytes() == expected_scores.tobytes()
        assert_same_sections(blocks, expected_scores)


def assert_same_sections(blocks: Blocks, scores: NDArray[np.float32]) -> None:
    with in_python():
        expected = read_sections(blocks, scores)
    found = read_sections(blocks, scores)
    for name in Sections.__slots__:
        one, other = getattr(found, name), getattr(expected, name)
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes()), name


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_news_pages_in_many_scripts_give_the_same(story: Story) -> None:
    assert_same(news_page(story).encode(), Hints(story.title, story.paragraphs[0]))


@given(any_page, st.sampled_from(["", "Words of a sentence that has ten words", "Short"]))
def test_any_page_gives_the_same(page: str, hint: str) -> None:
    assert_same(page.encode("utf-8", "ignore"), Hints(hint, hint))


@given(st.lists(st.tuples(st.sampled_from(_PLACES), st.sampled_from(_VALUES) | st.text(max_size=9)), max_size=5))
def test_any_attributes_give_the_same(attributes: list[tuple[str, str]]) -> None:
    tag = " ".join(f'{name}="{value}"' for name, value in attributes)
    assert_same(f"<div {tag}>one<ul {tag}><li>two</ul></div>three".encode("utf-8", "ignore"), Hints())


NAMES = st.lists(st.sampled_from([*WORDS, *"Aa1_-", "Ad", "ADS", "é", "٣", "$", " "]).map(lambda word: word.strip("$")))


@given(
    NAMES.map("".join) | NAMES.map("-".join) | st.text(st.characters(codec="ascii")),
    st.sampled_from(["", "story", "é"]),
)
def test_any_names_have_the_same_categories(classes: str, number: str) -> None:
    page = f'<div class="{html.escape(classes)}" id="{number}">one</div>'
    blocks, expected = both_blocks(page.encode())
    assert blocks.own == expected.own


def test_a_name_in_any_case_and_of_any_length_has_the_same_categories() -> None:
    for word in WORDS:
        for name in (word[:-1], word[:-1].upper(), word[:-1].title(), f"{word[:-1]}7", f"x{'y' * 290}-{word[:-1]}z"):
            blocks, expected = both_blocks(f'<div class="{name}" id="{name}">one</div>'.encode())
            assert blocks.own == expected.own, name


@given(st.text(st.characters(categories=["Z", "Cc", "L", "P", "N"]), max_size=40), st.sampled_from(["p", "pre", "td"]))
def test_any_white_space_gives_the_same(text: str, tag: str) -> None:
    assert_same(f"<{tag}>{text}<br>{text}<a>{text}</a> <b>{text}</b>".encode("utf-8", "ignore"), Hints())


def test_every_white_space_character_is_one() -> None:
    spaces = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
    page = "".join(f"<p>a{space}b<p>{space}</p>" for space in spaces)
    blocks, expected = both_blocks(page.encode())
    assert is_same(blocks, expected)
    assert len(blocks.texts) == len(spaces)


@given(st.lists(st.sampled_from([b"<p>", b"<br>", b"a", b"\xff", b"\xc3", b"\xe2\x80", b"<p class='\xff'>", b" "])))
def test_bytes_that_are_no_characters_give_the_same(pieces: list[bytes]) -> None:
    blocks, expected = both_blocks(b"".join(pieces))
    assert is_same(blocks, expected)


@pytest.mark.parametrize("tag", ["div", "span", "a", "b", "x-y"])
def test_a_page_that_is_nested_deeply_gives_the_same(tag: str) -> None:
    blocks, expected = both_blocks((f"<{tag}>x" * 20_000).encode())
    assert is_same(blocks, expected)


def test_a_text_that_occurs_often_gives_the_same() -> None:
    assert_same(b"<p>again</p><div>again <b>again</b></div>" * 300, Hints("again again", ""))


@given(any_page, st.lists(st.sampled_from([0.0, 0.05, 0.2, 0.25, 0.4, 0.5, 0.501, 0.6, 0.9, 1.0]), min_size=1))
def test_any_scores_give_the_same_sections(page: str, scores: list[float]) -> None:
    blocks = read_blocks(LexborHTMLParser(page.encode("utf-8", "ignore")))
    if blocks.texts:
        assert_same_sections(blocks, np.resize(np.array(scores, np.float32), len(blocks.texts)))


@given(st.data())
def test_any_trees_give_the_same(data: st.DataObject) -> None:
    count, depth, rows, columns = (
        data.draw(st.integers(least, most)) for least, most in ((1, 5), (1, 6), (1, 8), (1, 70))
    )
    numbers = st.floats(width=32)
    small = st.floats(-9, 9, width=32)
    trees = Trees(
        data.draw(arrays.arrays(np.uint16, (count, depth), elements=st.integers(0, rows - 1))),
        data.draw(arrays.arrays(np.float32, (count, depth), elements=st.floats(allow_nan=False, width=32))),
        data.draw(arrays.arrays(np.float32, (count, 1 << depth), elements=small)),
        0.25,
    )
    values = data.draw(arrays.arrays(np.float32, (rows, columns), elements=numbers))
    with in_python():
        expected = trees.probabilities(values)
    assert trees.probabilities(values).tobytes() == expected.tobytes()


# -- Numbers that do not belong to a page ----------------------------------------------------------------------------


def some_blocks() -> Blocks:
    return read_blocks(LexborHTMLParser(b"<div><p>one<p>two</div>"))


def fill(blocks: Blocks, wording: NDArray[np.int8] = WORDING, title: int = 0, described: int = -1) -> None:
    assert fast_features.C_FEATURES
    rows = np.empty((fast_features.C_ROWS, 2), np.float32)
    fast_features.C_FEATURES.fill(rows, blocks.texts, blocks.columns(), wording, title, 0, described)


@pytest.mark.parametrize(
    ("column", "number"),
    [("container", -1), ("container", 99), ("parent", 3), ("parent", -1), ("tag", 200), ("tag", -1), ("region", 99),
     ("region", -1), ("first_block", 3), ("first_block", -1), ("end_block", 3), ("end_block", -1)],
)  # fmt: skip
def test_numbers_outside_the_page_are_refused(column: str, number: int) -> None:
    blocks = some_blocks()
    getattr(blocks, column)[1] = number
    with pytest.raises(ValueError, match="not the blocks of a page"):
        fill(blocks)


@pytest.mark.parametrize(
    ("column", "number"),
    [("container", -1), ("container", 99), ("parent", 99), ("parent", -1), ("tag", 200), ("tag", -1),
     ("first_block", 3), ("first_block", -1), ("end_block", 3), ("end_block", -1)],
)  # fmt: skip
def test_sections_of_numbers_outside_the_page_are_refused(column: str, number: int) -> None:
    blocks = some_blocks()
    getattr(blocks, column)[1] = number
    with pytest.raises(ValueError, match="not the blocks of a page"):
        read_sections(blocks, np.zeros(2, np.float32))


@pytest.mark.parametrize("column", ["container", "parent", "template", "end_block"])
def test_sections_of_columns_of_another_length_are_refused(column: str) -> None:
    blocks = some_blocks()
    getattr(blocks, column).append(0)
    with pytest.raises(ValueError, match="not the blocks of a page"):
        read_sections(blocks, np.zeros(2, np.float32))


def test_sections_of_scores_of_another_length_or_without_blocks_are_refused() -> None:
    for blocks in (some_blocks(), Blocks.empty()):
        with pytest.raises(ValueError, match="not the blocks of a page"):
            read_sections(blocks, np.zeros(len(blocks.texts) // 2, np.float32))


@pytest.mark.parametrize("column", ["container", "links", "parent", "template", "end_block"])
def test_columns_of_another_length_are_refused(column: str) -> None:
    blocks = some_blocks()
    getattr(blocks, column).append(0)
    with pytest.raises(ValueError, match="not the blocks of a page"):
        fill(blocks)


@pytest.mark.parametrize(("title", "described"), [(-1, 0), (2, 0), (0, 2)])
def test_places_outside_the_page_are_refused(title: int, described: int) -> None:
    with pytest.raises(ValueError, match="not the blocks of a page"):
        fill(some_blocks(), title=title, described=described)


def test_weights_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="not the blocks of a page"):
        fill(some_blocks(), WORDING[:-1].copy())


def test_texts_that_are_no_strings_are_refused() -> None:
    blocks = some_blocks()
    blocks.texts[1] = b"two"  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        fill(blocks)
    with pytest.raises(TypeError):
        read_sections(blocks, np.zeros(2, np.float32))


def test_trees_that_ask_for_other_features_are_refused() -> None:
    trees = Trees(np.full((1, 1), 2, np.uint16), np.zeros((1, 1), np.float32), np.zeros((1, 2), np.float32), 0.0)
    with pytest.raises(ValueError, match="not the arrays of trees"):
        trees.probabilities(np.zeros((2, 3), np.float32))


# -- Memory -----------------------------------------------------------------------------------------------------------


def _use_everything() -> None:
    """Read a page, compute its features and scores, and fail in every way that can be provoked."""
    page = "<div class=article>" + "<p class='é story'>Words of a <a href=x>sentence</a>.<br>" * 50 + "<p id=é>漢字"
    blocks = read_blocks(LexborHTMLParser(page.encode()))
    read_sections(blocks, page_model().trees.probabilities(features(blocks, Hints(), WORDING)))
    read_sections(blocks, np.full(len(blocks.texts), 0.6, np.float32))
    assert walk.C_WALK
    root = LexborHTMLParser(b"<p>one<p class='\xff'>two<p>\xff").root
    assert root
    for categories in (categories_of, None, lambda _: "no number", lambda _: 1 << 70):
        with suppress(TypeError, UnicodeDecodeError, OverflowError):
            walk.C_WALK.read(root.mem_id, categories)
    for broken in (WORDING[:-1], b""):
        with suppress(ValueError):
            fill(some_blocks(), broken)  # type: ignore[arg-type]
    blocks = some_blocks()
    blocks.texts[1] = None  # type: ignore[call-overload]
    with suppress(TypeError):
        fill(blocks)
    with suppress(TypeError):
        read_sections(blocks, np.zeros(2, np.float32))
    with suppress(ValueError):
        read_sections(blocks, np.zeros(3, np.float32))


def test_no_memory_is_lost_even_by_failures() -> None:
    for _ in range(3):
        _use_everything()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(60):
            _use_everything()
        assert tracemalloc.get_traced_memory()[0] - before < 30_000
    finally:
        tracemalloc.stop()


# -- Which code runs -------------------------------------------------------------------------------------------------


def test_a_parser_without_the_functions_that_the_walk_needs_is_not_bound() -> None:
    assert walk.C_WALK
    with pytest.raises(ImportError):
        walk.C_WALK.bind("/no/such/library.so", {}, WORDS, b"", 0, 0, 0, 0)
    page = LexborHTMLParser("<div>a<pre>b\nc</pre></div>")
    assert read_blocks(page).texts == ["a", "b\nc"]  # the walk that was bound before goes on


def test_a_walk_that_reads_the_sample_in_another_way_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert walk.C_WALK
    monkeypatch.setattr(walk, "_KINDS", walk._KINDS | {"i": -3})
    assert walk._bound(walk.C_WALK) is None
    monkeypatch.undo()
    assert walk._bound(walk.C_WALK)


def test_a_variable_leaves_the_compiled_parts_out() -> None:
    code = "from tests.implementations import COMPILED; print(COMPILED)"
    for value, expected in (("1", "False"), ("", "True")):
        environment = os.environ | {"PURE_PYTHON": value}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected
