"""Promotions of a replay on a real broker, beside a worker that runs on: what readers have, and what the index knows."""

from __future__ import annotations

import os
import random
import re
import signal
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics
from tests.kafka.test_commands import command

pytestmark = pytest.mark.kafka

COUNT = 60
HOSTS = ("north.example", "south.example")
BEFORE, AFTER = ("--map", "text=before"), ("--map", "text=after")
"""The rules of the worker, and those of the replay."""


def story(seed: int, sentences: int = 12) -> str:
    """A story of its own words."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(string.ascii_lowercase, k=7)) for _ in range(sentences * 12)]
    return "\n".join(f"The council of {' '.join(words[n::sentences])} met again." for n in range(sentences))


def url(number: int) -> str:
    return f"https://{HOSTS[number % 2]}/{number}"


def texts(number: int) -> dict[str, str]:
    """What a message says by the rules before, and by those after: each of five kinds."""
    text, more = story(number), f"{story(number)}\nRead more: the whole story."
    kinds = [
        {"before": more, "after": text},  # changed
        {"text": text},  # unchanged
        {"before": text, "after": "Too short."},  # withdrawn
        {"before": "Too short.", "after": text},  # new
        {"after": text},  # new: dead before
    ]
    return kinds[number // 2 % 5]


def crawl(number: int, fields: dict[str, str]) -> Message:
    return Message(orjson.dumps({"url": url(number), **fields}), partition=number % 3)


@dataclass(frozen=True, slots=True)
class Scene:
    """A worker whose raw topic was replayed by other rules."""

    kafka: KafkaBroker
    topics: Topics
    replayed: Topics
    state: Path

    @property
    def flags(self) -> list[str]:
        fast = ("--log-format", "json", "--batch-max-records", "5", "--session-timeout", "6s")
        return [*self.topics.flags(self.kafka), "--state-dir", str(self.state), *fast]

    def crawled(self, texts: dict[str, str]) -> None:
        """Send these texts as the crawler of the worker does, now."""
        numbers = {url(number): number for number in range(COUNT)}
        self.kafka.produce(self.topics.raw, [crawl(numbers[each], {"before": text}) for each, text in texts.items()])

    @property
    def promotion(self) -> list[str]:
        return ["replay", "promote", "v2", *self.flags, "--yes"]

    def promote(self, *more: str) -> subprocess.CompletedProcess[str]:
        done = command(*self.promotion, *more)
        assert done.returncode == 0, done.stderr[-3000:]
        return done

    def counted(self) -> dict[str, int]:
        """What a promotion would do."""
        said = self.promote("--dry-run").stderr
        return {name: int(count) for name, count in re.findall(r"^(\w[\w ]*?)  +(\d+)", said, re.MULTILINE)}

    def killed(self, point: str, nth: int) -> None:
        dying = (sys.executable, "-m", "tests.kafka.signal_at", "SIGKILL", point, str(nth))
        done = subprocess.run([*dying, *self.promotion], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr[-3000:]

    @contextmanager
    def stopped(self, point: str, nth: int) -> Iterator[None]:
        """A promotion that stands still at this point, and goes on after the body, which has promoted everything."""
        stopping = (sys.executable, "-m", "tests.kafka.signal_at", "SIGSTOP", point, str(nth))
        with subprocess.Popen([*stopping, *self.promotion], stderr=subprocess.PIPE, text=True) as first:
            try:
                os.waitpid(first.pid, os.WUNTRACED)
                yield
            finally:
                first.send_signal(signal.SIGCONT)
                _, errors = first.communicate(timeout=60)
        said = "another replay-promote-v2 of this group has started" in errors
        assert (first.returncode, said) == (5, True), errors[-3000:]

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A worker that runs until the end, and has processed everything by then."""
        run = [sys.executable, "-m", "worker", "run", *self.flags, *BEFORE]
        with subprocess.Popen(run, stderr=subprocess.DEVNULL) as started:
            yield
            until_s = time.monotonic() + 60
            while self.kafka.committed(self.topics.group, self.topics.raw) != self.kafka.end_offsets(self.topics.raw):
                assert time.monotonic() < until_s
                time.sleep(0.2)
            started.send_signal(signal.SIGTERM)
        assert started.returncode == 0

    def latest(self, topic: str) -> dict[str, dict[str, Any]]:
        """The article that a reader of the topic has under each URL."""
        last = {record.key: record.value for record in self.kafka.read(topic)}
        articles = [orjson.loads(value) for value in last.values() if value]
        return {article["url"]: article for article in articles}

    def reports(self) -> dict[tuple[int, int], list[dict[str, Any]]]:
        """The reports on each input, in the order of their times."""
        found: dict[tuple[int, int], list[dict[str, Any]]] = {}
        for record in self.kafka.read(self.topics.quality):
            report = orjson.loads(record.value)
            found.setdefault((report["source"]["partition"], report["source"]["offset"]), []).append(report)
        return {source: sorted(each, key=lambda one: str(one["processed_at"])) for source, each in found.items()}

    def check(self, newer: dict[str, str], host: str = "") -> None:
        """Check that readers have what the replay has (of one host), but the newer texts under their URLs.

        Every input has a report, and the newest one of a published article is on the article that readers have.
        """
        live, replayed = self.latest(self.topics.clean), self.latest(self.replayed.clean)
        concerned = {each for each in live.keys() | replayed.keys() if host in each and each not in newer}
        wrong = [each for each in concerned if text_of(live.get(each)) != text_of(replayed.get(each))]
        assert wrong == []
        assert {each: text_of(live.get(each)) for each in newer} == newer
        reports = self.reports()
        assert len(reports) == len(self.kafka.read(self.topics.raw))
        for article in live.values():
            newest = reports[article["source"]["partition"], article["source"]["offset"]][-1]
            assert newest["outcome"] == "published"
            assert newest["promoted_from"] == article["promoted_from"]
            assert newest["duplicate"] == article["duplicate"]


