from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from worker.page.nesting import measure

NONE = 10**9


def depth(html: str) -> int:
    return measure(html, NONE, NONE)[0]


def elements(html: str) -> int:
    return measure(html, NONE, NONE)[1]


@pytest.mark.parametrize("tag", ["div", "SPAN", "b", "font color=red", "custom-element", "svg", "blockquote", "div/"])
def test_nested_elements_are_counted(tag: str) -> None:
    name = tag.split(maxsplit=1)[0].strip("/")
    assert depth(f"<{tag}>" * 100 + "text" + f"</{name}>" * 100) == 100


@pytest.mark.parametrize(
    "piece",
    [
        "<p>never closed",
        "<li>never closed",
        "<tr><td>never closed",
        "<br>",
        "<img src=x>",
        "<dt>word<dd>meaning",
        "<option>choice",
        "<hr/>",
        "<svg><path d='M0 0'/></svg>",
        "<a name='x' />",
        "<a name=x>never closed",
        "<div>in a row</div>",
        "<div><b>never closed, but its parent is</div>",
        "<tr><td><font size=2><i>text</td>",
        "<p><b>never closed, but its paragraph is</p>",
        "<b><p>closed the wrong way round</b></p>",
        "<i><b>closed the wrong way round</i></b>",
        "<DIV>upper</div>",
        "<div title='</div>'></div>",
        '<div title=">"></div>',
        "<!-- <div><div><div> -->",
        "<script>var a = '<div><div>' + (1<b);</script>",
        "<style>a > b { content: '<div>' }</style>",
        "<textarea><div></textarea>",
        "</div>",
        "1 < 2 and <3",
        "<",
        "<html><body><head>",
    ],
)
def test_what_closes_itself_or_is_closed_does_not_nest(piece: str) -> None:
    assert depth(f"<table>{piece * 200}</table>") <= 6


@pytest.mark.parametrize(
    "piece",
    [
        "<div></x>",
        "<div></span>",
        "<div title='></div>'>",
        "<span><div></span>",
        "<b><div></b>",
        "<div><table><td></div>",
        "<li><dd>",
        "<ul><li>",
        "<article><p>",
        "<td><p><section>",
        "<rt>",
        "<optgroup>",
        "<textarea></textarea><div><!-->",
        "<div<div>",
        "<svg><style></style><desc><div>",
    ],
)
def test_no_end_tag_closes_what_a_browser_leaves_open(piece: str) -> None:
    """Else a page could hide how deep it is."""
    assert depth(piece * 200) >= 200


def test_an_end_tag_closes_everything_down_to_its_start_tag() -> None:
    assert depth("<div><span><b><i></div>" * 300) == 4
    assert depth("<div><span></i></div></span>" * 300) == 2


def test_an_unclosed_comment_or_script_goes_to_the_end() -> None:
    assert depth("<div><!-- " + "<div>" * 500) == 1
    assert depth("<div><script> " + "<div>" * 500) == 2


def test_formatting_that_is_left_open_counts_in_every_element_after_it() -> None:
    assert elements("<p><b id=1></p><p><b id=2></p><p>x</p>") == (1 + 1) + (2 + 2) + 3
    assert elements("<p><b></b></p>" * 10) == 20


def test_but_of_three_alike_no_more() -> None:
    assert elements("<p><b></p>" * 100) < 100 * 2 * 4


def test_and_not_behind_the_cell_that_it_stood_in() -> None:
    assert elements("<table>" + "<tr><td><b id=1><i id=2>x</td></tr>" * 100 + "</table>") < 100 * 8


def test_counting_ends_at_a_limit() -> None:
    assert measure("<div>" * 1000, 10, NONE)[0] == 11
    assert measure("<br><p>x</p>" * 1000, NONE, 10)[1] == 11


# -- Against a parser --------------------------------------------------------------------------------------------

TAGS = "div p span b i a table tr td th ul li dl dt dd h1 section form button select option svg path math x br pre"
pieces = st.lists(
    st.sampled_from(
        [f"<{tag}>" for tag in TAGS.split()] + [f"</{tag}>" for tag in TAGS.split()] + ["x", "<x/>", "<p/>"]
    ),
    min_size=1,
    max_size=4,
)


def height(html: str) -> int:
    """The depth of the parser's tree."""
    page = LexborHTMLParser(html)
    deepest = 0
    level: list[LexborNode] = [page.root] if page.root else []
    while level:
        level = [child for node in level for child in node.iter(include_text=False)]
        deepest += 1
    return deepest


@given(pieces, pieces)
def test_a_page_that_a_parser_nests_without_end_is_seen(before: list[str], piece: list[str]) -> None:
    """Whatever is repeated: where the tree grows with it, the measure does."""
    html = "".join(before) + "".join(piece) * 100
    if height(html) > 100:
        assert depth(html) >= 50


trees = st.recursive(st.just(()), lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=30)


def render(tree: tuple[object, ...]) -> str:
    return f"<div class=x>text<br>{''.join(render(child) for child in tree if isinstance(child, tuple))}</div>\n"


def levels(tree: tuple[object, ...]) -> int:
    return 1 + max((levels(child) for child in tree if isinstance(child, tuple)), default=0)


@given(trees)
def test_the_depth_of_a_well_formed_page_is_exact(tree: tuple[object, ...]) -> None:
    assert depth(render(tree)) == levels(tree)


@given(st.text())
def test_any_text_is_measured(html: str) -> None:
    deep, count = measure(html, NONE, NONE)
    assert 0 <= deep <= count
