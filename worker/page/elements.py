"""Finds the elements of a page that may declare something about it, in one pass over its tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from selectolax.lexbor import LexborNode

from worker.extraction.walk import C_WALK

Attributes = Mapping[str, str | None]

# In the compiled walk, `is_marked` finds the same. One selector is one pass in C, however long it is. With `:is`, an
# element that matches twice is returned once. "uthor" stands for author and Author.
SELECTOR: Final = (
    ':is(meta[content],link[rel~="canonical" i],base,title:not(svg title),h1,time[datetime],script[type*="ld+json" i],'
    'input[type="password" i],[itemprop]:is([itemprop="datePublished"],[itemprop="author"]),'
    'a:is([href*="/author"],[rel="author"],[rel~="tag"]),[class*="uthor"],[class*="yline"])'
)
ATTRIBUTES: Final = (
    "content", "property", "name", "class", "href", "rel", "itemprop", "datetime", "http-equiv", "pubdate",
)  # fmt: skip
"""Those of an element that anything reads."""
_MOST_STEPS: Final = 2000  # a pass with the selector takes as long


class Tree:
    """The tree of a page, and the way to its nodes from their addresses. `root` must not be freed before it."""

    __slots__ = ("_left", "_nodes", "root")

    def __init__(self, root: LexborNode) -> None:
        self.root, self._left = root, _MOST_STEPS
        self._nodes: dict[int, LexborNode] = {}

    def node(self, address: int) -> LexborNode:
        """The node at this address, which `visit` gave: by a few steps down the tree, or if that is far, a search."""
        path = C_WALK.path(address, self.root.mem_id, self._left) if C_WALK and not self._nodes else None
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
        if C_WALK:
            C_WALK.find(self.root.mem_id, visit, ATTRIBUTES)
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
