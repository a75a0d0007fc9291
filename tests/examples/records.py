"""Records of `articles.clean` as the consumers of examples/ get them, and bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import Any

import orjson
from kafka import TopicPartition

from worker import schema

TOPIC = "articles.clean"
ARTICLE: dict[str, Any] = orjson.loads(schema.text("clean_article"))["examples"][0]
IDS = [f"{number:032x}" for number in range(6)]
_VALUES: tuple[Any, ...] = (5, 1e300, "nope", ["\0", 5], {"a": {}}, True, None, "9999-12-31T23:59:59-14:00")
_DEEP = b'{"a":' * 900 + b"1" + b"}" * 900


def article(number: int, **fields: Any) -> dict[str, Any]:
    """A clean article. The number decides its id."""
    return {**ARTICLE, "article_id": IDS[number], **fields}


def record(value: bytes | dict[str, Any] | None, key: str | bytes | None, offset: int = 0, partition: int = 0) -> Any:
    """A record. A dict becomes JSON."""
    made = orjson.dumps(value) if isinstance(value, dict) else value
    named = key.encode() if isinstance(key, str) else key
    return SimpleNamespace(topic=TOPIC, partition=partition, offset=offset, key=named, value=made)


def poll(*records: Any) -> dict[TopicPartition, list[Any]]:
    """The records as the consumer returns them: by partition."""
    found: dict[TopicPartition, list[Any]] = {}
    for each in records:
        found.setdefault(TopicPartition(TOPIC, each.partition), []).append(each)
    return found


def bad() -> list[tuple[bytes | None, bytes | None]]:
    """Keys and values that are not those of a clean article."""
    key, value = IDS[0].encode(), orjson.dumps(article(0))
    keys = (None, b"", b"\xff" * 32, key.upper() + b"\n", IDS[1].encode())
    begin = b'{"article_id":"%b","text":' % key
    values = (
        *(b"", b"\xff\xfe", b"null", b"[1]", value[:-9], b'{"article_id": NaN}'),
        *(begin + b'"x"}', begin + b'"x","duplicate":5}', begin + b'[],"duplicate":{}}'),
        begin + b'"\\ud800","duplicate":{}}',
        begin + b'"x","duplicate":{},"extra":%b}' % _DEEP,
        begin + b'"x","duplicate":' + b"[" * 100_000,
    )
    return [*((each, value) for each in keys), *((key, each) for each in values), (key + b"0", None)]


def wrong_types() -> Iterator[dict[str, Any]]:
    """Clean articles with a field of the wrong type, one for each field and value."""
    for name in ARTICLE.keys() - {"article_id", "text", "duplicate"}:
        for value in _VALUES:
            yield article(0, **{name: value})


def history(rng: Random, partitions: int = 2, length: int = 60) -> list[list[Any]]:
    """A topic: for each partition, its records. They are articles, new versions, tombstones, repetitions and bad ones."""
    topic: list[list[Any]] = []
    for partition in range(partitions):
        offsets = count()
        records: list[Any] = []
        while len(records) < length:
            if rng.random() < 0.2:
                next(offsets)  # a gap, as compaction leaves it
            offset = next(offsets)
            number = rng.randrange(partition, len(IDS), partitions)
            repeats = rng.random() < 0.2
            duplicate = {**ARTICLE["duplicate"], "is_duplicate": repeats}
            value = article(number, version=offset, duplicate=duplicate) if rng.random() < 0.7 else None
            records.append(record(value, "bad" if rng.random() < 0.1 else IDS[number], offset, partition))
        topic.append(records)
    return topic


def versions(topic: list[list[Any]]) -> dict[str, int]:
    """What a sink must hold after the topic: the version of each article."""
    held: dict[str, int] = {}
    for each in (each for records in topic for each in records if each.key != b"bad"):
        if each.value is None:
            held.pop(each.key.decode(), None)
        elif not (made := orjson.loads(each.value))["duplicate"]["is_duplicate"]:
            held[each.key.decode()] = made["version"]
    return held
