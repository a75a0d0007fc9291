"""Reads the records of a clean topic, as far as a promotion compares them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from worker.commands.replay.promote.plan import Kept
from worker.messages import PROMOTED_FROM, RETRY_OF, SOURCE_HEADERS, Headers
from worker.pipeline.published import ARTICLE_ID, ForeignRecordError, read_published
from worker.transport.kafka.published import Fetched

_FACTS: Final = (
    "canonical_url", "host", "title", "authors", "description", "tags", "section", "published_at",
    "language", "site_name", "image", "paywalled", "text", "markdown",
)  # fmt: skip
_ABSENT: Final[Mapping[str, Any]] = {"tags": []}
"""What an absent field means, according to the schema. Any other one means null."""

_CRAWL: Final = ("url", "fetched_at", "extra")
_HASH_BYTES: Final = 16
_NUMBER: Final = re.compile(rb"[0-9]{1,18}")


def article_id_of(record: Fetched) -> str | None:
    """The article that a record is about, by its key. None if the worker did not write the record."""
    return record.key.decode() if record.key and ARTICLE_ID.fullmatch(record.key) else None


def kept(record: Fetched) -> Kept | None:
    """The article in a record of a clean topic; None if there is none that this version of the worker can read."""
    try:
        found = read_published(record.value or b"")
    except ForeignRecordError:
        return None
    message, source, verdict = orjson.loads(record.value or b""), found.source, found.identity.verdict
    return Kept(
        record.partition, record.offset, record.written_ms, source.topic, source.partition, source.offset,
        source.timestamp_ms, verdict.version, verdict.is_duplicate, verdict.cluster_id, _hash(message, _FACTS),
        _hash(message, _CRAWL), is_retried=RETRY_OF in dict(record.headers),
        precision=str(message.get("published_at_precision") or ""),
    )  # fmt: skip


def deleted(record: Fetched) -> Kept:
    """A tombstone in the topic of the worker that no promotion has written."""
    return Kept(
        record.partition, record.offset, record.written_ms, "", 0, 0, None, 0, is_duplicate=False, cluster_id="",
        facts=b"", crawl=b"", is_deleted=True,
    )  # fmt: skip


def promoted_from(headers: Headers) -> str | None:
    """The replay that an output was promoted from; None if a worker published it."""
    name = dict(headers).get(PROMOTED_FROM)
    return None if name is None else name.decode(errors="replace")


def source_of(headers: Headers) -> tuple[str, int, int] | None:
    """The place of an output's input, by its headers."""
    named = dict(headers)
    topic, partition, offset = (named.get(name, b"") for name in SOURCE_HEADERS)
    if not _NUMBER.fullmatch(partition) or not _NUMBER.fullmatch(offset):
        return None
    return topic.decode(errors="replace"), int(partition), int(offset)


def _hash(message: Mapping[str, Any], names: tuple[str, ...]) -> bytes:
    fields = orjson.dumps([message.get(name, _ABSENT.get(name)) for name in names], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(fields, digest_size=_HASH_BYTES).digest()
