"""What the tests of dead letters begin with: a worker has published some pages, and could not process others."""

from __future__ import annotations

import random
import string
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import ID_HEADERS, Topics
from tests.kafka.test_commands import command

GOOD = [corpus.native(page) for page in corpus.pages(5)]
CUT_ABOVE = ("--max-value-bytes", "200000", "--max-message-bytes", "200000")
LIMITS = ("--max-html-bytes", "50000", "--max-nodes", "2000", *CUT_ABOVE)
FIXED = ("--max-html-bytes", "5MiB", "--max-nodes", "300000", "--map", "html=odd_name")
ESCAPE = "\x1b[31m"


def paragraphs(seed: int, count: int) -> str:
    """A story in which hardly a word occurs twice."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(string.ascii_lowercase, k=7)) for _ in range(count * 20)]
    return "".join(f"<p>The council of {' '.join(words[n::count])} met.</p>" for n in range(count))


def page(number: int, body: str, name: str = "html") -> bytes:
    html = f"<html><title>Story {number}</title><body><article>{body}</article></body></html>"
    return orjson.dumps({"url": f"https://www.fixed.example/{number}", name: html})


DYING: list[Message | bytes] = [
    page(1, paragraphs(1, 400)),  # too_large
    page(2, paragraphs(2, 20) + "<i></i>" * 3000),  # too_many_nodes
    page(3, paragraphs(3, 20), "odd_name"),  # no_content
    page(4, paragraphs(4, 20), "odd_name"),  # no_content
    page(5, paragraphs(5, 1500)),  # too_large, and its letter has only a part of it
    Message(b"{" + ESCAPE.encode(), b"crawl-7", [("traceparent", b"00-1"), ("x-api-key", b"hush")]),  # bad_json
    Message(None, b"crawl-8"),  # null_value
]
BEFORE = {"too_large": 2, "too_many_nodes": 1, "no_content": 2, "bad_json": 1, "null_value": 1}


@dataclass(frozen=True, slots=True)
class Scene:
    kafka: KafkaBroker
    topics: Topics
    state: str

    def retry(self, *more: str) -> subprocess.CompletedProcess[str]:
        done = command("dead", "retry", *self.flags, *more)
        assert done.returncode == 0, done.stderr[-3000:]
        return done

    @property
    def flags(self) -> list[str]:
        return [*self.topics.flags(self.kafka), "--state-dir", self.state, "--log-format", "json"]

    def listed(self, *more: str) -> dict[str, Any]:
        done = command("dead", "list", *self.topics.flags(self.kafka), "--json", *more)
        assert done.returncode == 0, done.stderr[-3000:]
        document: dict[str, Any] = orjson.loads(done.stdout)
        return document

    def show(self, which: str) -> str:
        done = command("dead", "show", which, *self.topics.flags(self.kafka))
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def reports(self) -> dict[tuple[bytes, ...], list[dict[str, Any]]]:
        """The reports by input, in the order of their attempts."""
        found: dict[tuple[bytes, ...], list[dict[str, Any]]] = {}
        for record in self.kafka.read(self.topics.quality):
            headers = dict(record.headers)
            found.setdefault(tuple(headers[name] for name in ID_HEADERS), []).append(orjson.loads(record.value))
        return {key: sorted(each, key=lambda report: int(report["attempt"])) for key, each in found.items()}

    def count(self, topic: str) -> int:
        return len(self.kafka.read(topic))


def made_scene(kafka: KafkaBroker, state: Path) -> Scene:
    """A new scene. The worker kept its state in this directory."""
    topics = Topics.create(kafka, 3)
    kafka.produce(topics.raw, [*GOOD, *DYING])
    made = Scene(kafka, topics, str(state))
    done = command("run", *made.flags, *LIMITS, "--stop-at-end")
    assert done.returncode == 0, done.stderr[-3000:]
    return made


def last_outcomes(scene: Scene) -> Counter[str]:
    """How the inputs ended in their last attempts."""
    return Counter(each[-1]["outcome"] for each in scene.reports().values())


def attempts_are_complete(scene: Scene) -> bool:
    """Whether each input has one report of each attempt."""
    attempts = [[report["attempt"] for report in each] for each in scene.reports().values()]
    return all(each == list(range(1, len(each) + 1)) for each in attempts)


def await_reports(scene: Scene, inputs: int) -> None:
    """Wait until so many inputs have a report."""
    deadline = time.monotonic() + 60
    while len(scene.reports()) < inputs:
        assert time.monotonic() < deadline, "the worker has not processed all inputs"
        time.sleep(0.5)
