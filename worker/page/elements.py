"""Finds the elements of a page that may declare something about it, in one pass over its tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final

from selectolax import lexbor
from selectolax.lexbor import LexborHTMLParser, LexborNode

from worker.compiled import compiled

Attributes = Mapping[str, str | None]

# In _elements.c, `is_marked` finds the same. One selector is one pass in C, however long it is. With `:is`, an
# element that matches twice is returned once. "uthor" stands for author and Author.
SELECTOR: Final = (
    ':is(meta[content],link[rel~="canonical" i],base,title:not(svg title),h1,time[datetime],script[type*="ld+json" i],'
    'input[type="password" i],[itemprop]:is([itemprop="datePublished"],[itemprop="author"]),'
    'a:is([href*="/author"],[rel="author" i],[rel~="tag" i]),[class*="uthor"],[class*="yline"])'
)
ATTRIBUTES: Final = (
    "content", "property", "name", "class", "href", "rel", "itemprop", "datetime", "http-equiv", "pubdate",
)  # fmt: skip
"""Those of an element that anything reads."""
_SAMPLE: Final = (
    b"<title>t</title><meta content=c><link rel='x CANONICAL'><base><script type=LD+json></script><svg><title>t</title>"
    b"</svg><h1>h</h1><time datetime=d></time><time></time><input type=Password><p itemprop=author><p itemprop=Author>"
    b"<a href=/author/x>l</a><a rel=TAG>l</a><a rel=tags>l</a><i class=Author><i class=by-line><i class=byline>"
)
_MOST_STEPS: Final = 2000  # a pass with the selector takes as long


class Tree:
    """The tree of a page, and the way to its nodes from their addresses. `root` must not be freed before it."""

    __slots__ = ("_left", "_nodes", "root")

    def __init__(self, root: LexborNode) -> None:
        self.root, self._left = root, _MOST_STEPS
        self._nodes: dict[int, LexborNode] = {}

    def node(self, address: int) -> LexborNode:
        """The node at this address, which `visit` passed on: a few steps down the tree, or by a search if it is far."""
        path = C_ELEMENTS.path(address, self.root.mem_id, self._left) if C_ELEMENTS and not self._nodes else None
        if path is None:
            self._nodes = self._nodes or {node.mem_id: node for node in self.root.css(SELECTOR)}
            return self._nodes[address]
        node: Any = self.root
        for steps in path:
            self._left -= steps + 1
            node = node.child
            for _ in range(steps):
                node = node.next
        found: LexborNode = node
        return found

    def visit(self, visit: Callable[[str, Attributes, int | LexborNode], None]) -> None:
        """Call `visit` for each element that may declare something, with its tag, `ATTRIBUTES` and its place."""
        if C_ELEMENTS:
            C_ELEMENTS.find(self.root.mem_id, visit, ATTRIBUTES)
            return
        for node in self.root.css(SELECTOR):
            visit(node.tag or "", node.attributes, node)


class Element:
    """An element that `Tree.visit` found. Its node is looked for only if that is asked for."""

    __slots__ = ("_place", "_tree", "attributes", "tag")

    def __init__(self, tag: str, attributes: Attributes, place: int | LexborNode, tree: Tree | None = None) -> None:
        self.tag, self.attributes, self._place, self._tree = tag, attributes, place, tree

    @property
    def node(self) -> LexborNode:
        """Its node in the tree."""
        if isinstance(self._place, int):
            assert self._tree is not None
            self._place = self._tree.node(self._place)
        return self._place


def _bound(module: ModuleType | None) -> ModuleType | None:
    """The compiled module, if it understands the parser that is installed: it must find what the selector does."""
    if module is None:
        return None
    try:
        module.bind(lexbor.__file__)
    except ImportError:
        return None
    root = LexborHTMLParser(_SAMPLE).root
    assert root
    found: list[int] = []
    module.find(root.mem_id, lambda _tag, _attributes, place: found.append(place), ATTRIBUTES)
    return module if found == [node.mem_id for node in root.css(SELECTOR)] else None


C_ELEMENTS = _bound(compiled("worker.page._elements"))
