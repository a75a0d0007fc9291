from __future__ import annotations

import gc
import time
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.pages import any_page, blocks_of, parse
from worker.extraction import blocks as module
from worker.extraction.blocks import CONTAINER_TAGS, STRUCTURE, Blocks
from worker.extraction.categories import CATEGORIES
from worker.extraction.walk import NO_TEXT, read_blocks

BITS = (*CATEGORIES, *STRUCTURE)


def texts(html: str) -> list[str]:
    return blocks_of(html).texts


def bits(html: str) -> set[str]:
    """The names of the bits of the first block's containers."""
    blocks = blocks_of(html)
    inherited = blocks.inherited[blocks.container[0]]
    return {name for bit, name in enumerate(BITS) if inherited >> bit & 1}


# -- Where a block begins and ends -------------------------------------------------------------------------------


def test_block_level_elements_separate_the_text() -> None:
    assert texts("<div>one<p>two</p>three<section>four</section></div>five") == ["one", "two", "three", "four", "five"]


def test_inline_elements_do_not_separate_the_text() -> None:
    assert texts("<p>A <b>bold</b> <a href=/>link</a>, <span>and<i> more</i></span></p>") == ["A bold link, and more"]


def test_white_space_becomes_one_space() -> None:
    assert texts("<p>\r\n  one\t<b> two </b>\n\n three\xa0four </p>") == ["one two three four"]


def test_a_single_line_break_does_not_end_a_block() -> None:
    assert texts("<p>one<br>two <br/> three</p>") == ["one\ntwo\nthree"]


@pytest.mark.parametrize("between", ["<br><br>", "<br/>\n <br>", "<br><br><br>", "<br><!-- c --><br>"])
def test_two_line_breaks_end_a_block(between: str) -> None:
    assert texts(f"<div>one{between}two</div>") == ["one", "two"]


def test_line_breaks_at_the_edges_are_removed() -> None:
    assert texts("<p><br>one<br></p><p><br><br></p><br>two<br>") == ["one", "two"]


@pytest.mark.parametrize(
    "tag", ["script", "style", "template", "svg", "iframe", "button", "select", "textarea", "nav", "footer", "label"]
)
def test_elements_that_hold_no_article_text_are_left_out(tag: str) -> None:
    assert texts(f"<p>one</p><{tag}>two</{tag}><p>three</p>") == ["one", "three"]


def test_a_reading_aid_is_not_part_of_the_text() -> None:
    assert texts("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字</p>") == ["漢字"]


@pytest.mark.parametrize("html", ["", " \n ", "<p></p>", "<div><br><br></div>", "<!-- never closed", "<script>1"])
def test_a_page_without_text_has_no_blocks(html: str) -> None:
    assert texts(html) == []


# -- What is known about a block -----------------------------------------------------------------------------------


def test_linked_and_bold_characters_and_links_are_counted() -> None:
    blocks = blocks_of("<p>one <a href=/><b>two</b></a> <strong>three</strong> <a>four</a></p><p>five</p>")
    assert list(blocks.link_chars) == [len("two") + len("four"), 0]
    assert list(blocks.bold_chars) == [len("two") + len("three"), 0]
    assert list(blocks.links) == [2, 0]


def test_a_link_around_several_blocks_counts_in_each_of_them() -> None:
    blocks = blocks_of("<a href=/><div>one</div><div>two</div></a><p>three</p>")
    assert list(blocks.link_chars) == [3, 3, 0]
    assert list(blocks.links)[:2] == [1, 1]


def test_a_block_knows_its_containers() -> None:
    blocks = blocks_of("<body><article><div><p>one</p></div></article><table><tr><td>two</td></tr></table>")

    def line(block: int) -> list[str]:
        found = [blocks.container[block]]
        while found[-1]:
            found.append(blocks.parent[found[-1]])
        return [CONTAINER_TAGS[blocks.tag[number]] for number in found]

    assert line(0) == ["p", "div", "article", "body"]
    assert line(1) == ["td", "tr", "tbody", "table", "body"]
    assert [blocks.cell(at) > 0 for at in (0, 1)] == [False, True]
    assert [blocks.depth[blocks.container[at]] for at in (0, 1)] == [3, 4]


@pytest.mark.parametrize(
    ("html", "known"),
    [
        ("<article><p>x", {"in_article"}),
        ("<main><section><p>x", {"in_main", "in_section"}),
        ("<aside><ul><li>x", {"in_aside", "in_list"}),
        ("<div class='comment-list'><p>x", {"comment", "list"}),
        ("<div id=articleBody><p>x", {"article", "body"}),
        ("<div itemprop='articleBody'><p>x", {"in_body_property"}),
        ("<div hidden><p>x", {"not_shown"}),
        ("<div aria-hidden=true><p>x", {"not_shown"}),
        ("<div style='color: red; display: none'><p>x", {"not_shown"}),
        ("<div style='display: block'><p>x", set()),
        ("<div aria-hidden=false class style id><p>x", set()),
        ("<blockquote><figure>x", {"in_quote", "in_figure"}),
    ],
)
def test_names_and_tags_are_inherited(html: str, known: set[str]) -> None:
    assert bits(html) == known


