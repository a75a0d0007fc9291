"""The compiled parts give the same as the Python code, for any page."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.implementations import in_python, needs_compiled
from tests.page.test_elements import found_on
from worker.page.elements import ATTRIBUTES, Element
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


_TAGS = (
    "meta",
    "link",
    "base",
    "title",
    "h1",
    "time",
    "script",
    "input",
    "a",
    "svg",
    "p",
    "div",
    "template",
    "math",
    "x-y",
)
_NAMES = ("content", "rel", "datetime", "type", "itemprop", "href", "class", "CLASS", "xlink:href", "é", "\udcff")
_VALUES = (
    "", "canonical", "x Canonical\ny", "canonicals", "application/LD+json", "ld+jso", "PASSWORD", "datePublished",
    "author", "Author", "AUTHORS x", "tag", "x\xa0tag", "TAG\fx", "/author/jane", "by-yline", "Yline", "a tag", "\udcff",
)  # fmt: skip
attributes = st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_VALUES)), max_size=3).map(
    lambda pairs: "".join(f' {name}="{value}"' if value else f" {name}" for name, value in pairs)
)
elements = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(_TAGS), attributes),
    st.sampled_from(_TAGS).map("</{}>".format),
    st.sampled_from(
        ["text", " ", "<!-- c -->", "<![CDATA[x]]>", "<?x?>", "<html class=author>", "<body class=byline>"]
    ),
)


@needs_compiled
@given(st.lists(elements, max_size=25).map("".join))
@example('<svg><a rel="Author"><a rel="x TAG"></svg>')
def test_any_page_has_the_same_elements(html: str) -> None:
    page = LexborHTMLParser(html.encode("utf-8", "surrogateescape"))
    tree, found = found_on(page)
    with in_python():
        expected = found_on(page)[1]
    assert [(tag, *map(attributes.get, ATTRIBUTES)) for tag, attributes, _ in found] == [
        (tag, *map(attributes.get, ATTRIBUTES)) for tag, attributes, _ in expected
    ]
    for (tag, attributes, place), (_, _, node) in zip(found, expected, strict=True):
        assert isinstance(node, LexborNode)
        assert Element(tag, attributes, place, tree).node.mem_id == node.mem_id
