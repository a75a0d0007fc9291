from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.implementations import BOTH, one_of_both
from worker.config.settings import Settings
from worker.messages import Dead, Reason
from worker.page.limits import Limits, check

LIMITS = Limits(max_html_bytes=5_000_000, max_nodes=60_000, max_depth=100)


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled parts."""
    yield from one_of_both(request)


def reason(html: str, limits: Limits = LIMITS) -> Reason | None:
    dead = check(html, limits)
    return dead.reason if dead else None


def test_the_defaults_equal_those_of_the_settings() -> None:
    settings = Settings()
    assert Limits() == Limits(int(settings.max_html_bytes), settings.max_nodes, settings.max_depth)


def test_an_ordinary_page_passes() -> None:
    assert check("<html><body><p>Words</p></body></html>", LIMITS) is None


def test_an_empty_page_passes() -> None:
    assert check("", LIMITS) is None


@pytest.mark.parametrize("letter", ["a", "ä", "語", "🌍"])
def test_the_size_of_a_page_is_measured_in_utf_8(letter: str) -> None:
    html = letter * 1000
    size = len(html.encode())
    assert reason(html, Limits(max_html_bytes=size)) is None
    assert check(html, Limits(max_html_bytes=size - 1)) == Dead(
        Reason.TOO_LARGE, f"page of {size} bytes, limit {size - 1}"
    )


def test_lone_surrogates_count_towards_the_size() -> None:
    assert reason("\ud800" * 10, Limits(max_html_bytes=30)) is None
    assert reason("\ud800" * 10, Limits(max_html_bytes=29)) is Reason.TOO_LARGE


# -- Elements ----------------------------------------------------------------------------------------------------


def test_elements_are_counted() -> None:
    html = "<p>a</p>" * 50
    assert reason(html, Limits(max_nodes=100)) is None
    assert check("<p>a" * 100, Limits(max_nodes=99)) == Dead(
        Reason.TOO_MANY_NODES, "100 elements and attributes, limit 99"
    )


def test_end_tags_do_not_count_as_elements() -> None:
    assert reason("<div>a</div>" * 50, Limits(max_nodes=50)) is None
    assert reason("</div>" * 500, Limits(max_nodes=50)) is None


def test_end_tags_that_open_an_element_count() -> None:
    assert reason("</p>" * 51, Limits(max_nodes=50)) is Reason.TOO_MANY_NODES
    assert reason("</BR>" * 51, Limits(max_nodes=50)) is Reason.TOO_MANY_NODES


def test_line_breaks_in_a_row_count_as_two() -> None:
    assert reason("<br>" * 1_000_000, Limits(max_nodes=100)) is None
    assert reason("<br>" * 70_000, Limits(max_nodes=60_000)) is None
    assert reason("word<br>" * 11_000, Limits(max_nodes=10_000)) is Reason.TOO_MANY_NODES


# -- Attributes --------------------------------------------------------------------------------------------------

CROWD = Dead(Reason.TOO_MANY_NODES, "an element with more than 1000 attributes")


def is_crowded(html: str) -> bool:
    """Whether the page is rejected because of its attributes, or of the time that they take the parser."""
    return reason(html) is Reason.TOO_MANY_NODES


VALUES = ["", "=1", "=''", '=""', '=">"', "='>'", " = '>' ", '="\'>"', '="a b c"', "=a/b", '=">" ']


def tag(attributes: int, value: str = "=1", gap: str = " ") -> str:
    return f"<p {gap.join(f'a{n}{value}' for n in range(attributes))}>text</p>"


@pytest.mark.parametrize("value", VALUES)
def test_a_tag_with_thousands_of_attributes_is_rejected(value: str) -> None:
    """The parser compares each attribute with all earlier ones."""
    html = tag(10_000, value)
    assert is_crowded(html)
    assert is_crowded("<p>text</p>" * 9000 + html)


@pytest.mark.parametrize("value", ["=''", '=""', '=">"', "='>'"])
def test_attributes_without_spaces_between_them_count(value: str) -> None:
    assert is_crowded(tag(20_000, value, ""))
    assert is_crowded(tag(20_000, value, "/"))


def test_values_on_a_long_page_may_contain_anything() -> None:
    html = tag(60_000, '="<p>"')
    assert reason(html, Limits(max_nodes=10**6)) is Reason.TOO_MANY_NODES


@pytest.mark.parametrize("value", VALUES)
def test_a_thousand_attributes_are_not_too_many(value: str) -> None:
    assert check(tag(1000, value) + "<p>text</p>" * 9000, LIMITS) is None
    assert check(tag(1001, value) + "text" * 200_000, LIMITS) == CROWD


def test_no_value_hides_the_attributes_after_it() -> None:
    html = tag(40_000).replace("a900=1", 'a900="<>"')
    assert is_crowded(html.replace("a1800=1", "a1800='<\">'"))


def test_markup_in_a_drawing_is_not_raw_text() -> None:
    assert is_crowded(f"<svg><style>{tag(20_000)}")


@pytest.mark.parametrize("name", ["body", "HTML"])
def test_attributes_of_tags_that_the_parser_merges_are_added_up(name: str) -> None:
    few = "".join(f"<{name} a{n}=1>" for n in range(900)) + "<p>text</p>" * 9000
    assert check(few, LIMITS) is None
    many = "".join(f"<{name} a{n}=1>" for n in range(40_000))
    assert is_crowded(many)
    crowds = "".join(f"<{name} {' '.join(f'a{n}x{k}' for k in range(500))}>" for n in range(60))
    assert is_crowded(crowds)


def test_many_attributes_count_as_elements() -> None:
    assert reason(tag(300) * 2000, Limits()) is Reason.TOO_MANY_NODES
    assert reason("<p a=1 b=2>text</p>" * 60_000, Limits()) is None
    assert reason("<p a=1 b=2 c=3 d=4>text</p>" * 110_000, Limits()) is Reason.TOO_MANY_NODES


@pytest.mark.parametrize(
    "html",
    [
        "<p class='" + "word " * 50_000 + "'>text</p>",
        "<p>" + "word " * 50_000,
        "word " * 50_000,
        "<p>" + "x" * 100_000,
        "<img src='data:" + "A" * 100_000 + "'>",
        "<script>if (a<b) { " + "var a = b; " * 50_000 + "}</script>",
        "<SCRIPT async>for(i=0;i<n;i++){ " + "a=b; </p " * 50_000 + "}</Script>",
        "<style>a<b " + "c " * 50_000 + "</style>",
        "<!-- a <b " + "c " * 50_000 + "-->",
        '<p title="<b ' + "c " * 50_000 + '">',
    ],
    ids=lambda html: html[:24],
)
def test_a_long_value_text_or_script_does_not_count_as_many_attributes(html: str) -> None:
    assert check(html, LIMITS) is None


# -- Nesting -----------------------------------------------------------------------------------------------------

MANY = "<i>x</i>" * 5001
UNSEEN = [
    "<div>",
    "<form><div></form>",
    "<form><span></form>",
    "<noscript><div></noscript>",
    "<div><noembed></div></noembed>",
    "<div><noframes></div></noframes>",
    "<div><svg><![CDATA[</svg></div>]]></svg>",
    "<div><!</div>",
    "<div><?</div>",
    "<svg><param><base></applet>",
    "<math><mi><br></mi>",
    "<li><dd>",
    "<dialog><p>",
    "<rt>",
]


def test_deep_nesting_is_rejected_on_a_page_with_many_tags() -> None:
    html = MANY + "<div>" * 101
    assert check(html, LIMITS) == Dead(Reason.TOO_DEEP, "elements nested more than 100 deep")
    assert check(MANY + "<div>" * 100, LIMITS) is None


def test_a_page_with_few_tags_may_nest_them_to_any_depth() -> None:
    assert check("<div>" * 9000, LIMITS) is None


@pytest.mark.parametrize("piece", UNSEEN)
def test_no_markup_hides_the_depth_of_a_page(piece: str) -> None:
    assert reason(piece * (250_000 // piece.count("<")), Limits()) is Reason.TOO_DEEP


def height(html: str) -> int:
    """The depth of the parser's tree, without html and body."""
    page = LexborHTMLParser(html)
    level: list[LexborNode] = [page.root] if page.root else []
    levels = 0
    while level:
        level = [child for node in level for child in node.iter(include_text=False)]
        levels += 1
    return levels - 2


