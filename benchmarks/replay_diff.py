"""How long `replay diff` takes, and how much memory and disk, without a broker.

    python benchmarks/replay_diff.py [--records N] [--changed SHARE] [--html FILE]

Makes the reports and the articles of a live worker and of a replay, hands them to the comparison as the topics would,
and prints what the comparison found. A tenth of the texts changed, by half a per cent of their words, by three, by ten
or by half. An article has about 500 words. The time to make the messages is measured alone, and subtracted.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import orjson
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent.parent))

from worker import schema
from worker.commands.replay.diff import view
from worker.commands.replay.diff.run import Result, compare
from worker.commands.replay.diff.sections import sections
from worker.commands.replay.diff.sides import Comparison, Outputs
from worker.commands.report import page, terminal
from worker.messages import Headers

PARTITIONS, WORDS, HOSTS, TEXTS = 6, 500, 200, 1000
LEVELS = (0.005, 0.03, 0.1, 0.5)
"""The shares of the words that a changed text changes."""


class Record(NamedTuple):
    """A record of a topic."""

    key: bytes
    value: bytes
    headers: Headers
    passed: int = 1


class Synthetic:
    """The topics of a live worker and of a replay with other rules."""

    def __init__(self, records: int, changed: float, seed: int = 1) -> None:
        self._records = records
        self._every = round(1 / changed) if changed else 0
        shuffled = random.Random(seed)
        vocabulary = ["".join(shuffled.choices("etaoinshrdlu", k=shuffled.randint(2, 9))) for _ in range(5000)]
        texts = [shuffled.choices(vocabulary, k=WORDS) for _ in range(TEXTS)]
        self._before = [_dumped(text) for text in texts]
        self._after = [_dumped(_changed(text, LEVELS[at // 10 % 4], shuffled)) for at, text in enumerate(texts)]
        self._article = orjson.loads(schema.text("clean_article"))["examples"][0]
        self._report = orjson.loads(schema.text("quality_report"))["examples"][0]

    @contextmanager
    def open(self, topic: str, _since: datetime | None) -> Iterator[Opened]:
        """A topic by name."""
        side, _, kind = topic.partition(".")
        make = partial(self._articles if kind == "clean" else self._reports, is_after=side == "after")
        yield Opened(self._records, make)

    def _is_changed(self, number: int) -> bool:
        return bool(self._every) and number % self._every == 0

    def _reports(self, *, is_after: bool) -> Iterator[Record]:
        changes = {"removed": {"ad_label": 2, "related_link": 3}, "score": 0.91} if is_after else {}
        same = orjson.dumps(self._report | _MARKED).split(b'"@"')
        other = orjson.dumps(self._report | _MARKED | changes).split(b'"@"')
        for number in range(self._records):
            parts = other if self._is_changed(number) else same
            name = b'"%032x"' % number
            cluster = b'"%032x"' % (number // (3 if is_after and number % 1000 < 9 else 2) * 2)
            url = b'"https://www.host%d.example/%d"' % (number % HOSTS, number)
            host = b'"host%d.example"' % (number % HOSTS)
            filled = b"".join(
                each for pair in zip(parts, (name, url, host, cluster, b""), strict=True) for each in pair
            )
            yield Record(name, filled, _headers(number))

    def _articles(self, *, is_after: bool) -> Iterator[Record]:
        begin, middle, end = orjson.dumps(self._article | {"article_id": "@", "text": "@"}).split(b'"@"')
        for number in range(self._records):
            texts = self._after if is_after and self._is_changed(number) else self._before
            name = b'"%032x"' % number
            yield Record(name, b"".join((begin, name, middle, texts[number % TEXTS], end)), _headers(number))


class Opened:
    """A topic, made while it is read."""

    def __init__(self, offsets: int, make: partial[Iterator[Record]]) -> None:
        self.offsets = offsets
        self._make = make

    def __iter__(self) -> Iterator[Record]:
        return self._make()


_MARKED = {
    "article_id": "@", "url": "@", "host": "@",
    "duplicate": {"kind": "new", "is_duplicate": False, "of": None, "similarity": None, "cluster_id": "@",
                  "evidence": None, "change": None, "replaces": None},
}  # fmt: skip


def _headers(number: int) -> Headers:
    partition, offset = b"%d" % (number % PARTITIONS), b"%d" % (number // PARTITIONS)
    return ("source-topic", b"raw"), ("source-partition", partition), ("source-offset", offset)


def _dumped(text: list[str]) -> bytes:
    return orjson.dumps("\n".join(" ".join(text[at : at + 60]) for at in range(0, len(text), 60)))


def _changed(text: list[str], share: float, chance: random.Random) -> list[str]:
    return [word if chance.random() > share else f"new{word}" for word in text]


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10)


def disk_mb() -> float:
    """The size of the temporary files of SQLite that this process has open, in MB."""
    total = 0
    for each in Path("/proc/self/fd").iterdir():
        try:
            if "etilqs_" in str(each.readlink()):
                total += each.stat().st_size
        except OSError:  # closed meanwhile
            continue
    return total / (1 << 20)


class Disk:
    """Watches the temporary files."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            self.peak_mb = max(self.peak_mb, disk_mb())

    def stop(self) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--records", type=int, default=100_000)
    arguments.add_argument("--changed", type=float, default=0.1)
    arguments.add_argument("--html", type=Path)
    options = arguments.parse_args()

    made = Synthetic(options.records, options.changed)
    making_s = _making_s(made)
    before = peak_mb()
    ranges = dict.fromkeys(range(PARTITIONS), (0, options.records))
    comparison = Comparison(
        "raw", ranges, Outputs("live", "live.clean", "live.quality"), Outputs("v2", "after.clean", "after.quality")
    )
    disk, wall, begin = Disk(), time.monotonic(), time.process_time()
    result = compare(comparison, made.open, 5, Console(stderr=True))
    spent_s, waited_s = time.process_time() - begin - making_s, time.monotonic() - wall
    disk.stop()
    _show(result, options.html)
    print(f"\nrecords {options.records:,}; changed texts {options.changed:.0%}")
    each_us = 1e6 * spent_s / options.records
    print(
        f"CPU {spent_s:.1f} s, {each_us:.1f} µs a record; making the messages {making_s:.1f} s; wall {waited_s:.1f} s"
    )
    print(f"memory {before:.0f} MB before, {peak_mb():.0f} MB at most; disk {disk.peak_mb:.0f} MB")


def _making_s(made: Synthetic) -> float:
    begin = time.process_time()
    for topic in ("live.quality", "after.quality", "after.clean", "live.clean", "after.clean"):
        with made.open(topic, None) as records:
            for _ in records:
                pass
    return time.process_time() - begin


def _show(result: Result, html: Path | None) -> None:
    found = sections(result.tally, result.clusters, 10)
    console = Console(width=120, markup=False, emoji=False, highlight=False)
    terminal.show(found, "Synthetic reports", console)
    view.show(result.examples, console)
    if html:
        page.write(html, found, "Synthetic reports", "Replay v2", [view.part(result.examples)])


if __name__ == "__main__":
    main()
