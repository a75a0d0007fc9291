"""An index that is rebuilt from the clean topic, on a real broker: it judges like the index that was lost."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics
from tests.kafka.test_commands import command
from tests.kafka.test_replay import replayed

pytestmark = pytest.mark.kafka

COUNT = 60


def page(number: int) -> corpus.Page:
    return corpus.page(number, seed=9)


def first_part() -> Iterator[corpus.Page]:
    """New articles, then a recrawl, an exact copy at another URL, and an update."""
    yield from (page(number) for number in range(COUNT))
    yield page(0)
    yield replace(page(1), url="https://copies.example.org/early")
    yield updated(page(2), "It rained on the day of the opening in 1999.")


def second_part() -> Iterator[corpus.Page]:
    """Recrawls, copies and updates of the articles of the first part, and articles that are new."""
    yield from (page(number) for number in range(0, COUNT, 3))
    yield updated(page(2), "It rained on the day of the opening in 1999.")
    for number in range(1, COUNT, 3):
        cut = page(number).html.rpartition("<p>")[0] + "</article></body></html>"
        yield corpus.Page(f"https://copies.example.org/{number}", cut)
        yield replace(page(number), url=f"https://mirror.example.org/{number}")
    yield from (updated(page(number), f"The {number} visitors left early in 2011.") for number in range(2, COUNT, 3))
    yield from (corpus.page(number, seed=10) for number in range(20))


def updated(old: corpus.Page, more: str) -> corpus.Page:
    """The page with one paragraph more."""
    return replace(old, html=old.html.replace("</article>", f"<p>{more * 3}</p></article>"))


def feed(kafka: KafkaBroker, topics: Topics, pages: Iterator[corpus.Page]) -> None:
    """Send the pages."""
    kafka.produce(topics.raw, [Message(corpus.native(each)) for each in pages])


def verdicts(kafka: KafkaBroker, topics: Topics) -> dict[tuple[int, int], dict[str, Any]]:
    """What the index said of each raw message, by partition and offset.

    The measurements are left out: they depend on how often the words occurred in all articles, duplicates included.
    """
    reports = [orjson.loads(record.value) for record in kafka.read(topics.quality)]
    return {
        (each["source"]["partition"], each["source"]["offset"]): {
            name: each["duplicate"][name] for name in ("kind", "of", "cluster_id")
        }
        for each in reports
    }


def run(kafka: KafkaBroker, topics: Topics, state: Path) -> None:
    done = command("run", *topics.flags(kafka), "--state-dir", str(state), "--stop-at-end", "--log-format", "json")
    assert done.returncode == 0, done.stderr[-3000:]


def rebuild(kafka: KafkaBroker, topics: Topics, state: Path, *more: str) -> subprocess.CompletedProcess[str]:
    flags = ("--bootstrap-servers", kafka.bootstrap, "--state-dir", str(state))
    return command("index", "rebuild", "--from-topic", topics.clean, *flags, *more)


def counted(output: str) -> dict[str, int]:
    """The numbers of the summary by name."""
    rows = (line.split() for line in output.splitlines() if not line.startswith("{"))
    return {name: int(number.replace(",", "")) for name, number, *_ in rows}


@pytest.fixture
def topics(kafka: KafkaBroker) -> Topics:
    """One partition of raw articles, so that a replay reads them in the same order; three of clean ones."""
    return Topics.create(kafka, 1)


def test_the_rebuilt_index_gives_the_verdicts_of_the_one_that_was_lost(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    feed(kafka, topics, first_part())
    run(kafka, topics, tmp_path / "original")
    kafka.produce(topics.clean, [Message(None, b"gone"), Message(b'{"schema": "other.v1"}', b"x"), Message(b"", b"y")])
    rebuilt = rebuild(kafka, topics, tmp_path / "rebuilt" / "replay.after")
    assert rebuilt.returncode == 0, rebuilt.stderr[-3000:]
    assert counted(rebuilt.stderr) == {"articles": COUNT + 1, "verdicts": COUNT + 1, "tombstones": 1, "unreadable": 2}
    feed(kafka, topics, second_part())
    run(kafka, topics, tmp_path / "original")
    flags = (*topics.flags(kafka), "--state-dir", str(tmp_path / "rebuilt"))
    replay = command("replay", "run", "after", *flags, "--log-format", "json")
    assert replay.returncode == 0, replay.stderr[-3000:]
    before, after = verdicts(kafka, topics), verdicts(kafka, replayed(topics, "after"))
    kinds = Counter(verdict["kind"] for verdict in before.values())
    assert min(kinds["recrawl"], kinds["exact"], kinds["update"], kinds["copy"] + kinds["excerpt"]) >= 20
    assert after == before


def test_the_default_range_is_the_window_and_since_sets_another(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    feed(kafka, topics, (page(number) for number in range(20)))
    run(kafka, topics, tmp_path / "original")
    published = [Message(record.value, record.key) for record in kafka.read(topics.clean)]
    old_ms = 1_714_521_600_000  # 2024-05-01T00:00:00Z
    aged = replace(topics, clean=kafka.create_topic("aged", 2, 9 << 20, retention_ms="-1"))
    kafka.produce(
        aged.clean,
        [replace(each, timestamp_ms=old_ms if n < 5 else None, partition=n % 2) for n, each in enumerate(published)],
    )
    assert counted(rebuild(kafka, aged, tmp_path / "a").stderr)["articles"] == 15
    assert counted(rebuild(kafka, aged, tmp_path / "b", "--since", "earliest").stderr)["articles"] == 20


def test_a_topic_that_does_not_exist_is_named_and_no_index_is_created(kafka: KafkaBroker, tmp_path: Path) -> None:
    flags = ("--bootstrap-servers", kafka.bootstrap, "--state-dir", str(tmp_path / "state"))
    done = command("index", "rebuild", "--from-topic", "no-such-topic", *flags)
    assert (done.returncode, "no-such-topic" in done.stderr) == (4, True)
    assert not (tmp_path / "state").exists()


def test_after_ctrl_c_workers_refuse_the_index_and_the_next_run_starts_over(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    feed(kafka, topics, first_part())
    run(kafka, topics, tmp_path / "original")
    flags = ("--from-topic", topics.clean, "--bootstrap-servers", kafka.bootstrap, "--state-dir", str(tmp_path / "new"))
    dying = (sys.executable, "-m", "tests.kafka.signal_at", "SIGINT", "after_restore", "1")
    stopped = subprocess.run(
        [*dying, "index", "rebuild", *flags], capture_output=True, text=True, timeout=90, check=False
    )
    assert (stopped.returncode, "run the command again" in stopped.stderr) == (130, True), stopped.stderr[-3000:]
    worker = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path / "new"), "--stop-at-end")
    assert (worker.returncode, "is not complete" in worker.stderr) == (6, True), worker.stderr[-3000:]
    again = rebuild(kafka, topics, tmp_path / "new")
    assert (again.returncode, counted(again.stderr)["articles"]) == (0, COUNT + 1), again.stderr[-3000:]
    third = rebuild(kafka, topics, tmp_path / "new")
    assert (third.returncode, "is not empty" in third.stderr) == (6, True), third.stderr[-3000:]
