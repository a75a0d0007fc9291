"""The article that a page describes in its JSON-LD blocks (schema.org), whatever they are wrapped in.

Sources: https://schema.org/Article, https://www.w3.org/TR/json-ld11/ ("@graph", "@id").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

Node = Mapping[str, Any]

MAX_BLOCK_CHARS: Final = 1 << 20  # the largest block that described an article, of 1,350, had 0.1 MB
MAX_NODES: Final = 2000

_CONTAINERS: Final = ("@graph", "mainEntity", "mainEntityOfPage")
_LESS_SURE: Final = ("webpage", "itempage", "aboutpage", "collectionpage")
# Comment and CDATA marks around the block, and commas before a closing bracket.
_MARKS: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.{0,40}?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_SPARE_COMMA: Final = re.compile(r",(?=\s*[}\]])")
_LENIENT: Final = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class LinkedData:
    """What stands in the blocks: the article's node, the page's own, and all nodes by their `@id`."""

    article: Node = field(default_factory=dict)
    page: Node = field(default_factory=dict)
    by_id: Mapping[str, Node] = field(default_factory=dict)

    def names(self, value: Any) -> list[str]:
        """The names of persons or organisations: a string, an object with `name`, a reference, or a list of those."""
        names = []
        for item in _as_list(value)[:MAX_NODES]:
            named = item
            if isinstance(item, dict):
                target = self.by_id.get(str(item.get("@id")), {})
                named = item.get("name") or target.get("name")
            names += [name for name in _as_list(named) if isinstance(name, str)]
        return names


def read_linked_data(blocks: Iterable[str], urls: frozenset[str] = frozenset()) -> LinkedData:
    """The page's article: the one whose URL is among `urls` where several stand there, else the first with a headline.

    Broken JSON is repaired where that is simple, and else left out. Never raises. `urls` are in the form of `url_key`.
    """
    nodes = [node for block in blocks for node in _nodes(_load(block))][:MAX_NODES]
    articles = [node for node in nodes if _is_article(node)]
    pages = [node for node in nodes if _types(node) & set(_LESS_SURE)]
    named = [node for node in articles if node.get("headline")]
    own = [node for node in articles if not urls.isdisjoint(_urls(node))]
    return LinkedData(
        article=next(iter((own if len(articles) > 1 else []) + named + articles), {}),
        page=next(iter(pages), {}),
        by_id={str(node["@id"]): node for node in nodes if node.get("name") and "@id" in node},
    )


def url_key(url: str) -> str:
    """A URL without scheme, fragment and final slash, for comparing."""
    return url.partition("#")[0].partition("://")[2].rstrip("/").removeprefix("www.")


def text_of(value: Any, *keys: str) -> str:
    """A value that should be a string: itself, or the first such key of an object, or of the first object of a list."""
    for item in _as_list(value)[:1]:
        if isinstance(item, str):
            return item
        if isinstance(item, dict):
            return next((found for key in keys if isinstance(found := item.get(key), str)), "")
    return ""


def _load(block: str) -> Any:
    if len(block) > MAX_BLOCK_CHARS or not block.strip():
        return None
    try:
        return orjson.loads(block)
    except orjson.JSONDecodeError:
        pass
    try:
        # Raw line breaks in strings, NaN, and whatever follows the first value are let pass.
        return _LENIENT.raw_decode(_SPARE_COMMA.sub("", _MARKS.sub("", block)).lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[Node]:
    """The objects of a block, depth first: of lists and of the keys that hold a page's nodes, never of listed items."""
    waiting = [value]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item[MAX_NODES::-1]
        elif isinstance(item, dict):
            yield item
            waiting += [item[key] for key in _CONTAINERS if isinstance(item.get(key), list | dict)]


def _types(node: Node) -> set[str]:
    return {kind.rpartition("/")[2].lower() for kind in _as_list(node.get("@type")) if isinstance(kind, str)}


def _is_article(node: Node) -> bool:
    return any(kind.endswith(("article", "posting")) or kind == "report" for kind in _types(node) - {"jobposting"})


def _urls(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        if url := text_of(node.get(key), "@id", "url"):
            yield url_key(url)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
