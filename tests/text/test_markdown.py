from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.text.markdown_reader import text_of
from worker.text.markdown import markdown
from worker.text.structure import CELL_SEPARATOR, Line, Link, Step, visible

ITEM = Step(1, 10, "-")
NESTED = Step(2, 11, "-")
QUOTE = Step(3, 0, ">")


def written(*lines: Line) -> list[str]:
    return markdown(lines).split("\n")


def starts(text: str) -> list[int | None]:
    """The first number of each list that an independent parser finds; None for bullets. 1 is not stated."""
    lists = [each for each in MarkdownIt("commonmark").parse(text) if each.type.endswith("_list_open")]
    return [None if each.tag == "ul" else int(each.attrs.get("start", 1)) for each in lists]


# -- What Markdown would read as markup ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "1. May was cold", "12) twelve", "# hashtag", "#", "## two #", "<b>", "<!-- c -->", "- a dash", "-", "---", "+ a",
        "===", "> more", ">", "*", "* * *", "**bold**", "_under_", "__init__", "a_b_c", "`code`", "```", "~~~", "~~no~~",
        "[a](b)", "[a]: https://e.org", "![a](b)", "&copy;", "&#65;", "a & b", "\\", "a\\", "\\*", "| a | b |", "a | b",
        "| --- |", "http://e.org/a_b_", "<https://e.org>", "5 * 3 = 15", "[x] done", "é_é", "١. a", "1.", "1.5 miles",
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", [0, 2])
@pytest.mark.parametrize("path", [(), (ITEM,), (QUOTE,)])
def test_a_line_shows_as_it_is(text: str, heading: int, path: tuple[Step, ...]) -> None:
    lines = [Line("before"), Line(text, path, heading), Line("after")]
    assert text_of(markdown(lines)) == f"before\n{text}\nafter"


@pytest.mark.parametrize("text", ["Plain words, 5 - 3, C#, a_b, #tag, -5, +1 and R&D.", "3.5 miles", "100%"])
def test_an_ordinary_line_is_not_changed(text: str) -> None:
    assert markdown([Line(text)]) == text


# -- Structure -----------------------------------------------------------------------------------------------------


def test_headings_have_their_rank() -> None:
    assert written(Line("one", heading=1), Line("6. six", heading=6)) == ["# one", "", "###### 6. six"]


def test_the_items_of_a_list_follow_each_other_and_later_paragraphs_of_an_item_are_indented() -> None:
    other = Step(4, 10, "-")
    lines = [Line("a", (ITEM,)), Line("b", (ITEM, NESTED)), Line("c", (ITEM,)), Line("d", (other,)), Line("e")]
    assert written(*lines) == ["- a", "  - b", "", "  c", "- d", "", "e"]


def test_an_ordered_list_has_its_numbers() -> None:
    one, ten = Step(1, 5, "9."), Step(2, 5, "10.")
    assert written(Line("a", (one,)), Line("b", (ten,)), Line("c", (ten,))) == ["9. a", "10. b", "", "    c"]


def test_a_nested_list_that_does_not_begin_with_1_needs_a_blank_line() -> None:
    five = Step(2, 11, "5.")
    assert written(Line("a", (ITEM,)), Line("b", (ITEM, five))) == ["- a", "", "  5. b"]


def test_a_list_that_directly_follows_another_is_a_list_of_its_own() -> None:
    bullets = [Line("a", (Step(1, 10, "-"),)), Line("b", (Step(2, 20, "-"),)), Line("c", (Step(3, 30, "-"),))]
    assert written(*bullets) == ["- a", "", "* b", "", "- c"]
    numbers = [Line("a", (Step(1, 10, "1."),)), Line("b", (Step(2, 20, "10."),)), Line("c", (Step(3, 20, "11."),))]
    assert written(*numbers) == ["1. a", "", "10) b", "11) c"]
    assert written(bullets[0], Line("between"), bullets[1]) == ["- a", "", "between", "", "- b"]
    assert [starts(markdown(lines)) for lines in (bullets, numbers)] == [[None, None, None], [1, 10]]


def test_numbers_that_do_not_ascend_by_one_show_as_they_are() -> None:
    lines = [Line(text, (Step(3 - at, 10, f"{3 - at}."),)) for at, text in enumerate("abc")]
    assert written(*lines) == ["3. a", "", "2) b", "", "1. c"]
    assert starts(markdown(lines)) == [3, 2, 1]


def test_quotes_are_nested_and_separate_quotes_stay_separate() -> None:
    inner, other = Step(5, 0, ">"), Step(6, 0, ">")
    lines = [Line("a", (QUOTE,)), Line("b", (QUOTE, inner)), Line("c", (QUOTE, inner)), Line("d", (other,))]
    assert written(*lines) == ["> a", ">", "> > b", "> >", "> > c", "", "> d"]


def test_code_keeps_its_spaces_and_blank_lines() -> None:
    code = [Line("if x:", pre=1, code="\n\nif x:"), Line("y = 1", pre=1, code="\n    y  =  1")]
    assert written(*code) == ["```", "if x:", "", "    y  =  1", "```"]
    assert written(*[Line(line.text, (ITEM,), pre=1, code=line.code) for line in code])[:2] == ["- ```", "  if x:"]


