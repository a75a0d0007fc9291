"""Dead letters: headers and a value on Kafka, which can be read again, or a line of JSON in a file."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from worker.messages import (
    DEAD_LETTER_HEADERS,
    GAVE_UP,
    RETRY_ATTEMPT,
    RETRY_HEADERS,
    SOURCE_HEADERS,
    DeadLetter,
    Headers,
    RawRecord,
    Retry,
    Source,
)
from worker.text.cleaning import scrub
from worker.text.writable import dumps

_MOST_DIGITS = 18  # of a number that fits into 63 bits

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


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A dead letter as its topic keeps it. `headers` are those of the input. The source has no timestamp."""

    source: Source
    attempt: int
    gave_up: bool
    reason: str
    detail: str
    stage: str
    value_length: int
    value_sha256: str
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def is_whole(self) -> bool:
        """Whether the value is that of the input, byte for byte."""
        value = self.value or b""
        return len(value) == self.value_length and hashlib.sha256(value).hexdigest() == self.value_sha256

    def again(self, timestamp_ms: int, retry: Retry) -> RawRecord:
        """The input as the worker first read it. `timestamp_ms` is when it was written."""
        source = Source(self.source.topic, self.source.partition, self.source.offset, timestamp_ms)
        return RawRecord(source, self.value, self.key, self.headers, retry=retry)


_ADDED = {*SOURCE_HEADERS, *DEAD_LETTER_HEADERS, *RETRY_HEADERS}


def read(key: bytes | None, value: bytes | None, headers: Headers) -> KeptLetter | None:
    """The dead letter of a record on Kafka; None if the worker did not write it."""
    said = {name: value.decode(errors="replace") for name, value in headers if name in _ADDED}
    try:
        topic, partition, offset = (said[name] for name in SOURCE_HEADERS)
        reason, detail, stage, length, sha256 = (said[name] for name in DEAD_LETTER_HEADERS)
        source = Source(topic, _number(partition), _number(offset))
        attempt, value_length = _number(said.get(RETRY_ATTEMPT, "1")), _number(length)
    except (KeyError, ValueError):
        return None
    own = tuple((name, value) for name, value in headers if name not in _ADDED)
    return KeptLetter(
        source, attempt, GAVE_UP in said, reason, detail, stage, value_length, sha256, key, value, own
    )  # fmt: skip


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ValueError(text)
    return int(text)


def _is_cut(record: RawRecord, max_bytes: int) -> bool:
    return record.size_bytes > min(max_bytes, len(record.value or b""))


def _sha256(record: RawRecord) -> str:
    return record.sha256 or hashlib.sha256(record.value or b"").hexdigest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
