"""Tests how each transport writes dead letters."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.messages import DeadLetter, Headers, RawRecord, Reason, Retry, Source
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


PLACE: Headers = (("source-topic", b"articles.raw"), ("source-partition", b"3"), ("source-offset", b"41"))


def kept(value: bytes | None, *more: tuple[str, bytes], limit: int = 1 << 20) -> dead_letters.KeptLetter:
    letter = dead(RawRecord(SOURCE, value, b"key"))
    headers = (("traceparent", b"00-1"), ("a", b"1"), ("a", b"2"), *PLACE, *more, *dead_letters.headers(letter))
    read = dead_letters.read(b"key", dead_letters.value(letter, limit), headers)
    assert read is not None
    return read


@pytest.mark.parametrize("value", [None, b"", b"{\xff", b"x" * 200_000])
def test_a_dead_letter_that_is_read_again_is_the_input(value: bytes | None) -> None:
    letter, retry = kept(value), Retry("articles.dead/0/1", 2, is_last=False)
    assert letter.is_whole
    own = (("traceparent", b"00-1"), ("a", b"1"), ("a", b"2"))
    assert letter.again(1_772_452_800_250, retry) == RawRecord(SOURCE, value, b"key", own, retry=retry)
    assert letter.again(5, retry).message_id == RawRecord(SOURCE, value).message_id


def test_a_dead_letter_with_a_part_of_the_value_is_not_whole() -> None:
    assert not kept(b"x" * 200_000, limit=100_000).is_whole


def test_a_dead_letter_tells_its_attempt() -> None:
    assert (kept(b"x").attempt, kept(b"x").gave_up) == (1, False)
    again = kept(b"x", ("retry-of", b"articles.dead/0/1"), ("retry-attempt", b"3"), ("retry-gave-up", b"true"))
    assert (again.attempt, again.gave_up, len(again.headers)) == (3, True, 3)


@pytest.mark.parametrize("name", [name for name, _ in (*PLACE, *dead_letters.headers(dead(RawRecord(SOURCE, b""))))])
def test_a_record_without_one_of_the_headers_is_no_dead_letter(name: str) -> None:
    headers = (*PLACE, *dead_letters.headers(dead(RawRecord(SOURCE, b"x"))))
    assert dead_letters.read(None, b"x", headers)
    assert dead_letters.read(None, b"x", tuple(each for each in headers if each[0] != name)) is None


@pytest.mark.parametrize("number", [b"-1", b"", b"1.5", b"9" * 5000, "\u0663".encode(), b"\xff"])
def test_a_record_with_an_impossible_place_is_no_dead_letter(number: bytes) -> None:
    headers = (*PLACE[:2], ("source-offset", number), *dead_letters.headers(dead(RawRecord(SOURCE, b"x"))))
    assert dead_letters.read(None, b"x", headers) is None
