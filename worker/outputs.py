"""Traces as messages: what the pipeline found, in the form that the schemas describe."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson

from worker.dedup.ids import hash_id
from worker.dedup.urls import host
from worker.messages import Channel, DeadLetter, Output, PipelineInfo, RawRecord, Source, Trace
from worker.text import scrub

MAX_EXTRA_BYTES = 16 << 10  # a crawler's own fields are passed on up to this size
MAX_DETAIL_CHARS = 500
HEAD_BYTES = 64 << 10  # what a dead letter keeps of a value over the limit

_SOURCE_HEADERS = ("source-topic", "source-partition", "source-offset")


def fallback_id(trace: Trace) -> str:
    """The key of a record that was never identified: its URL's id where it has one, else its message's."""
    url = trace.article.url if trace.article else None
    return hash_id(url or trace.record.source.message_id)


def output(channel: Channel, trace: Trace, value: bytes | DeadLetter) -> Output:
    """A message under the article's id, with the input's own headers and where the input stands."""
    source = trace.record.source
    kept = tuple(header for header in trace.record.headers if header[0] not in _SOURCE_HEADERS)
    places = (source.topic, str(source.partition), str(source.offset))
    own = tuple((name, place.encode()) for name, place in zip(_SOURCE_HEADERS, places, strict=True))
    return Output(channel, trace.article_id.encode(), value, (*kept, *own))


def clean_article(trace: Trace, info: PipelineInfo) -> bytes:
    """clean_article.v1 as JSON."""
    article, verdict = trace.article, trace.verdict
    assert article is not None
    assert verdict is not None
    assert trace.content_hash is not None
    message: dict[str, Any] = {
        "schema": "clean_article.v1",
        "article_id": trace.article_id,
        "version": verdict.version,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "host": host(article.canonical_url) if article.canonical_url else None,
        "title": article.title,
        "authors": list(article.authors),
        "published_at": _time(article.published_at),
        "fetched_at": _time(article.fetched_at),
        "language": article.language,
        "text": article.text,
        "content_hash": f"sha256:{trace.content_hash.hex()}",
        "duplicate": _duplicate(trace),
        "source": _source(trace.record.source),
        "pipeline": _pipeline(info),
    }
    if article.extra and len(orjson.dumps(article.extra)) <= MAX_EXTRA_BYTES:
        message["extra"] = article.extra
    return orjson.dumps(message)


def quality_report(trace: Trace, info: PipelineInfo) -> Output:
    """quality_report.v1, for whatever became of the record. Only `stage_ms` differs between two runs."""
    article = trace.article
    measures = dict(trace.measures) if trace.measures is not None else None
    message = {
        "schema": "quality_report.v1",
        "article_id": trace.article_id,
        "source": _source(trace.record.source),
        "url": article.url if article else None,
        "outcome": trace.outcome,
        "reason": trace.reason,
        "detail": _detail(trace.detail),
        "stage": trace.stage if trace.outcome in ("dropped", "dead") else None,
        "shape": article.shape if article else None,
        "extractor": article.extractor if article else None,
        "language": article.language if article else None,
        "value_bytes": trace.record.size_bytes,
        "sizes": {stage: {"before": before, "after": after} for stage, (before, after) in trace.sizes.items()},
        "removed": dict(article.removed) if article else {},
        "duplicate": _duplicate(trace) if trace.verdict else None,
        "score": measures.pop("score") if measures else None,
        "measures": measures,
        "stage_ms": {stage: round(ms, 3) for stage, ms in trace.stage_ms.items()},
        "pipeline": _pipeline(info),
    }
    return output("quality", trace, orjson.dumps(message))


def dead_letter(trace: Trace) -> Output:
    """The record as it came, and why it died."""
    return output("dead", trace, DeadLetter(trace.record, trace.reason, _detail(trace.detail), trace.stage))


def dead_letter_headers(letter: DeadLetter) -> tuple[tuple[str, bytes], ...]:
    """What a dead letter on Kafka says beside its value; the source stands in the headers of every output."""
    facts = {
        "reason": letter.reason.value,
        "detail": letter.detail,
        "stage": letter.stage,
        "value-length": str(letter.record.size_bytes),
        "value-sha256": _sha256(letter.record),
    }
    return tuple((name, fact.encode()) for name, fact in facts.items())


def dead_letter_value(letter: DeadLetter, max_bytes: int) -> bytes | None:
    """The value as it came; of one over `max_bytes`, or that was never read whole, the first bytes."""
    value = letter.record.value
    return value if value is None or not _is_cut(letter.record, max_bytes) else value[:HEAD_BYTES]


def dead_letter_line(letter: DeadLetter) -> bytes:
    """dead_letter.v1 as JSON, for transports that have no headers."""
    record = letter.record
    cut = _is_cut(record, len(record.value or b""))
    return orjson.dumps(
        {
            "schema": "dead_letter.v1",
            "source": _source(record.source),
            "reason": letter.reason,
            "detail": letter.detail,
            "stage": letter.stage,
            "value_base64": None if record.value is None else _base64(record.value[: HEAD_BYTES if cut else None]),
            "value_length": record.size_bytes,
            "value_sha256": _sha256(record),
            "value_truncated": cut,
            "key_base64": None if record.key is None else _base64(record.key),
            "headers": [[scrub(name), _base64(value)] for name, value in record.headers],
        }
    )


def _is_cut(record: RawRecord, max_bytes: int) -> bool:
    return record.size_bytes > min(max_bytes, len(record.value or b""))


def _sha256(record: RawRecord) -> str:
    return record.sha256 or hashlib.sha256(record.value or b"").hexdigest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _duplicate(trace: Trace) -> dict[str, Any]:
    verdict = trace.verdict
    assert verdict is not None
    return {
        "kind": verdict.kind,
        "of": verdict.of,
        "similarity": verdict.similarity,
        "cluster_id": verdict.cluster_id,
    }


def _source(source: Source) -> dict[str, Any]:
    written = None
    if source.timestamp_ms is not None:
        try:
            written = datetime.fromtimestamp(source.timestamp_ms / 1000, UTC)
        except (ValueError, OverflowError, OSError):  # a crawler's clock in milliseconds of another unit
            written = None
    return {
        "topic": scrub(source.topic),
        "partition": source.partition,
        "offset": source.offset,
        "timestamp": _time(written),
    }


def _pipeline(info: PipelineInfo) -> dict[str, str]:
    return {"version": info.version, "fingerprint": info.fingerprint}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _detail(text: str) -> str:
    return " ".join(scrub(text).split())[:MAX_DETAIL_CHARS]
