from __future__ import annotations

import time
from typing import Any

import pytest
from selectolax import lexbor
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.implementations import BOTH, needs_compiled, one_of_both
from worker.page import elements
from worker.page.elements import Attributes, Element, Tree

Found = list[tuple[str, Attributes, int | LexborNode]]


def found_on(page: LexborHTMLParser) -> tuple[Tree, Found]:
    assert page.root
    tree, found = Tree(page.root), list[Any]()
    tree.visit(lambda *element: found.append(element))
    return tree, found


@pytest.fixture(params=BOTH)
def implementation(request: pytest.FixtureRequest) -> Any:
    yield from one_of_both(request)


@pytest.mark.usefixtures("implementation")
def test_a_node_that_is_far_from_the_root_is_found() -> None:
    """Some steps lead there, and a search does it if there are too many; both may be needed on a page."""
    begin, end = "<p class=byline>one</p>", "<p class=byline>two</p><h1>three</h1>"
    for between in ("<i></i>" * 5000, "<div>" * 5000):
        tree, found = found_on(LexborHTMLParser(begin + between + end))
        all_of = [Element(*each, tree) for each in found]
        assert [element.node.text() for element in all_of] == ["one", "two", "three"]
        assert [element.node.text() for element in reversed(all_of)] == ["three", "two", "one"]


@pytest.mark.usefixtures("implementation")
def test_many_far_nodes_take_linear_time() -> None:
    begin = time.process_time()
    tree, found = found_on(LexborHTMLParser("<p><i>" + "x<b itemprop=author></b>" * 20_000))
    for each in found:
        assert Element(*each, tree).node.tag == "b"
    assert len(found) == 20_000
    assert time.process_time() - begin < 3


@needs_compiled
def test_an_error_of_the_visitor_is_passed_on() -> None:
    page = LexborHTMLParser("<h1>x</h1>")
    assert page.root
    with pytest.raises(TypeError):
        Tree(page.root).visit(None)  # type: ignore[arg-type]
    assert elements.C_ELEMENTS
    with pytest.raises(RuntimeError, match="not bound"):
        elements.C_ELEMENTS.find(0, print, ())
    with pytest.raises(ValueError, match="too many"):
        elements.C_ELEMENTS.find(page.root.mem_id, print, ("class",) * 99)


@needs_compiled
def test_a_compiled_part_that_finds_other_elements_or_no_parser_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    module = elements.C_ELEMENTS
    assert elements._bound(module) is module
    monkeypatch.setattr(elements, "SELECTOR", "meta")
    assert elements._bound(module) is None
    monkeypatch.setattr(lexbor, "__file__", "/no/such/library.so")
    assert elements._bound(module) is None
    monkeypatch.undo()
    assert elements._bound(module) is module
