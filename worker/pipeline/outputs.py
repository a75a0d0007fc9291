"""Turns a trace into messages, in the form that the schemas describe.

A quality report and a dead letter can always be written, whatever the record holds. Only `clean_article` may raise; its
caller then makes a dead letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from worker.errors import ENDS_THE_PROCESS
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise, host
from worker.messages import (
    DEAD_LETTER_HEADERS,
    GAVE_UP,
    MAX_EXTRA_BYTES,
    PROMOTED_FROM,
    RETRY_ATTEMPT,
    RETRY_HEADERS,
    RETRY_OF,
    SOURCE_HEADERS,
    Article,
    Channel,
    DeadLetter,
    Headers,
    Outcome,
    Output,
    PipelineInfo,
    Verdict,
    rfc3339,
)
from worker.pipeline.trace import Trace
from worker.text.cleaning import MAX_LINE_CHARS, MAX_URL_CHARS, scrub
from worker.text.writable import dumps, writable

MAX_DETAIL_CHARS = 500

MAX_HEADER_BYTES = 16 << 10
"""How much of the input's own headers is passed on, names and values together."""

MAX_HEADERS = 1000
"""How many of the input's own headers are examined and passed on: a record may have millions of empty ones."""

MAX_KEY_BYTES = MAX_URL_CHARS
"""A dead letter without its value keeps a key of up to this size, which is that of the longest page URL."""

_ESCAPED_CONTROL = re.compile(rb"\\[bfru]")


def fallback_id(trace: Trace) -> str:
    """The id (32 hex characters) of a record that was never identified.

    It is the id of its URL, so that a page's failures have the same id as its articles. Without a URL it is made from
    the place of the message.
    """
    article = trace.article
    return hash_id(_canonical_url(article) or (article and article.url) or trace.record.source.place)


def _canonical_url(article: Article | None) -> str | None:
    """The URL that identifies the page, also before the index has judged it; None if there is none."""
    if article is None or article.identity:
        return article.canonical_url if article else None
    try:
        return canonicalise(article.url, article.final_url, article.canonical_url)
    except ENDS_THE_PROCESS:
        raise
    except BaseException:  # noqa: BLE001 - the URL may be what the record died of, but the record still needs an id
        return None


def output(channel: Channel, trace: Trace, value: bytes) -> Output:
    """A message with the article's id as its key, and with the headers that every output of the record has."""
    return Output(channel, trace.article_id.encode(), value, _headers(trace))


def _headers(trace: Trace) -> Headers:
    """The input's own headers, and its position.

    If the input is itself an output, such as a dead letter that is sent again, our headers replace those of the same
    names. If it dies again, the headers of the earlier dead letter are left out of its report, too.
    """
    source = trace.record.source
    places = (scrub(source.topic), str(source.partition), str(source.offset))
    own = tuple((name, place.encode()) for name, place in zip(SOURCE_HEADERS, places, strict=True))
    return (*_passed_on(trace)[0], *own, *_retried(trace))


def _retried(trace: Trace) -> Headers:
    """What the outputs of a record that is read again from its dead letter say of that."""
    retry = trace.record.retry
    if retry is None:
        return ()
    headers = (RETRY_OF, scrub(retry.of).encode()), (RETRY_ATTEMPT, str(retry.attempt).encode())
    gives_up = retry.is_last and trace.outcome is Outcome.DEAD
    return (*headers, (GAVE_UP, b"true")) if gives_up else headers


def _passed_on(trace: Trace) -> tuple[Headers, int]:
    """The input's own headers that go into every output, in order, and the number left out. Computed once."""
    if trace.passed_on is None:
        replaced: tuple[str, ...] = (*SOURCE_HEADERS, *RETRY_HEADERS, PROMOTED_FROM)
        if trace.outcome is Outcome.DEAD:
            replaced += DEAD_LETTER_HEADERS
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
    """The article as JSON, by the schema clean_article.v2. The same trace gives the same bytes.

    Raises:
        AssertionError: the index has not judged the article.
    """
    article, record = trace.article, trace.record
    assert article is not None
    assert article.identity is not None
    message: dict[str, Any] = {
        "schema": "clean_article.v2",
        "article_id": trace.article_id,
        "version": article.identity.verdict.version,
        **_content(article),
        "content_hash": f"sha256:{article.identity.content_hash.hex()}",
        "duplicate": described(article.identity.verdict),
        "processed_at": rfc3339(trace.processed_at),
        "source": {**record.source.described(), "value_hash": record.message_id.value_hash.hex()},
        "pipeline": _pipeline(info),
        "promoted_from": None,
    }
    if extra := _extra(article.extra):
        message["extra"] = orjson.Fragment(extra)
    return dumps(message)


