"""Header names that are not UTF-8: kafka-python reads neither their record nor any after it (docs/upstream.md).

The broker accepts any bytes as a name. Each non-ASCII byte of such a name is read as a question mark, so that the
record gets its outcome like any other.
"""

from __future__ import annotations

from typing import Any

from kafka.consumer.fetcher import Fetcher
from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import decode_varint

_ASCII = bytes(byte if byte < 0x80 else ord("?") for byte in range(0x100))


def take_any(consumer: Any) -> None:
    """Let this `KafkaConsumer` read records with header names of any bytes."""
    consumer._fetcher.PartitionRecords = _PartitionRecords  # noqa: SLF001 - there is no public hook


class _PartitionRecords(Fetcher.PartitionRecords):
    def _unpack_records(self, tp: Any, records: Any, *deserializers: Any) -> Any:
        return super()._unpack_records(tp, _Batches(records), *deserializers)  # type: ignore[misc] # not in the stubs


class _Batches:
    """The record batches of a fetch; the fetcher asks for them one by one."""

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
            self._mend_names()
            return read(*args)

    def _mend_names(self) -> None:
        """Mend the record at the current position. Its format: https://kafka.apache.org/documentation/#record ."""
        buffer, pos = self._buffer, self._pos
        for _ in ("length", "attributes", "timestamp", "offset"):
            _, pos = decode_varint(buffer, pos)
        for _ in ("key", "value"):
            pos = _behind(buffer, pos)
        count, pos = decode_varint(buffer, pos)
        for _ in range(count):
            size, begin = decode_varint(buffer, pos)
            name = buffer[begin : begin + size]
            try:
                name.decode()
            except UnicodeDecodeError:
                buffer[begin : begin + size] = name.translate(_ASCII)
            pos = _behind(buffer, begin + size)


def _behind(buffer: bytearray, pos: int) -> int:
    """The position after a field that begins with its length, which is -1 for none."""
    size, pos = decode_varint(buffer, pos)
    return int(pos + max(0, size))
