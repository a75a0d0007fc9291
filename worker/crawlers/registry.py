"""All shapes, in the order in which they are tried: the most distinctive fields first, the catch-all last."""

from __future__ import annotations

import difflib
from typing import Final

from worker.crawlers import (
    bare_page,
    firecrawl,
    fundus,
    native,
    news_please,
    nutch,
    scrapy,
    scrapy_cluster,
    stormcrawler,
    story_indexer,
    trafilatura_json,
    warc,
    zyte,
)
from worker.crawlers.base import ByteShape, Shape
from worker.crawlers.fields import Message
from worker.errors import SettingsError

AUTO: Final = "auto"

BYTE_SHAPES: Final[tuple[ByteShape, ...]] = (warc.SHAPE, bare_page.SHAPE)
"""Values that are not JSON."""

OBJECT_SHAPES: Final[tuple[Shape, ...]] = (
    scrapy_cluster.SHAPE,
    news_please.SHAPE,
    story_indexer.SHAPE,
    stormcrawler.SHAPE,
    nutch.SHAPE,
    trafilatura_json.SHAPE,
    fundus.SHAPE,
    native.SHAPE,
    zyte.SHAPE,
    firecrawl.SHAPE,
    scrapy.SHAPE,
)
"""JSON objects. The last one fits every object."""

SHAPES: Final[tuple[ByteShape | Shape, ...]] = BYTE_SHAPES + OBJECT_SHAPES


def names() -> list[str]:
    """The values that the setting `shape` accepts besides `auto`."""
    return [shape.name for shape in SHAPES]


def find(name: str) -> ByteShape | Shape | None:
    """The shape of that name; None for `auto`. Call it at startup, so that a wrong name fails at once.

    Raises:
        SettingsError: there is no such shape; the message lists the known ones.
    """
    if name == AUTO:
        return None
    for shape in SHAPES:
        if shape.name == name:
            return shape
    near = difflib.get_close_matches(name, names(), n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise SettingsError(f"unknown shape {name!r}{hint}; known: {AUTO}, {', '.join(names())}")


def of_bytes(value: bytes) -> ByteShape | None:
    """The shape of a value that is not JSON; None if the value should be JSON."""
    return next((shape for shape in BYTE_SHAPES if shape.fits(value)), None)


def of_object(message: Message) -> Shape:
    """The first shape that fits the object."""
    return next(shape for shape in OBJECT_SHAPES if shape.fits(message))
