"""Reads records whose header names are not UTF-8.

The broker accepts any bytes as a name, but kafka-python stops at such a record and never gets past it
(docs/upstream.md). Here each non-ASCII byte of such a name becomes a question mark, and the record is processed.
"""

from __future__ import annotations

from typing import Any

from kafka.consumer.fetcher import Fetcher
from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import decode_varint

_ASCII = bytes(byte if byte < 0x80 else ord("?") for byte in range(0x100))


def take_any(consumer: Any) -> None:
    """Make this `KafkaConsumer` read records whose header names are any bytes."""
    consumer._fetcher.PartitionRecords = _PartitionRecords  # noqa: SLF001 - there is no public hook


class _PartitionRecords(Fetcher.PartitionRecords):
    def _unpack_records(self, tp: Any, records: Any, *deserializers: Any) -> Any:
        return super()._unpack_records(tp, _Batches(records), *deserializers)  # type: ignore[misc] # not in the stubs


class _Batches:
    """The record batches of a fetch. The fetcher asks for them one by one."""

    def __init__(self, records: Any) -> None:
        self._records = records

    def next_batch(self) -> Any:
        batch = self._records.next_batch()
        if type(batch) is DefaultRecordBatch:
            batch.__class__ = _Batch
        return batch


class _Batch(DefaultRecordBatch):
    __slots__ = ()

    _buffer: bytearray
    _pos: int

    def _read_msg(self, *args: Any) -> Any:
        read = super()._read_msg  # type: ignore[misc] # not in the stubs
        try:
            return read(*args)
        except UnicodeDecodeError:
            self._replace_names()
            return read(*args)

    def _replace_names(self) -> None:
        """Replace the names in the record at the current position.

        The format of a record: https://kafka.apache.org/documentation/#record .
        """
        buffer, pos = self._buffer, self._pos
        for _ in ("length", "attributes", "timestamp", "offset"):
            _, pos = decode_varint(buffer, pos)
        for _ in ("key", "value"):
            pos = _after(buffer, pos)
        count, pos = decode_varint(buffer, pos)
        for _ in range(count):
            size, begin = decode_varint(buffer, pos)
            name = buffer[begin : begin + size]
            try:
                name.decode()
            except UnicodeDecodeError:
                buffer[begin : begin + size] = name.translate(_ASCII)
            pos = _after(buffer, begin + size)


def _after(buffer: bytearray, pos: int) -> int:
    """The position after a field that begins with its length. The length of a null field is -1."""
    size, pos = decode_varint(buffer, pos)
    return int(pos + max(0, size))
