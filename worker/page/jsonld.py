"""The article that a page describes in its JSON-LD blocks (schema.org), however it is wrapped.

Sources: https://schema.org/Article, https://www.w3.org/TR/json-ld11/ ("@graph", "@id").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import orjson

Node = Mapping[str, Any]

MAX_BLOCK_CHARS: Final = 1 << 20  # of 1,350 blocks that described an article, the largest had 0.1 MB
MAX_NODES: Final = 2000
MAX_NAMES: Final = 100  # of one value, in total; real bylines have a dozen
MAX_NAME_CHARS: Final = 2000  # a whole byline in one string has a few hundred

_CONTAINERS: Final = ("@graph", "mainEntity", "mainEntityOfPage")
_URL_KEYS: Final = ("url", "contentUrl")
_MAX_KIND_CHARS: Final = 200
_LESS_SURE: Final = ("webpage", "itempage", "aboutpage", "collectionpage")
# The start of a comment or CDATA section before the block, and commas before a closing bracket.
_OPENING: Final = re.compile(r"\s*+(?:<!--|//\s*+<!\[CDATA\[|<!\[CDATA\[|/\*.{0,40}?\*/|)")
_SPARE_COMMA: Final = re.compile(r",(?=\s*[}\]])")
_LENIENT: Final = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The contents of the blocks: the nodes of the article, the page, the site and the path of links to the page.

    `by_id` maps an `@id` to its node, if the node has a name or a URL. `types` are the types of all nodes, in lower
    case and without the vocabulary's name.
    """

    article: Node = field(default_factory=dict)
    page: Node = field(default_factory=dict)
    site: Node = field(default_factory=dict)
    trail: Node = field(default_factory=dict)
    by_id: Mapping[str, Node] = field(default_factory=dict)
    types: frozenset[str] = frozenset()

    def names(self, value: Any) -> list[str]:
        """The names of persons or organisations: a string, an object with `name`, a reference, or a list of these.

        Reads only the first `MAX_NAMES` items, and the first `MAX_NAME_CHARS` characters of each name. A list of
        references to one node would otherwise repeat all its names each time.
        """
        named = islice(self._named(value), MAX_NAMES)
        return [name[:MAX_NAME_CHARS] for name in named if isinstance(name, str)]

    def url(self, value: Any) -> str:
        """The URL of a picture or a page: a string, an object with `url`, a reference, or the first item of a list."""
        item = next(iter(as_list(value)), None)
        if found := text_of(item, *_URL_KEYS):
            return found
        return text_of(self._target(item), *_URL_KEYS) if isinstance(item, dict) else ""

    def _named(self, value: Any) -> Iterator[Any]:
        for item in as_list(value)[:MAX_NAMES]:
            named = item
            if isinstance(item, dict):
                named = item.get("name") or self._target(item).get("name")
            yield from as_list(named)

    def _target(self, reference: Node) -> Node:
        return self.by_id.get(_id(reference), {})


def read_linked_data(blocks: Iterable[str], urls: frozenset[str] = frozenset()) -> LinkedData:
    """The page's article. If there are several, the one whose URL is in `urls`, or else the first with a headline.

    Repairs simple errors in JSON, and skips blocks with other errors. Never raises. `urls` are results of `url_key`.
    """
    nodes = [node for block in blocks for node in _nodes(_load(block))][:MAX_NODES]
    typed = [(node, _types(node)) for node in nodes]
    articles = [node for node, types in typed if any(map(is_article, types))]
    named = [node for node in articles if node.get("headline")]
    own = [node for node in articles if not urls.isdisjoint(_urls(node))] if len(articles) > 1 else []
    return LinkedData(
        article=next(iter(own + named + articles), {}),
        page=next((node for node, types in typed if not types.isdisjoint(_LESS_SURE)), {}),
        site=next((node for node, types in typed if "website" in types), {}),
        trail=next((node for node, types in typed if "breadcrumblist" in types), {}),
        by_id={name: node for key in ("url", "name") for node in nodes if node.get(key) and (name := _id(node))},
        types=frozenset().union(*(types for _, types in typed)),
    )


def url_key(url: str) -> str:
    """The URL without its scheme, fragment and final slash, for comparison."""
    return url.partition("#")[0].partition("://")[2].rstrip("/").removeprefix("www.")


def text_of(value: Any, *keys: str) -> str:
    """The string in a value: the value itself, or the first of these keys in an object or in a list's first object."""
    for item in as_list(value)[:1]:
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
        # This accepts raw line breaks in strings, NaN, and anything after the first value.
        return _LENIENT.raw_decode(_SPARE_COMMA.sub("", _OPENING.sub("", block, 1)).lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[Node]:
    """The objects of a block, depth first: from lists and the keys that hold a page's nodes, not from listed items."""
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


def _id(node: Node) -> str:
    name = node.get("@id")
    return name if isinstance(name, str) else ""


def _types(node: Node) -> frozenset[str]:
    kinds = as_list(node.get("@type"))[:MAX_NODES]
    return frozenset(kind[:_MAX_KIND_CHARS].rpartition("/")[2].lower() for kind in kinds if isinstance(kind, str))


def is_article(kind: str) -> bool:
    """Whether a type, in lower case, is one of schema.org's article types."""
    return (kind.endswith(("article", "posting")) and kind != "jobposting") or kind == "report"


def _urls(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        if url := text_of(node.get(key), "@id", "url"):
            yield url_key(url)


def as_list(value: Any) -> list[Any]:
    """A list unchanged; any other value as a list of one."""
    return value if isinstance(value, list) else [value]
