"""Reads `articles.clean` for a sink that keeps the offsets together with its data.

The worker publishes in transactions, so a consumer with `read_committed` sees each article once. It stays exactly once
in a sink that stores a batch and the offsets after it in one step, and starts again from those offsets.

The key of a record is its article_id. A later record with the same key replaces the article, and a tombstone (a record
without a value) deletes it. A record that is not a clean article is skipped, and a warning says where it is.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import orjson
from kafka import KafkaConsumer, TopicPartition

log = logging.getLogger(__name__)

ARTICLE_ID = re.compile(rb"[0-9a-f]{32}")
DUPLICATES_V1 = ("recrawl", "exact", "copy", "excerpt", "superset", "spin")


@dataclass(frozen=True, slots=True)
class Change:
    """What a record does: it sets an article, or deletes it. `article` is JSON on one line, or None to delete."""

    article_id: str
    article: bytes | None
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes in their order, and the offset after them for each partition that was read."""

    changes: list[Change]
    next_offsets: dict[int, int]


def batches(servers: str, topic: str, offsets: Mapping[int, int], *, stop_at_end: bool = False) -> Iterator[Batch]:
    """Read all partitions, each from its offset in `offsets`, or from the beginning. Run one process for each sink.

    Partitions that are added while this runs are read after a restart.

    Raises:
        LookupError: the topic does not exist.
    """
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        isolation_level="read_committed",
        enable_auto_commit=False,  # the sink has the offsets
        auto_offset_reset="earliest",  # if an offset no longer exists; the sink bears repetition
        allow_auto_create_topics=False,
        max_poll_records=500,
    )
    with closing(consumer):
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        if not partitions:
            raise LookupError(f"the topic {topic} does not exist")
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        for partition in partitions:
            if partition.partition in offsets:
                consumer.seek(partition, offsets[partition.partition])
        ends = consumer.end_offsets(partitions)
        while not stop_at_end or any((consumer.position(each) or 0) < ends[each] for each in partitions):
            if polled := consumer.poll(timeout_ms=500):
                yield batch(polled)


def batch(polled: Mapping[Any, list[Any]]) -> Batch:
    """The records of one poll."""
    changes = [change for records in polled.values() for record in records if (change := change_of(record))]
    return Batch(changes, {partition.partition: records[-1].offset + 1 for partition, records in polled.items()})


def change_of(record: Any) -> Change | None:
    """The change that a record makes. None if it makes none: it repeats an article, or is not a clean article."""
    try:
        return parse(record)
    except (ValueError, TypeError) as error:
        log.warning("skipped %s[%d] offset %d: %s", record.topic, record.partition, record.offset, error)
        return None


def parse(record: Any) -> Change | None:
    """The same. Fields that are not checked here may be of any type: the topic is only as good as its writers.

    Raises:
        ValueError: the record is not a clean article.
        TypeError: its JSON is nested too deeply.
    """
    if not ARTICLE_ID.fullmatch(record.key or b""):
        raise ValueError("the key is not an article_id")
    article_id = record.key.decode()
    if record.value is None:
        return Change(article_id, None, record.partition, record.offset)
    article = orjson.loads(record.value)
    match article:
        case {"article_id": str(named), "text": str(), "duplicate": dict(duplicate)} if named == article_id:
            if repeats(duplicate):
                return None
            return Change(article_id, orjson.dumps(article), record.partition, record.offset)
    raise ValueError("the value is not the article that the key names")


def repeats(duplicate: Mapping[str, Any]) -> bool:
    """Whether an article is only in the topic because of `--duplicates tag`. It must not replace the first one."""
    return bool(duplicate.get("is_duplicate", duplicate.get("kind") in DUPLICATES_V1))


def arguments(description: str) -> argparse.ArgumentParser:
    """The flags that all sinks have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--bootstrap-servers", default="localhost:9092")
    parser.add_argument("--topic", default="articles.clean")
    parser.add_argument("--stop-at-end", action="store_true", help="stop at the present end of the topic")
    return parser
