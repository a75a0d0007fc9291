from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.messages import PUBLISHED_KINDS, DuplicateKind, MessageId, Outcome, RawRecord, Reason, Source
from worker.page.kind import PageKind

SOURCE = Source("articles.raw", 3, 7, 1_700_000_000_000)


def id_of(value: bytes | None, size_bytes: int = -1, sha256: str | None = None) -> MessageId:
    return RawRecord(SOURCE, value, size_bytes=size_bytes, sha256=sha256).message_id


@given(st.binary(), st.binary())
def test_a_message_is_identified_by_its_place_and_its_value(value: bytes, other: bytes) -> None:
    assert id_of(value).place == "articles.raw/3/7"
    assert len(id_of(value).value_hash) == 8
    assert (id_of(value) == id_of(other)) == (value == other)


def test_the_id_is_the_same_in_every_process() -> None:
    """The stores must find again what they keep under it."""
    assert id_of(b'{"url": "https://example.com/"}').value_hash.hex() == "79112be30000001f"
    assert id_of(None).value_hash == bytes(8)


def test_key_headers_and_time_are_not_part_of_the_id() -> None:
    """A mirror or a compacted topic may change them."""
    again = RawRecord(Source("articles.raw", 3, 7), b"{}", b"key", (("traceparent", b"00-1"),))
    assert again.message_id == id_of(b"{}")


def test_a_truncated_value_is_identified_by_the_hash_of_the_whole() -> None:
    cut = id_of(b"head", 9_000_000, "a" * 64)
    assert cut == id_of(b"head", 9_000_000, "a" * 64)
    assert len({cut, id_of(b"head", 9_000_000, "b" * 64), id_of(b"head", 9_000_001, "a" * 64), id_of(b"head")}) == 4


def test_the_kind_of_an_article_and_the_reason_in_its_report_are_the_same_word() -> None:
    assert [Reason(kind.value) for kind in DuplicateKind] == [Reason[kind.name] for kind in DuplicateKind]
    assert {"new", "update", "superset", "possible", "contains"} == PUBLISHED_KINDS


@pytest.mark.parametrize("words", [DuplicateKind, Outcome, PageKind, Reason])
def test_the_vocabulary_has_only_one_word_for_a_new_article(words: type[StrEnum]) -> None:
    assert "unique" not in set(words)
    assert [str(word) for word in words] == [word.name.lower() for word in words]