def test_containers_with_the_same_tag_and_names_have_the_same_template() -> None:
    blocks = blocks_of("<p class=a>1</p><p class=a>2</p><p class=b>3</p><div class=a>4</div>")
    one, two, three, four = (blocks.template[number] for number in blocks.container)
    assert one == two
    assert len({one, three, four}) == 3


def test_the_region_is_the_nearest_container_named_as_an_article() -> None:
    blocks = blocks_of("<div><p>x</p><div class=article-body><section><p>y</p></section></div></div>")
    region = [blocks.region[number] for number in blocks.container]
    assert region[0] == 0
    assert blocks.parent[blocks.parent[blocks.container[1]]] == region[1]


def test_containers_know_their_blocks() -> None:
    blocks = blocks_of("<div><p>a</p><p>b</p></div><p>c</p>")
    spans = list(zip(blocks.first_block, blocks.end_block, strict=True))
    assert spans == [(0, 3), (0, 2), (0, 1), (1, 2), (2, 3)]


# -- Any page ----------------------------------------------------------------------------------------------------


def letters(text: str) -> str:
    return "".join(text.split())


@given(any_page)
def test_the_blocks_cover_the_text_of_the_page_in_order(html: str) -> None:
    page = parse(html)
    blocks = read_blocks(page)
    page.strip_tags(list(NO_TEXT))
    body = page.body or page.root
    assert letters("".join(blocks.texts)) == letters(body.text() if body else "")
    assert all(text == "\n".join(" ".join(line.split()) for line in text.split("\n")) for text in blocks.texts)
    assert all(blocks.texts)


@given(any_page)
def test_containers_are_a_tree_in_document_order(html: str) -> None:
    check_tree(blocks_of(html))


def check_tree(blocks: Blocks) -> None:
    count = len(blocks.parent)
    for name in ("tag", "depth", "own", "inherited", "template", "region", "first_block", "end_block"):
        assert len(getattr(blocks, name)) == count
    for name in ("container", "link_chars", "bold_chars", "links"):
        assert len(getattr(blocks, name)) == len(blocks.texts)
    for number in range(1, count):
        parent = blocks.parent[number]
        assert parent < number
        assert blocks.depth[number] == blocks.depth[parent] + 1
        assert blocks.first_block[parent] <= blocks.first_block[number] <= blocks.end_block[number]
        assert blocks.end_block[number] <= blocks.end_block[parent]
    assert (blocks.first_block[0], blocks.end_block[0]) == (0, len(blocks.texts))
    for at, number in enumerate(blocks.container):
        assert blocks.first_block[number] <= at < blocks.end_block[number]


@given(any_page, st.randoms())
def test_a_selection_of_blocks_is_a_valid_page(html: str, random: Random) -> None:
    blocks = blocks_of(html)
    kept = [at for at in range(len(blocks.texts)) if random.random() < 0.5]
    part = blocks.select(np.array(kept, np.int64))
    assert part.texts == [blocks.texts[at] for at in kept]
    assert [part.container[at] for at in range(len(kept))] == [blocks.container[at] for at in kept]
    check_tree(part)


@pytest.mark.cost
@pytest.mark.parametrize("piece", ["<p>x", "<x>y", "<b>x</b>", "x<br>", "<a href=/>x", "<li>x</li>", "<td>x"])
def test_the_time_to_read_a_deep_or_wide_page_is_linear(piece: str) -> None:
    def spent_s(count: int) -> float:
        gc.disable()  # it would also search all that the tests before left in memory
        begin = time.process_time()
        blocks_of(piece * count)
        seconds = time.process_time() - begin
        gc.enable()
        return seconds

    # The page is 8 times as long. Quadratic time would be 64 times as long.
    assert spent_s(80_000) < 24 * max(spent_s(10_000), 0.02)


def test_the_cache_of_classes_and_ids_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: dict[tuple[str | None, ...], object] = {}
    monkeypatch.setattr(module, "_LOOKS", looks)
    long = "c" * 10_000
    for number in range(50):
        blocks_of(
            f"<div class='{number} {long}'><p id='{number}{long}'>x</p><p class='{long}' id='{number}'>y</p></div>"
        )
    assert all(sum(map(len, filter(None, key))) <= 310 for key in looks)


def test_a_class_too_long_for_the_cache_still_counts() -> None:
    for _ in range(2):
        assert "share" in bits(f"<div class='share {'c' * 1000}'>x</div>")
        twins = blocks_of(f"<p class='{'c' * 1000}'>x</p>" * 2)
        assert twins.template[1] == twins.template[2] != twins.template[0]