def test_a_fence_is_longer_than_those_in_the_code() -> None:
    code = Line("````", pre=1, code="````")
    assert written(code) == ["`````", "````", "`````"]


def test_a_line_of_code_that_a_stage_has_changed_keeps_its_indentation() -> None:
    assert written(Line("x y", pre=1, code="    x[ad_1]   y")) == ["```", "    x y", "```"]


def test_a_table_has_a_heading_as_long_as_its_longest_row() -> None:
    rows = [Line("a", table=1, columns=(1,)), Line("b | c|d", table=1, columns=(0, 2))]
    assert written(*rows) == ["|  | a |  |", "| --- | --- | --- |", "| b |  | c\\|d |"]


def test_rows_of_one_cell_do_not_make_a_table() -> None:
    assert written(Line("a", table=1, columns=(0,)), Line("b", table=1, columns=(0,))) == ["a", "", "b"]


def test_a_cell_may_contain_the_separator() -> None:
    rows = [
        Line("a | b", table=1, columns=(0, 1), cells=("a", "b")),
        Line("a | b | c", table=1, columns=(0, 1), cells=("a", "b | c"), links=(Link(2, 5, "https://e.org/"),)),
    ]
    assert written(*rows)[2] == "| a | [b \\| c](https://e.org/) |"


def test_a_row_whose_cells_are_not_known_is_one_cell() -> None:
    rows = [Line("a | b", table=1, columns=(0, 1)), Line("a | b | c", table=1, columns=(0, 1), cells=("a",))]
    assert text_of(markdown(rows)) == "a | b\na | b | c"
    assert written(*rows)[2] == "| a \\| b \\| c |"


def test_links_are_where_they_were() -> None:
    url = "https://e.org/a_(b)?c=1&copy;=2"
    assert written(Line("Hi! See it now.", links=(Link(3, 8, url),))) == [
        r"Hi! [See it](https://e.org/a_\(b\)?c=1\&copy;=2) now."
    ]
    assert written(Line("Hi!you", links=(Link(3, 6, "https://e.org/"),))) == ["Hi\\![you](https://e.org/)"]


def test_the_links_of_a_row_are_in_their_cells() -> None:
    row = Line(
        "a b | c d", table=1, columns=(0, 1), links=(Link(1, 2, "https://e.org/|"), Link(3, 5, "https://e.org/"))
    )
    assert written(row)[0] == "| a [b](https://e.org/%7C) | [c d](https://e.org/) |"


def test_markdown_that_is_far_longer_than_the_text_has_no_structure() -> None:
    lines = [Line("a", links=(Link(0, 1, "https://e.org/" + "x" * 8000),)) for _ in range(100)]
    assert markdown(lines) == "\n\n".join("a" * 100)


# -- Any lines -----------------------------------------------------------------------------------------------------

TEXT = st.lists(st.text("ab1.)#>-+=*_`~[]()<!&;|\\:é \"'/", min_size=1), min_size=1).map(
    lambda words: " ".join(" ".join(words).split())
)
MARKERS = ["-", "1.", "7.", "10.", ">"]
STEPS = st.builds(  # one number has one marker
    lambda number, marker: Step(
        10 * number + MARKERS.index(marker), 0 if marker == ">" else 2 * (number // 3) + (marker == "-"), marker
    ),
    st.integers(1, 9),
    st.sampled_from(MARKERS),
)
PATHS = st.lists(STEPS, max_size=4).map(tuple)


@st.composite
def any_line(draw: st.DrawFn) -> Line:
    text, path = draw(TEXT.filter(bool)), draw(PATHS)
    chars = len(visible(text))
    start = draw(st.integers(0, chars - 1))
    link = Link(start, draw(st.integers(start + 1, chars)), "https://e.org/(a)&amp;|_")
    links = (link,) if draw(st.booleans()) else ()
    match draw(st.sampled_from(["plain", "heading", "code", "row"])):
        case "heading":
            return Line(text, path, heading=draw(st.integers(1, 6)), links=links)
        case "code":
            blank = "\n" * draw(st.integers(0, 2))
            code = blank + " " * draw(st.integers(0, 6)) + text.replace(" ", "  ")
            return Line(text, path, pre=draw(st.integers(1, 2)), code=code)
        case "row":
            cells = [
                text.replace("|", "/"),
                *draw(st.lists(st.sampled_from(["a", "-", "b c", "<b>", "\\"]), max_size=3)),
            ]
            columns = tuple(range(1, 2 * len(cells), 2))
            return Line(CELL_SEPARATOR.join(cells), path, table=draw(st.integers(1, 2)), columns=columns, links=links)
        case _:
            return Line(text, path, links=links)


@given(st.lists(any_line(), min_size=1, max_size=8))
def test_markdown_without_its_marks_is_the_text(lines: Sequence[Line]) -> None:
    assert text_of(markdown(lines)) == "\n".join(line.text for line in lines)


@given(st.lists(st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool), min_size=1))
def test_any_text_shows_as_it_is(texts: Sequence[str]) -> None:
    texts = [text.replace("\0", "") or "x" for text in texts]
    assert text_of(markdown(map(Line, texts))) == "\n".join(texts)
