from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.messages import Dead, Reason
from worker.settings import Settings
from worker.stages.limits import Limits, check, exceeds_depth

LIMITS = Limits(max_html_bytes=5_000_000, max_nodes=60_000, max_depth=100)


def reason(html: str, limits: Limits = LIMITS) -> Reason | None:
    dead = check(html, limits)
    return dead.reason if dead else None


def depth(html: str) -> int:
    """The smallest limit that the page keeps to."""
    return next(limit for limit in range(10_000) if not exceeds_depth(html, limit))


def test_the_defaults_are_those_of_the_settings() -> None:
    settings = Settings()
    assert Limits() == Limits(int(settings.max_html_bytes), settings.max_nodes, settings.max_depth)


def test_an_ordinary_page_passes() -> None:
    assert check("<html><body><p>Words</p></body></html>", LIMITS) is None


def test_an_empty_page_passes() -> None:
    assert check("", LIMITS) is None


@pytest.mark.parametrize("letter", ["a", "ä", "語", "🌍"])
def test_the_size_is_that_of_the_page_as_utf_8(letter: str) -> None:
    html = letter * 1000
    size = len(html.encode())
    assert reason(html, Limits(max_html_bytes=size)) is None
    assert check(html, Limits(max_html_bytes=size - 1)) == Dead(
        Reason.TOO_LARGE, f"page of {size} bytes, limit {size - 1}"
    )


def test_lone_surrogates_have_a_size_too() -> None:
    assert reason("\ud800" * 10, Limits(max_html_bytes=30)) is None
    assert reason("\ud800" * 10, Limits(max_html_bytes=29)) is Reason.TOO_LARGE


def test_tags_are_counted() -> None:
    html = "<p>a</p>" * 50
    assert reason(html, Limits(max_nodes=100)) is None
    assert check(html, Limits(max_nodes=99)) == Dead(Reason.TOO_MANY_NODES, "100 tags, limit 99")


@pytest.mark.parametrize("tag", ["div", "SPAN", "b", "font color=red", "table", "custom-element", "svg", "blockquote"])
def test_nested_elements_are_too_deep_above_the_limit(tag: str) -> None:
    name = tag.split(maxsplit=1)[0]
    assert reason(f"<{tag}>" * 100 + "text" + f"</{name}>" * 100) is None
    assert check(f"<{tag}>" * 101 + "text", LIMITS) == Dead(Reason.TOO_DEEP, "more than 100 elements inside each other")


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
        "<path d='M0 0'/>",
        "<a name='x' />",
        "<div>in a row</div>",
        "<div><b>never closed, but its parent is</div>",
        "<td><font size=2><i>text</td>",
        "<p><b>never closed, but its paragraph is</p>",
        "<DIV>upper</div>",
        "<!-- <div><div><div> -->",
        "<script>var a = '<div><div>' + (1<b);</script>",
        "<style>a > b { content: '<div>' }</style>",
        "</div>",
        "1 < 2 and <3",
        "<",
    ],
)
def test_what_closes_itself_or_is_closed_does_not_nest(piece: str) -> None:
    assert not exceeds_depth(f"<table>{piece * 200}</table>", 3)


def test_end_tags_without_a_start_do_not_hide_depth() -> None:
    assert reason("</div>" * 500 + "<div>" * 101) is Reason.TOO_DEEP


def test_an_end_tag_closes_everything_down_to_its_start_tag() -> None:
    assert depth("<div><span><b><i></div>" * 300) == 4
    assert depth("<div><span></i></div></span>" * 300) == 2


def test_an_unclosed_comment_or_script_goes_to_the_end() -> None:
    assert depth("<div><!-- " + "<div>" * 500) == 1
    assert depth("<div><script> " + "<div>" * 500) == 1


def test_depth_is_that_of_the_deepest_place() -> None:
    assert depth("<div><div></div></div><ul><li><div><div><b>x</b></div></div></ul>") == 4


def test_a_tag_with_thousands_of_attributes_counts_as_too_many_nodes() -> None:
    tag = "<p " + " ".join(f"a{n}=1" for n in range(6_050)) + ">"
    assert check(tag, LIMITS) == Dead(Reason.TOO_MANY_NODES, "a tag of more than 6000 attributes")
    assert reason("<p>text</p>" * 9000 + tag) is Reason.TOO_MANY_NODES


@pytest.mark.parametrize(
    "html",
    [
        "<p class='" + "word " * 50_000 + "'>text</p>",
        "<p>" + "word " * 50_000,
        "word " * 50_000,
        "<p>" + "x" * 100_000,
        "<img src='data:" + "A" * 100_000 + "'>",
    ],
)
def test_a_long_value_or_a_long_text_is_no_crowd_of_attributes(html: str) -> None:
    assert check(html, LIMITS) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<!-",
        "-",
        "<script",
        "<div ",
        "<a b='",
        "<a b=\"'",
        "<x/",
        "<p a ",
        "= ",
        "<",
        "</",
        "</a ",
        "a   ",
        "<![CDATA[",
    ],
)
def test_five_megabytes_of_anything_are_looked_at_in_linear_time(piece: str) -> None:
    """In quadratic time each of these would take hours."""
    html = "<p " + piece * (5_000_000 // len(piece))
    check(html, Limits(max_html_bytes=6_000_000, max_nodes=10_000_000, max_depth=10_000_000))


@given(st.text(), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_any_text_is_judged(html: str, size: int, nodes: int, deep: int) -> None:
    dead = check(html, Limits(size, nodes, deep))
    assert dead is None or dead.reason in {Reason.TOO_LARGE, Reason.TOO_MANY_NODES, Reason.TOO_DEEP}


trees = st.recursive(st.just(()), lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=30)


def render(tree: tuple[object, ...]) -> str:
    return f"<div class=x>text<br>{''.join(render(child) for child in tree if isinstance(child, tuple))}</div>\n"


def height(tree: tuple[object, ...]) -> int:
    return 1 + max((height(child) for child in tree if isinstance(child, tuple)), default=0)


@given(trees)
def test_the_depth_of_a_well_formed_page_is_exact(tree: tuple[object, ...]) -> None:
    assert depth(render(tree)) == height(tree)
