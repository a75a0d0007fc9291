"""Traces as messages: what the pipeline found, in the form that the schemas describe.

Nothing here raises for what a record holds, but `clean_article`, whose caller makes a dead letter of an article that
cannot be written. A quality report and a dead letter can always be written.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from worker.errors import ENDS_THE_PROCESS
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise, host
from worker.messages import (
    MAX_EXTRA_BYTES,
    Article,
    Channel,
    DeadLetter,
    Headers,
    Outcome,
    Output,
    PipelineInfo,
    RawRecord,
    Source,
    Trace,
)
from worker.text.cleaning import MAX_URL_CHARS, scrub
from worker.text.writable import dumps, writable

MAX_DETAIL_CHARS = 500

HEAD_BYTES = 64 << 10
"""What a dead letter keeps of a value that is over the limit."""

MAX_HEADER_BYTES = 16 << 10
"""The input's own headers are passed on if they fit into this, names and values together."""

MAX_HEADERS = 1000
"""No more of the input's own headers are passed on, or looked at: a record may have millions of empty ones."""

MAX_KEY_BYTES = MAX_URL_CHARS
"""A dead letter without its value keeps a key of up to this size, that of the longest page URL."""

_SOURCE_HEADERS = ("source-topic", "source-partition", "source-offset")
_LETTER_HEADERS = ("reason", "detail", "stage", "value-length", "value-sha256")
_ESCAPED_CONTROL = re.compile(rb"\\[bfru]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fallback_id(trace: Trace) -> str:
    """The id (32 hex characters) of a record that was never identified.

    It is the id that its URL has elsewhere, so that a page's failures stand beside its articles; without a URL it is
    made of the place of the message.
    """
    article = trace.article
    try:
        url = canonicalise(article.url, article.final_url, article.canonical_url) if article else None
    except ENDS_THE_PROCESS:
        raise
    except BaseException:  # noqa: BLE001 - may be what the record died of, and the record must end all the same
        url = None
    return hash_id(url or (article and article.url) or trace.record.source.place)


def output(channel: Channel, trace: Trace, value: bytes | DeadLetter, key: bytes | None = None) -> Output:
    """A message keyed by the article's id, or by `key`, with the input's own headers and the input's position.

    An input may itself be an output, such as a dead letter sent again: our headers then replace those of the same name,
    and where it dies again, those of the earlier dead letter are left out of its report too.
    """
    source = trace.record.source
    places = (scrub(source.topic), str(source.partition), str(source.offset))
    own = tuple((name, place.encode()) for name, place in zip(_SOURCE_HEADERS, places, strict=True))
    return Output(channel, trace.article_id.encode() if key is None else key, value, (*_passed_on(trace)[0], *own))


def _passed_on(trace: Trace) -> tuple[Headers, int]:
    """The input's own headers that go into every output, in order, and how many are left out; made once."""
    if trace.passed_on is None:
        replaced = _SOURCE_HEADERS + _LETTER_HEADERS if trace.outcome is Outcome.DEAD else _SOURCE_HEADERS
        own = [header for header in trace.record.headers if header[0] not in replaced]
        kept = () if trace.refused else _that_fit(own[:MAX_HEADERS])
        trace.passed_on = kept, len(own) - len(kept)
    return trace.passed_on


def _that_fit(headers: list[tuple[str, bytes]]) -> Headers:
    kept, room = [], MAX_HEADER_BYTES
    for name, value in headers:
        size = len(name.encode()) + len(value)
        if size <= room:
            room -= size
            kept.append((name, value))
    return tuple(kept)


def clean_article(trace: Trace, info: PipelineInfo) -> bytes:
    """clean_article.v1 as JSON.

    Raises:
        AssertionError: the trace has no article, no verdict or no content hash.
    """
    article, verdict = trace.article, trace.verdict
    assert article is not None
    assert verdict is not None
    assert trace.content_hash is not None
    message: dict[str, Any] = {
        "schema": "clean_article.v1",
        "article_id": trace.article_id,
        "version": verdict.version,
        **_content(article),
        "content_hash": f"sha256:{trace.content_hash.hex()}",
        "duplicate": _duplicate(trace),
        "source": _source(trace.record.source),
        "pipeline": _pipeline(info),
    }
    if extra := _extra(article.extra):
        message["extra"] = orjson.Fragment(extra)
    return dumps(message)


def _content(article: Article) -> dict[str, Any]:
    return {
        "url": article.url,
        "canonical_url": article.canonical_url,
        "host": host(article.canonical_url),
        "title": article.title,
        "authors": list(article.authors),
        "published_at": _time(article.published_at),
        "fetched_at": _time(article.fetched_at),
        "language": article.language,
        "site_name": article.site_name,
        "image": article.image,
        "paywalled": article.paywalled,
        "text": article.text,
    }


def _extra(fields: Mapping[str, Any]) -> bytes:
    """The crawler's own fields as JSON, their text scrubbed; empty if there are none or too many."""
    made = dumps(fields) if fields else b""
    if len(made) > MAX_EXTRA_BYTES:
        return b""
    # JSON has C0 controls escaped, and all others as they are. Few fields have any.
    if _ESCAPED_CONTROL.search(made) or scrub(text := made.decode()) is not text:
        return orjson.dumps(writable(fields))
    return made


def quality_report(trace: Trace, info: PipelineInfo) -> Output:
    """quality_report.v1, for whatever became of the record. Only `stage_ms` differs between two runs.

    If it was too large for its topic before, it has only the outcome and the facts of bounded size.
    """
    if "quality" in trace.refused:
        trace = replace(trace, article=None, measures=None, detail="", sizes={}, stage_ms={})
    article = trace.article
    message = {
        "schema": "quality_report.v1",
        "article_id": trace.article_id,
        "source": _source(trace.record.source),
        "url": article.url[:MAX_URL_CHARS] if article and article.url else None,
        "outcome": trace.outcome,
        "reason": trace.reason,
        "detail": _detail(trace.detail),
        "stage": trace.stage if trace.outcome in (Outcome.DROPPED, Outcome.DEAD) else None,
        **{name: getattr(article, name, None) for name in ("shape", "extractor", "language", "page_kind")},
        "value_bytes": trace.record.size_bytes,
        "headers_left_out": _passed_on(trace)[1],
        "sizes": {stage: {"before": before, "after": after} for stage, (before, after) in trace.sizes.items()},
        "removed": dict(article.removed) if article else {},
        "duplicate": _duplicate(trace),
        **_measures(trace.measures),
        "stage_ms": {stage: round(ms, 3) for stage, ms in trace.stage_ms.items()},
        "pipeline": _pipeline(info),
    }
    return output("quality", trace, dumps(message))


def dead_letter(trace: Trace) -> Output:
    """The record as it came, under its own key, and why it died."""
    key, whole = trace.record.key, "dead" not in trace.refused
    letter = DeadLetter(trace.record, trace.reason, _detail(trace.detail), trace.stage, with_value=whole)
    return output("dead", trace, letter, key if whole or len(key or b"") <= MAX_KEY_BYTES else None)


def dead_letter_headers(letter: DeadLetter) -> tuple[tuple[str, bytes], ...]:
    """What a dead letter on Kafka says beside its value; where it came from stands in the headers of every output."""
    facts = (letter.reason.value, letter.detail, letter.stage, str(letter.record.size_bytes), _sha256(letter.record))
    return tuple((name, scrub(fact).encode()) for name, fact in zip(_LETTER_HEADERS, facts, strict=True))


def dead_letter_value(letter: DeadLetter, max_bytes: int) -> bytes | None:
    """The value as it came; of one over `max_bytes`, or that was never read whole, the first bytes. None for none."""
    value = letter.record.value if letter.with_value else None
    return value if value is None or not _is_cut(letter.record, max_bytes) else value[: min(HEAD_BYTES, max_bytes)]


def dead_letter_line(letter: DeadLetter) -> bytes:
    """dead_letter.v1 as JSON, for transports that have no headers."""
    record = letter.record
    size = len(record.value or b"")
    value = dead_letter_value(letter, size)
    message = {
        "schema": "dead_letter.v1",
        "source": _source(record.source),
        "reason": letter.reason,
        "detail": _detail(letter.detail),
        "stage": letter.stage,
        "value_base64": None if value is None else _base64(value),
        "value_length": record.size_bytes,
        "value_sha256": _sha256(record),
        "value_truncated": _is_cut(record, size),
        "key_base64": None if record.key is None else _base64(record.key),
        "headers": [{"name": name, "value_base64": _base64(header)} for name, header in record.headers],
    }
    return dumps(message)


def _is_cut(record: RawRecord, max_bytes: int) -> bool:
    return record.size_bytes > min(max_bytes, len(record.value or b""))


def _sha256(record: RawRecord) -> str:
    return record.sha256 or hashlib.sha256(record.value or b"").hexdigest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _measures(measures: Mapping[str, Any] | None) -> dict[str, Any]:
    others = None if measures is None else dict(measures)
    return {"score": others.pop("score", None) if others else None, "measures": others}


def _duplicate(trace: Trace) -> dict[str, Any] | None:
    verdict = trace.verdict
    if verdict is None:
        return None
    return {
        "kind": verdict.kind,
        "of": verdict.of,
        "similarity": verdict.similarity,
        "cluster_id": verdict.cluster_id,
        "evidence": dict(verdict.evidence) or None,
    }


def _source(source: Source) -> dict[str, Any]:
    written_ms = source.timestamp_ms
    timestamp = None
    if written_ms is not None and written_ms >= 0:  # Kafka says -1 where there is none
        try:
            timestamp = _time(_EPOCH + timedelta(milliseconds=written_ms))
        except OverflowError:  # a producer's clock that counts in another unit
            timestamp = None
    return {"topic": source.topic, "partition": source.partition, "offset": source.offset, "timestamp": timestamp}


def _pipeline(info: PipelineInfo) -> dict[str, str]:
    return {"version": info.version, "fingerprint": info.fingerprint}


def _time(moment: datetime | None) -> str | None:
    """RFC 3339, UTC, in milliseconds; None for a time whose year UTC does not have."""
    try:
        return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    except (OverflowError, ValueError):
        return None


def _detail(text: str) -> str:
    return " ".join(scrub(text[: 4 * MAX_DETAIL_CHARS]).split())[:MAX_DETAIL_CHARS]