def _content(article: Article) -> dict[str, Any]:
    measures = article.measures or {}
    return {
        "url": article.url,
        "canonical_url": article.canonical_url,
        "host": host(article.canonical_url),
        "title": article.title,
        "authors": list(article.authors),
        "description": article.description,
        "tags": list(article.tags),
        "section": article.section,
        "published_at": rfc3339(article.published_at),
        "published_at_precision": article.published_at_precision if article.published_at else None,
        "fetched_at": rfc3339(article.fetched_at),
        "language": article.language,
        "site_name": article.site_name,
        "image": article.image,
        "paywalled": article.paywalled,
        "text": article.text,
        "markdown": article.markdown,
        "word_count": measures.get("words"),
        "score": measures.get("score"),
    }


def _extra(fields: Mapping[str, Any]) -> bytes:
    """The crawler's own fields as JSON, with scrubbed text; empty if there are none or too many."""
    made = dumps(fields) if fields else b""
    if len(made) > MAX_EXTRA_BYTES:
        return b""
    # JSON escapes C0 controls, but no others. Few fields have any.
    if _ESCAPED_CONTROL.search(made) or scrub(text := made.decode()) is not text:
        return orjson.dumps(writable(fields))
    return made


def quality_report(trace: Trace, info: PipelineInfo) -> Output:
    """The report on one record, by the schema quality_report.v2. The same trace gives the same bytes.

    If an earlier report on the record was too large for its topic, this one has only the outcome and the facts of
    bounded size.
    """
    identity = trace.identity
    if "quality" in trace.refused:
        trace = replace(trace, article=None, detail="", sizes={}, stage_ms={})
    article, (outcome, reason) = trace.article, trace.ending
    message = {
        "schema": "quality_report.v2",
        "article_id": trace.article_id,
        "source": trace.record.source.described(),
        "url": article.url[:MAX_URL_CHARS] if article and article.url else None,
        "host": host(_canonical_url(article)),
        "status": article.status if article else None,
        "title": article.title[:MAX_LINE_CHARS] if article and article.title else None,
        "outcome": outcome,
        "reason": reason,
        "detail": _detail(trace.detail),
        "stage": trace.stage if outcome in (Outcome.DROPPED, Outcome.DEAD) else None,
        **{name: getattr(article, name, None) for name in ("shape", "extractor", "language", "page_kind")},
        "value_bytes": trace.record.size_bytes,
        "headers_left_out": _passed_on(trace)[1],
        "sizes": {stage: {"before": before, "after": after} for stage, (before, after) in trace.sizes.items()},
        "removed": dict(article.removed) if article else {},
        "duplicate": described(identity.verdict) if identity else None,
        **_measures(article.measures if article else None),
        "attempt": trace.record.retry.attempt if trace.record.retry else 1,
        "processed_at": rfc3339(trace.processed_at),
        "stage_ms": {stage: round(ms, 3) for stage, ms in trace.stage_ms.items()},
        "pipeline": _pipeline(info),
        "promoted_from": None,
    }
    return output("quality", trace, dumps(message))


def dead_letter(trace: Trace) -> Output:
    """The record as it arrived, and why it died. Its key is the record's own, which may be None."""
    key, whole = trace.record.key, "dead" not in trace.refused
    _, reason = trace.ending
    letter = DeadLetter(trace.record, reason, _detail(trace.detail), trace.stage, with_value=whole)
    return Output("dead", key if whole or len(key or b"") <= MAX_KEY_BYTES else None, letter, _headers(trace))


def _measures(measures: Mapping[str, Any] | None) -> dict[str, Any]:
    others = None if measures is None else dict(measures)
    return {"score": others.pop("score", None) if others else None, "measures": others}


def described(verdict: Verdict) -> dict[str, Any]:
    """A verdict as all messages describe it."""
    return {
        "kind": verdict.kind,
        "is_duplicate": verdict.is_duplicate,
        "of": verdict.of,
        "similarity": verdict.similarity,
        "cluster_id": verdict.cluster_id,
        "evidence": dict(verdict.evidence) or None,
        "change": verdict.change,
        "replaces": verdict.replaces,
    }


def _pipeline(info: PipelineInfo) -> dict[str, str]:
    return {"version": info.version, "fingerprint": info.fingerprint}


def _detail(text: str) -> str:
    return " ".join(scrub(text[: 4 * MAX_DETAIL_CHARS]).split())[:MAX_DETAIL_CHARS]
