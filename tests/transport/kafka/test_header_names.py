"""Reads header names of any bytes from record batches as a broker sends them. tests/kafka uses a real broker."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError
from kafka.record.memory_records import MemoryRecords, MemoryRecordsBuilder

from worker.transport.kafka import header_names


class RawName(str):
    """A name that is encoded as Latin-1."""

    __slots__ = ()

    def encode(self, *_: str) -> bytes:
        return super().encode("latin-1")


Headers = list[tuple[str, bytes]]


def fetched(*records: Headers, codec: int) -> list[Any]:
    """The records of a batch, one for each list of headers, as the client's fetcher returns them."""
    builder: Any = MemoryRecordsBuilder(2, codec, 1 << 20)
    for number, headers in enumerate(records):
        builder.append(1_000, None if number % 2 else b"key", b"value %d" % number, headers)
    builder.close()
    fetcher: Any = SimpleNamespace(PartitionRecords=Fetcher.PartitionRecords)
    header_names.take_any(SimpleNamespace(_fetcher=fetcher))
    return list(fetcher.PartitionRecords(0, TopicPartition("t", 0), MemoryRecords(builder.buffer())).take())


PLAIN: Headers = [("traceparent", b"00-1"), ("prénom", b"\xff")]
ODD: Headers = [("a", b"1"), (RawName("pr\xe9nom"), b"\xff\xe9"), (RawName("\x80\xff"), b""), ("d", b"4")]


@pytest.mark.parametrize("codec", [0, 1, 3, 4], ids=["plain", "gzip", "lz4", "zstd"])
def test_non_ascii_bytes_of_a_name_that_is_not_utf_8_become_question_marks(codec: int) -> None:
    records = fetched(PLAIN, ODD, ODD, PLAIN, codec=codec)
    assert [record.value for record in records] == [b"value 0", b"value 1", b"value 2", b"value 3"]
    assert [record.key for record in records] == [b"key", None, b"key", None]
    assert records[0].headers == records[3].headers == PLAIN
    assert records[1].headers == records[2].headers == [("a", b"1"), ("pr?nom", b"\xff\xe9"), ("??", b""), ("d", b"4")]


def test_a_malformed_record_is_still_an_error() -> None:
    builder: Any = MemoryRecordsBuilder(2, 0, 1 << 20)
    builder.append(1_000, None, b"value", ODD)
    builder.close()
    data = bytearray(builder.buffer())
    batch: Any = header_names._Batches(MemoryRecords(bytes(data))).next_batch()
    batch._buffer = batch._buffer[:-3]
    with pytest.raises(CorruptRecordError):
        list(batch)
