"""Opens what a command reads: a file, standard input, or a topic of the worker's outputs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.text.terminal import printable

STDIO = "-"
"""Stands for standard input or standard output in place of a file."""


class Record(NamedTuple):
    """A published record: its value (None for a tombstone), and when it was written, in seconds since 1970.

    A line of a file has no key, and does not say when it was written. `passed` says how far the source was read since
    the record before.
    """

    value: bytes | None
    written_s: float | None
    passed: int
    key: bytes | None = None


class Source(NamedTuple):
    """The records of a topic or file. `total` and `Record.passed` count in `unit`; `total` is None if it is unknown."""

    records: Iterator[Record]
    unit: str
    total: int | None


@contextmanager
def opened_source(source: str) -> Iterator[IO[bytes]]:
    """Yields a file, or standard input for `-`.

    Raises:
        SettingsError: it cannot be read.
    """
    if source == STDIO:
        if sys.stdin is None:
            raise SettingsError("cannot read standard input: it is closed")
        yield sys.stdin.buffer
        return
    try:
        with Path(source).open("rb") as file:
            yield file
    except OSError as error:
        raise SettingsError(
            f"cannot read {printable(source)}: {error.strerror}; give a file, or - for standard input"
        ) from error


@contextmanager
def published_topic(topic: str, since: datetime | None, settings: Settings) -> Iterator[Source]:
    """The records of a topic that were written since a time, or all of them, up to its present end.

    Raises:
        TransportError: the topic cannot be read.
    """
    from worker.transport.kafka import published  # noqa: PLC0415 - importing kafka costs 0.3 s

    with published.opened(settings, topic, since) as found:
        records = (Record(each.value, each.written_ms / 1000, each.passed, each.key) for each in found)
        yield Source(records, "records", found.offsets)


@contextmanager
def published_file(file: str, settings: Settings) -> Iterator[Source]:
    """The lines of a file that a run with files wrote. It may be compressed. A line over the limit has no bytes.

    Raises:
        SettingsError: it cannot be read.
        FatalTransportError: it cannot be read to its end.
    """
    from worker.transport.files import published  # noqa: PLC0415 - most runs do not need it

    with opened_source(file) as content:
        size = None if file == STDIO else os.fstat(content.fileno()).st_size
        lines = published.lines(content, file, int(settings.max_message_bytes))
        yield Source((Record(value or b"", None, passed) for value, passed in lines), "bytes", size)