TAGS = "div p span b i a table tr td th ul li dl dt dd h1 section form button select option svg path math x br pre"
pieces = st.lists(
    st.sampled_from(
        [f"<{name}>" for name in TAGS.split()]
        + [f"</{name}>" for name in TAGS.split()]
        + ["x", "<x/>", "<!", "<![CDATA["]
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40)
@given(pieces, pieces)
def test_the_measured_depth_equals_the_depth_of_the_parser(before: list[str], piece: list[str]) -> None:
    html = MANY + "".join(before) + "".join(piece) * 100
    deep = height(html)
    assert (reason(html) is Reason.TOO_DEEP) == (deep > LIMITS.max_depth)


def test_formatting_that_every_paragraph_repeats_counts_as_too_many_elements() -> None:
    """The parser turns 2,000 tags into a million elements."""
    html = "".join(f"<p><b id={n}>w</p>" for n in range(2000))
    assert reason(html, Limits()) is Reason.TOO_MANY_NODES
    assert reason(html.replace("</p>", "</b></p>"), Limits()) is None
    assert reason("<p><b>w</p>" * 2000, Limits()) is None


# -- Anything ----------------------------------------------------------------------------------------------------


@pytest.mark.cost
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "<!--", "<!-", "-", "<script", "<script>", "<div ", "<a b='", "<a b=\"'", "<x/", "<p a ", "= ", "=", "<", "</",
        "</a ", "a   ", "<![CDATA[", "<b x>", "<br", "<br>", "'", '"', '="', "<a =", "</p>", "<td><table>", "<svg><p>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("limits", [Limits(6_000_000), Limits(6_000_000, 10**9, 10**9)], ids=["limits", "none"])
def test_five_megabytes_of_anything_are_checked_in_linear_time(piece: str, limits: Limits) -> None:
    """In quadratic time, each of these would take hours."""
    html = "<p " + piece * (5_000_000 // len(piece))
    check(html, limits)


@given(st.text(), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_any_text_is_judged(html: str, size: int, nodes: int, deep: int) -> None:
    dead = check(html, Limits(size, nodes, deep))
    assert dead is None or dead.reason in {Reason.TOO_LARGE, Reason.TOO_MANY_NODES, Reason.TOO_DEEP}
