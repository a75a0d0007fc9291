"""Tests how each transport writes dead letters."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.messages import DeadLetter, RawRecord, Reason, Source
from worker.transport import dead_letters

SOURCE = Source("articles.raw", 3, 41, timestamp_ms=1_772_452_800_250)


def dead(record: RawRecord, detail: str = "why") -> DeadLetter:
    return DeadLetter(record, Reason.BAD_JSON, detail, "decode")


def test_headers_have_the_facts_of_a_dead_letter() -> None:
    headers = dead_letters.headers(dead(RawRecord(SOURCE, b"{"), "wörum"))
    assert headers == (
        ("reason", b"bad_json"),
        ("detail", "wörum".encode()),
        ("stage", b"decode"),
        ("value-length", b"1"),
        ("value-sha256", hashlib.sha256(b"{").hexdigest().encode()),
    )


def test_a_value_within_the_limit_is_published_whole() -> None:
    value = b"x" * 100_000
    assert dead_letters.value(dead(RawRecord(SOURCE, value)), 100_000) == value


@pytest.mark.parametrize(("limit", "length"), [(99_999, dead_letters.HEAD_BYTES), (1000, 1000)])
def test_only_the_first_bytes_of_a_value_over_the_limit_are_published(limit: int, length: int) -> None:
    value = bytes(range(250)) * 400
    assert dead_letters.value(dead(RawRecord(SOURCE, value)), limit) == value[:length]


def test_a_value_that_was_read_in_part_has_its_full_size_and_digest() -> None:
    record = RawRecord(SOURCE, b"x" * 70_000, size_bytes=9_000_000, sha256="f" * 64)
    assert dead_letters.value(dead(record), 8 << 20) == b"x" * dead_letters.HEAD_BYTES
    headers = dict(dead_letters.headers(dead(record)))
    assert (headers["value-length"], headers["value-sha256"]) == (b"9000000", b"f" * 64)
    line = orjson.loads(dead_letters.line(dead(record)))
    assert (line["value_length"], line["value_sha256"], line["value_truncated"]) == (9_000_000, "f" * 64, True)
    assert base64.b64decode(line["value_base64"]) == b"x" * dead_letters.HEAD_BYTES


def test_a_dead_letter_of_a_null_value_has_no_value() -> None:
    nothing = RawRecord(SOURCE, None)
    assert dead_letters.value(dead(nothing), 100) is None
    assert dict(dead_letters.headers(dead(nothing)))["value-length"] == b"0"
    line = orjson.loads(dead_letters.line(dead(nothing)))
    assert (line["value_base64"], line["value_length"], line["value_truncated"]) == (None, 0, False)


def test_a_line_holds_the_whole_record() -> None:
    record = RawRecord(SOURCE, b"\xff\x00", key=b"\xfe", headers=(("a", b"\xfd"), ("a", b"")))
    assert orjson.loads(dead_letters.line(dead(record))) == {
        "schema": "dead_letter.v1",
        "source": {
            "topic": "articles.raw",
            "partition": 3,
            "offset": 41,
            "timestamp": "2026-03-02T12:00:00.250Z",
        },
        "reason": "bad_json",
        "detail": "why",
        "stage": "decode",
        "value_base64": "/wA=",
        "value_length": 2,
        "value_sha256": hashlib.sha256(b"\xff\x00").hexdigest(),
        "value_truncated": False,
        "key_base64": "/g==",
        "headers": [{"name": "a", "value_base64": "/Q=="}, {"name": "a", "value_base64": ""}],
    }


@given(st.none() | st.binary(), st.none() | st.binary(), st.integers(0, 200))
def test_any_bytes_can_be_read_back_from_a_line(value: bytes | None, key: bytes | None, limit: int) -> None:
    letter = dead(RawRecord(SOURCE, value, key))
    line = orjson.loads(dead_letters.line(letter))
    back = None if line["value_base64"] is None else base64.b64decode(line["value_base64"])
    assert back == value
    assert (dead_letters.value(letter, limit) or b"") == (value or b"")[:limit]
    assert dead(replace(letter.record, key=None)).record.value == value
