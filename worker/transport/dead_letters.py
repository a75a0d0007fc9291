"""A dead letter as each transport writes it: on Kafka headers and a value, in a file one line of JSON."""

from __future__ import annotations

import base64
import hashlib

from worker.messages import DEAD_LETTER_HEADERS, DeadLetter, RawRecord
from worker.text.cleaning import scrub
from worker.text.writable import dumps

HEAD_BYTES = 64 << 10
"""What a dead letter keeps of a value that is over the limit."""


def headers(letter: DeadLetter) -> tuple[tuple[str, bytes], ...]:
    """What a dead letter on Kafka says beside its value; where it came from stands in the headers of every output."""
    facts = (letter.reason.value, letter.detail, letter.stage, str(letter.record.size_bytes), _sha256(letter.record))
    return tuple((name, scrub(fact).encode()) for name, fact in zip(DEAD_LETTER_HEADERS, facts, strict=True))


def value(letter: DeadLetter, max_bytes: int) -> bytes | None:
    """The value as it came; of one over `max_bytes`, or that was never read whole, the first bytes. None for none."""
    whole = letter.record.value if letter.with_value else None
    return whole if whole is None or not _is_cut(letter.record, max_bytes) else whole[: min(HEAD_BYTES, max_bytes)]


def line(letter: DeadLetter) -> bytes:
    """dead_letter.v1 as JSON, for transports that have no headers."""
    record = letter.record
    size = len(record.value or b"")
    kept = value(letter, size)
    message = {
        "schema": "dead_letter.v1",
        "source": record.source.described(),
        "reason": letter.reason,
        "detail": letter.detail,
        "stage": letter.stage,
        "value_base64": None if kept is None else _base64(kept),
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
