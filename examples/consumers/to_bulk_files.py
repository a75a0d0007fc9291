"""Writes `articles.clean` as bulk files for Elasticsearch or OpenSearch.

    python -m consumers.to_bulk_files --directory bulk

A file holds changes of one partition, as the `_bulk` API takes them. The document's id is the article_id, so it does no
harm to send a file twice. Send the files in the order of their names. README.md has the commands.

Needs `kafka-python[crc32c,lz4]` and `orjson`. It can be stopped or killed at any time: a file is complete as soon as it
has its name, and the offsets are stored after the files. After a crash, the last files may be written again.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import orjson

from .reading import Batch, Change, arguments, batches

MAX_FILE_BYTES = 10 << 20  # the servers advise 5 to 15 MB for a request; a single article may be larger


class Sink:
    """A directory of bulk files, and a file with the offsets after them."""

    def __init__(self, directory: str, topic: str) -> None:
        self.directory, self.topic = Path(directory), topic
        self.directory.mkdir(parents=True, exist_ok=True)
        self.position = self.directory / f"{topic}.offsets.json"

    def offsets(self) -> dict[int, int]:
        """Where to read on in each partition."""
        found = orjson.loads(self.position.read_bytes()) if self.position.exists() else {}
        return {int(partition): offset for partition, offset in found.items()}

    def write(self, batch: Batch) -> None:
        """Write the files of a batch, then the offsets after it."""
        for partition, changes in groupby(batch.changes, key=lambda change: change.partition):
            for first, last, lines in parts(changes):
                name = f"{self.topic}-{partition:05d}-{first:020d}-{last:020d}.ndjson"
                replace(self.directory / name, lines)
        offsets = self.offsets() | batch.next_offsets
        replace(self.position, orjson.dumps(offsets, option=orjson.OPT_NON_STR_KEYS))


def parts(changes: Iterator[Change]) -> Iterator[tuple[int, int, bytes]]:
    """Cut the changes into files: the first and the last offset of each, and its lines."""
    lines, first, last = bytearray(), 0, 0
    for change in changes:
        made = action(change)
        if lines and len(lines) + len(made) > MAX_FILE_BYTES:
            yield first, last, bytes(lines)
            lines.clear()
        first, last = first if lines else change.offset, change.offset
        lines += made
    if lines:
        yield first, last, bytes(lines)


def action(change: Change) -> bytes:
    """The lines of the `_bulk` API for one change. Both actions can be repeated."""
    if change.article is None:
        return b'{"delete":{"_id":"%s"}}\n' % change.article_id.encode()
    return b'{"index":{"_id":"%s"}}\n%s\n' % (change.article_id.encode(), change.article)


def replace(path: Path, content: bytes) -> None:
    """Write a file that is never seen half written, and is on the disk when this returns."""
    scratch = path.with_suffix(".tmp")
    with scratch.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def main() -> None:
    """Write bulk files until Ctrl-C, or until the end with --stop-at-end."""
    parser = arguments("Write a topic of clean articles as bulk files.")
    parser.add_argument("--directory", default="bulk")
    flags = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    sink = Sink(flags.directory, flags.topic)
    with suppress(KeyboardInterrupt):
        for batch in batches(flags.bootstrap_servers, flags.topic, sink.offsets(), stop_at_end=flags.stop_at_end):
            sink.write(batch)


if __name__ == "__main__":
    main()
