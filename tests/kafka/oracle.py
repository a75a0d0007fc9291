"""Proves from the topics alone that nothing was lost and nothing was published twice."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.servers import MAX_MESSAGE_BYTES

ID_HEADERS = ("source-topic", "source-partition", "source-offset")


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics and the group of one run."""

    raw: str
    clean: str
    quality: str
    dead: str
    group: str

    @classmethod
    def create(cls, kafka: KafkaBroker, partitions: int = 6) -> Topics:
        """Create topics. The raw one accepts values of any size that the broker accepts."""
        raw = kafka.create_topic(
            "raw", partitions, MAX_MESSAGE_BYTES, retention_ms="-1"
        )  # keeps records with old timestamps
        clean, quality, dead = (kafka.create_topic(name, 3, 9 << 20) for name in ("clean", "quality", "dead"))
        return cls(raw, clean, quality, dead, kafka.topic_name("group"))

    def fill(self, kafka: KafkaBroker, values: Iterable[bytes | None], partitions: int = 6) -> int:
        """Write raw messages to the partitions in turn, so that each partition has the same messages in every run."""
        messages = [Message(value, key=b"%d" % n, partition=n % partitions) for n, value in enumerate(values)]
        return len(kafka.produce(self.raw, messages))

    def again(self, kafka: KafkaBroker) -> Topics:
        """The same input with a new group and new outputs."""
        return replace(Topics.create(kafka, 1), raw=self.raw)

    def flags(self, kafka: KafkaBroker) -> list[str]:
        """The flags of the command line for these topics and this group."""
        return [
            *("--bootstrap-servers", kafka.bootstrap, "--group-id", self.group, "--raw-topic", self.raw),
            *("--clean-topic", self.clean, "--quality-topic", self.quality, "--dead-topic", self.dead),
        ]


@dataclass(frozen=True, slots=True)
class Account:
    """The content of the topics after a run that passed `check`."""

    outcomes: Counter[tuple[str, str]]
    clean: dict[tuple[str, ...], dict[str, Any]]
    reports: dict[tuple[str, ...], dict[str, Any]]
    reported_s: list[float]  # when each report was sent, in order: seconds as in time.time()
    places: frozenset[tuple[str, int, int]]  # topic, partition and offset of each output

    def count(self, outcome: str) -> int:
        return sum(times for (which, _), times in self.outcomes.items() if which == outcome)

    def rate(self, begin_s: float, end_s: float) -> float:
        """Reported inputs per second between two times."""
        return sum(begin_s <= at < end_s for at in self.reported_s) / (end_s - begin_s)

    def longest_pause_s(self, begin_s: float, end_s: float) -> float:
        """The longest pause between two reports in the period, in seconds."""
        marks = [begin_s, *(at for at in self.reported_s if begin_s <= at <= end_s), end_s]
        return max(after - before for before, after in itertools.pairwise(marks))


def check(kafka: KafkaBroker, topics: Topics, after: Account | None = None) -> Account:
    """Check that every input has exactly one quality report, and that the other outputs match the reports.

    `after` is the account of a raw topic that was deleted since. Its outputs no longer count, because other inputs now
    have the offsets of its inputs.
    """
    raw: dict[tuple[str, ...], Any] = {(r.topic, str(r.partition), str(r.offset)): r for r in kafka.read(topics.raw)}
    earlier = after.places if after else frozenset()
    outputs = [
        [record for record in kafka.read(topic) if _place(record) not in earlier]
        for topic in (topics.quality, topics.clean, topics.dead)
    ]
    reports, clean, dead = map(_by_input, outputs)
    assert not raw.keys() - reports.keys(), f"{len(raw.keys() - reports.keys())} of {len(raw)} inputs have no report"
    assert not reports.keys() - raw.keys(), "there are reports of inputs that do not exist"
    said = {key: orjson.loads(record.value) for key, record in reports.items()}
    assert {key for key, report in said.items() if report["outcome"] == "published"} == clean.keys()
    assert {key for key, report in said.items() if report["outcome"] == "dead"} == dead.keys()
    for key, record in dead.items():
        _check_letter(record, raw[key], said[key])
    ends = {number: end for number, end in kafka.end_offsets(topics.raw).items() if end}
    assert kafka.committed(topics.group, topics.raw) == ends
    for topic in (topics.clean, topics.quality, topics.dead):
        assert kafka.open_partitions(topic) == []
    return Account(
        Counter((report["outcome"], report["reason"]) for report in said.values()),
        {key: {**orjson.loads(record.value), "processed_at": None} for key, record in clean.items()},
        said,
        sorted(record.timestamp / 1000 for record in reports.values()),
        frozenset(_place(record) for records in outputs for record in records),
    )


def _place(record: Any) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _by_input(records: list[Any]) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for record in records:
        headers = dict(record.headers)
        found.setdefault(tuple(headers[name].decode() for name in ID_HEADERS), record)
    twice = len(records) - len(found)
    assert not twice, (
        f"{records[0].topic} has {len(records)} records for {len(found)} inputs: {twice} were published twice"
    )
    return found


def _check_letter(letter: Any, original: Any, report: dict[str, Any]) -> None:
    headers = dict(letter.headers)
    assert headers["reason"].decode() == report["reason"]
    length = int(headers["value-length"])
    assert length == len(original.value or b"")
    if report["reason"] in ("too_large", "output_too_large") and letter.value != original.value:
        assert original.value.startswith(letter.value)
        assert len(headers["value-sha256"]) == 64
    else:
        assert letter.value == original.value
