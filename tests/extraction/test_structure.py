from __future__ import annotations

import pytest
from hypothesis import given

from tests.extraction.pages import any_page, parse
from worker.extraction import body as module
from worker.extraction.blocks import Blocks
from worker.extraction.body import find_body
from worker.extraction.headline import Hints
from worker.extraction.sections import Sections
from worker.extraction.structure import StructuredBlocks
from worker.extraction.walk import is_same, read_blocks
from worker.text.structure import Line, Link


@pytest.fixture(autouse=True)
def everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block belongs to the article."""
    monkeypatch.setattr(Sections, "decide", lambda found, _likelihoods: found.kept | True)


def lines(html: str, *, links: bool = False) -> list[Line]:
    body = find_body(read_blocks(parse(html), StructuredBlocks.new(links=links)), Hints("", ""))
    return list(body.lines or ()) if body else []


def markers(html: str) -> list[str]:
    return ["".join(step.marker for step in line.path) for line in lines(html)]


def test_headings_have_a_rank() -> None:
    found = lines("<h1>one</h1><h3>two <b>bold</b></h3><p>three</p><h2><div>four</div></h2>")
    assert [line.heading for line in found] == [1, 3, 0, 2]


def test_items_and_quotes_are_nested() -> None:
    html = "<ul><li>a<ol><li>b<li>c</ol>d</ul><blockquote>e<ul><li>f</ul></blockquote>g"
    assert markers(html) == ["-", "-1.", "-2.", "-", ">", ">-", ""]
    first, second, third, fourth, *_ = lines(html)
    assert first.path == fourth.path == second.path[:1]
    assert second.path[1].group == third.path[1].group
    assert second.path[1].number != third.path[1].number


def test_ordered_lists_have_the_numbers_of_the_page() -> None:
    assert markers("<ol start=5><li>a<li value=9>b<li>c</ol><ol start=-1><li>d<li value=x>e</ol>") == [
        "5.", "9.", "10.", "1.", "2.",
    ]  # fmt: skip
    assert markers(f"<ol start={'9' * 5000}><li>a</ol>") == ["1."]


def test_reversed_lists_count_down() -> None:
    assert markers("<ol reversed><li>a<li>b<li>c</ol>") == ["3.", "2.", "1."]
    assert markers("<ol reversed start=9><li>a<ol><li>b</ol><li>c</ol>") == ["9.", "9.1.", "8."]
    assert markers("<ol reversed><li value=9>a<li>b</ol>") == ["2.", "1."]


def test_a_row_has_its_cells() -> None:
    (row,) = lines("<table><tr><td>a | b</td><td>c</td></tr></table>")
    assert (row.text, list(row.cells)) == ("a | b | c", ["a | b", "c"])


def test_lists_and_quotes_are_nested_up_to_eight_levels() -> None:
    (line,) = lines("<ul><li>" * 50 + "a")
    assert len(line.path) == 8


def test_code_has_its_spaces_and_blank_lines() -> None:
    found = lines("<pre><code>\n\nif x:\n\n\ty  =  1  \n</code></pre><pre>z<br>&nbsp;w</pre>")
    assert [line.text for line in found] == ["if x:", "y = 1", "z", "w"]
    assert [line.code.lstrip("\n") for line in found] == ["if x:", "\ty  =  1", "z", " w"]
    assert found[1].code.startswith("\n\t")
    assert found[0].pre == found[1].pre != found[2].pre


def test_code_has_no_control_characters() -> None:
    (line,) = lines("<pre>a&#x202e;b&#x2028;c\x0cd</pre>")
    assert line.code == "ab c d"


def test_the_cells_of_a_row_have_columns() -> None:
    first, second, third = lines(
        "<table><tr><th>a<th><th>c<tr><td>d<td><p>e<br>f</p><tr><td colspan=3>g</table>", links=True
    )
    assert (first.text, first.columns) == ("a | c", (0, 2))
    assert (second.text, second.columns) == ("d | e f", (0, 1))
    assert (third.text, third.columns) == ("g", (0,))
    assert first.table == second.table == third.table > 0


def test_links_have_places_and_urls() -> None:
    html = "<p>See <a href=/1>it  <b>here</b></a><a>, </a><a href=/2></a>or<br>the<a href='/3'>\n re<br>is </a>.</p>"
    first, second, third = lines(html, links=True)
    assert (first.text, first.links) == ("See it here, or", (Link(3, 9, "/1"),))
    assert (second.text, second.links) == ("the re", (Link(3, 5, "/3"),))
    assert (third.text, third.links) == ("is .", (Link(0, 2, "/3"),))
    assert not any(line.links for line in lines(html))


def test_a_link_around_several_blocks_is_in_each_of_them() -> None:
    found = lines("<a href=/1><div>one</div><div>two</div></a><p>three</p>", links=True)
    assert [line.links for line in found] == [(Link(0, 3, "/1"),), (Link(0, 3, "/1"),), ()]


def test_the_links_of_a_row_count_its_separators() -> None:
    (row,) = lines("<table><tr><td>a <a href=/1>b</a><td><a href=/2>c</a></table>", links=True)
    assert row.links == (Link(1, 2, "/1"), Link(3, 4, "/2"))


def test_the_longest_blocks_keep_their_structure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BLOCKS", 2)
    found = lines("<p>a</p><h2><a href=/1>bbb</a></h2><p>c</p><pre>  ddd</pre>", links=True)
    assert [(line.text, line.heading, line.code) for line in found] == [("bbb", 2, ""), ("ddd", 0, "  ddd")]
    assert found[0].links == (Link(0, 3, "/1"),)


@given(any_page)
def test_the_structure_does_not_change_the_blocks(html: str) -> None:
    plain, structured = read_blocks(parse(html)), read_blocks(parse(html), StructuredBlocks.new(links=True))
    assert is_same(plain, Blocks(structured.texts, *structured.columns()))


@given(any_page)
def test_each_line_of_the_text_has_its_structure(html: str) -> None:
    body = find_body(read_blocks(parse(html), StructuredBlocks.new(links=True)), Hints("", ""))
    if body:
        assert "\n".join(line.text for line in body.lines or ()) == body.text
