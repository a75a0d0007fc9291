"""Dead letters as each transport writes them: headers and a value on Kafka, a line of JSON in a file."""

from __future__ import annotations

import base64
import hashlib

from worker.messages import DEAD_LETTER_HEADERS, DeadLetter, RawRecord
from worker.text.cleaning import scrub
from worker.text.writable import dumps

HEAD_BYTES = 64 << 10
"""How many bytes a dead letter keeps of a value that is over the limit."""


def headers(letter: DeadLetter) -> tuple[tuple[str, bytes], ...]:
    """The headers that only a dead letter has. The headers of every output already name its source."""
    facts = (letter.reason.value, letter.detail, letter.stage, str(letter.record.size_bytes), _sha256(letter.record))
    return tuple((name, scrub(fact).encode()) for name, fact in zip(DEAD_LETTER_HEADERS, facts, strict=True))


def value(letter: DeadLetter, max_bytes: int) -> bytes | None:
    """The original value, or None. Only its first bytes if it is over `max_bytes` or was not read completely."""
    whole = letter.record.value if letter.with_value else None
    return whole if whole is None or not _is_cut(letter.record, max_bytes) else whole[: min(HEAD_BYTES, max_bytes)]


def line(letter: DeadLetter) -> bytes:
    """The dead letter as dead_letter.v1 JSON, for transports without headers."""
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