def text_of(article: dict[str, Any] | None) -> str | None:
    return None if article is None else str(article["text"])


@pytest.fixture
def scene(kafka: KafkaBroker, tmp_path: Path) -> Scene:
    topics = Topics.create(kafka, 3)
    replayed = replace(topics, clean=f"{topics.clean}.v2", quality=f"{topics.quality}.v2", dead=f"{topics.dead}.v2")
    made = Scene(kafka, topics, replayed, tmp_path)
    kafka.produce(topics.raw, [crawl(number, texts(number)) for number in range(COUNT)])
    live = command("run", *made.flags, *BEFORE, "--stop-at-end")
    assert live.returncode == 0, live.stderr[-3000:]
    run = command("replay", "run", "v2", *made.flags, *AFTER)
    assert run.returncode == 0, run.stderr[-3000:]
    return made


def test_readers_get_what_the_replay_has_whatever_happens_to_the_promotion(scene: Scene) -> None:
    """One story, because each step needs those before it, and every command takes a second."""
    kafka, topics = scene.kafka, scene.topics
    newer = {url(number): story(1000 + number) for number in (0, 2, 4)}
    with scene.worker():
        scene.crawled(newer)
    offsets = kafka.committed(topics.group, topics.raw)

    counts = scene.counted()
    assert [counts[name] for name in ("new", "changed", "withdrawn")] == [24, 11, 11]
    assert [counts[name] for name in ("unchanged", "newer live")] == [11, 2]
    one = scene.promote("--only", f"host={HOSTS[1]}")
    assert "new 12, changed 6, withdrawn 6" in one.stderr
    scene.check({}, HOSTS[1])

    scene.killed("after_adopt", 1)
    scene.killed("after_send", 2)
    with scene.stopped("after_send", 2), scene.worker():
        newer[url(10)] = story(1010)  # comes while the promotion runs
        scene.crawled({url(10): newer[url(10)]})
        scene.promote()
    scene.check(newer)

    outputs = (topics.clean, topics.quality, topics.dead)
    ends = [kafka.end_offsets(topic) for topic in outputs]
    assert "nothing to promote" in scene.promote().stderr
    assert [kafka.end_offsets(topic) for topic in outputs] == ends
    assert kafka.committed(topics.group, topics.raw) == {**offsets, 1: offsets[1] + 1}
    listed = command("dead", "list", *topics.flags(kafka), "--json")
    states = orjson.loads(listed.stdout)["states"]
    assert {state: count for state, count in states.items() if count} == {"resolved": 12}

    changed, still = 20, 22
    version = scene.latest(topics.clean)[url(changed)]["version"]
    with scene.worker():
        scene.crawled({url(still): story(still), url(changed): f"{story(changed)}\nThe council has resigned."})
    endings = {(each[-1]["url"], each[-1]["reason"]) for each in scene.reports().values()}
    assert {(url(still), "recrawl"), (url(changed), "update")} <= endings
    assert scene.latest(topics.clean)[url(changed)]["version"] == version + 1
