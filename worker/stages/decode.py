"""The first stage: turns a record's bytes, in any crawler's format, into an article."""

from __future__ import annotations

import codecs
import shlex
from dataclasses import replace
from typing import Any, Final

import orjson

from worker.crawlers import registry, unread
from worker.crawlers.base import ByteShape, Shape, to_article
from worker.crawlers.field_map import FieldMap
from worker.crawlers.fields import Message
from worker.crawlers.media import file_type
from worker.crawlers.values import is_error, kind
from worker.messages import MAX_EXTRA_BYTES, Article, Dead, Dropped, RawRecord, Reason
from worker.text.cleaning import looks_like_html

_LONGEST_DETAIL: Final = 200
_PROBE_BYTES: Final = 2000
_MANY_BYTES: Final = 1 << 20
_MOST_CONTAINERS: Final = 500_000  # arrays and objects; each takes 60 to 230 bytes
_ONE_A_LINE: Final = "in a file, each line is one whole message"
_FROM_A_PAGE: Final = "; a page becomes one with: jq -Rsc --arg url URL '{$url, html: .}' page.html"
_DUMP_ERROR: Final = b"json failed to parse"
_NO_MAP: Final = FieldMap()
_ROOM_FOR_NAMES: Final = 80


def decode(
    record: RawRecord, *, shape: str = registry.AUTO, fields: FieldMap = _NO_MAP, max_value_bytes: int
) -> Article | Dropped | Dead:
    """The article in a record: with `html`, `text` or both. Given both, `html` wins if a body is found in it.

    Its text is scrubbed (`worker.text.cleaning`): it has no lone surrogates, no bidirectional controls, and no control
    characters other than newline and tab. `extra` is not scrubbed yet, but orjson can write the whole article. Never
    raises for bad bytes.

    Args:
        record: as the transport read it. If the value is bare HTML, the record's key is its URL.
        shape: `auto`, or the name of the crawler's shape that every record has.
        fields: where JSON messages have their fields, beside the shape's own names.
        max_value_bytes: a larger value is dead, and so is a compressed page (WARC) that unpacks to more.

    Raises:
        SettingsError: no shape has that name.
    """
    value = record.value
    if value is None:
        return Dead(Reason.NULL_VALUE, "the record has no value")
    # If part of the value is missing, it was over the transport's own limit.
    if record.size_bytes > min(max_value_bytes, len(value)):
        return Dead(Reason.TOO_LARGE, f"{record.size_bytes} bytes, more than the limit of {max_value_bytes}")
    read = _read(record, value, registry.find(shape), fields, max_value_bytes)
    return _judged(read) if isinstance(read, Article) else read


def _read(
    record: RawRecord, value: bytes, forced: ByteShape | Shape | None, fields: FieldMap, max_value_bytes: int
) -> Article | Dropped | Dead:
    as_bytes = registry.of_bytes(value) if forced is None else forced
    if isinstance(as_bytes, ByteShape):
        opened = as_bytes.open(record, max_value_bytes)
        return opened if isinstance(opened, Dropped | Dead) else to_article(as_bytes, opened)
    message = _parsed(value)
    if isinstance(message, Dropped | Dead):
        return message
    return to_article(fields.applied(as_bytes or registry.of_object(message)), message)


def _parsed(value: bytes) -> Message | Dropped | Dead:
    containers = value.count(b"[") + value.count(b"{") if len(value) > _MANY_BYTES else 0
    if containers > _MOST_CONTAINERS:
        return Dead(Reason.TOO_MANY_NODES, f"up to {containers} arrays and objects, limit {_MOST_CONTAINERS}")
    try:
        message: Any = orjson.loads(value.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        return _unreadable(value, error)
    return message if isinstance(message, dict) else Dead(Reason.UNKNOWN_SHAPE, _not_an_object(message))


def _not_an_object(message: Any) -> str:
    found = f"expected an object, got {kind(message)}"
    if isinstance(message, str) and message.lstrip().startswith("{"):
        return f"{found} with JSON in it: encode the message only once"
    if isinstance(message, str) and looks_like_html(message):
        return f"{found} with a page in it: send the page without quotes, or as the field html of an object"
    if isinstance(message, list) and message and isinstance(message[0], dict):
        listed = unread.names(message[0], _ROOM_FOR_NAMES) or "no fields"
        return f"{found} of objects ({listed}): send each of them as a message of its own"
    return found


def _unreadable(value: bytes, error: orjson.JSONDecodeError) -> Dropped | Dead:
    if found := file_type(value[:_PROBE_BYTES].decode("latin-1")):
        return Dropped(Reason.NOT_HTML, f"the value is {found}")
    try:
        value.decode()
    except UnicodeDecodeError as problem:
        return Dead(Reason.NOT_UTF8, f"byte {problem.start} of {len(value)}: {problem.reason}")
    if value.strip() == _DUMP_ERROR:
        return Dead(Reason.BAD_JSON, "scrapy-cluster could not write this item as JSON, and sent this text instead")
    is_page_line = not value.lstrip().startswith(b"{")
    return Dead(Reason.BAD_JSON, f"{str(error)[:_LONGEST_DETAIL]}; {_ONE_A_LINE}{_FROM_A_PAGE if is_page_line else ''}")


def _judged(article: Article) -> Article | Dropped | Dead:
    """The article, unless it is an error page or has no content. Error pages come first: they may have no content."""
    if is_error(article.status):
        return Dropped(Reason.HTTP_ERROR, f"status {article.status}", article.without_content())
    if not article.html and not article.text:
        return Dead(Reason.NO_CONTENT, _no_content(article), article.without_content())
    # Fields that are too large to publish need not stay in memory until the end of the batch.
    return article if len(orjson.dumps(article.extra)) <= MAX_EXTRA_BYTES else replace(article, extra={})


def _no_content(article: Article) -> str:
    entries = unread.suggested_map(article.extra, has_url=article.url is not None)
    hint = ""
    if entries:
        hint = "; try " + " ".join(f"--map {shlex.quote(entry)}" for entry in entries)
    elif unread.has_values(article.extra):
        hint = "; if one is the page, add --map html=NAME"
    begin = "neither html nor text; other fields: "
    return begin + (unread.names(article.extra, _LONGEST_DETAIL - len(begin) - len(hint)) or "none") + hint


def suggested_map(record: RawRecord, *, shape: str, fields: FieldMap, max_value_bytes: int) -> tuple[str, ...]:
    """Entries for the setting `map` that may give a message content; empty if it has content, or nothing fits.

    The arguments are those of `decode`.
    """
    read = _read(record, record.value or b"", registry.find(shape), fields, max_value_bytes)
    if not isinstance(read, Article) or read.html or read.text:
        return ()
    return unread.suggested_map(read.extra, has_url=read.url is not None)


def unmatched_map(value: bytes, fields: FieldMap) -> tuple[str, ...]:
    """The entries of the user's map whose fields are missing or blank. None are if the value is not a JSON object."""
    message = _parsed(value) if fields.entries else {}
    return fields.unmatched(message) if isinstance(message, dict) else ()
