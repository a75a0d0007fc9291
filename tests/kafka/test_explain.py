"""Messages that a worker has processed are explained from a real broker, as a user does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import TopicPartition

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.dead_scene import page, paragraphs
from tests.kafka.oracle import Topics
from tests.kafka.test_commands import command

pytestmark = [pytest.mark.kafka, pytest.mark.commands]

STORY, GONE = corpus.pages(2)
COPY = corpus.Page("https://copy.example.org/1", STORY.html)
RAW = [
    Message(corpus.native(STORY), partition=0),  # published
    Message(corpus.native(COPY), partition=0),  # its copy
    Message(corpus.native(STORY), partition=0),  # its recrawl
    Message(corpus.native(GONE), partition=1),  # published
    Message(page(1, paragraphs(1, 400)), b"crawl-5", [("traceparent", b"00-1")], 1),  # too_large
]
LIMITS = ("--max-html-bytes", "50000")


@dataclass(frozen=True, slots=True)
class Scene:
    kafka: KafkaBroker
    topics: Topics
    state: str

    def explain(self, what: str, *more: str) -> dict[str, Any]:
        done = command("explain", what, *self.flags, "--json", *more)
        assert done.returncode == 0, done.stderr[-3000:]
        document: dict[str, Any] = orjson.loads(done.stdout)
        return document

    @property
    def flags(self) -> list[str]:
        return [*self.topics.flags(self.kafka), "--state-dir", self.state]


@pytest.fixture(scope="module")
def scene(kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    topics = Topics.create(kafka, 2)
    made = Scene(kafka, topics, str(tmp_path_factory.mktemp("explain") / "state"))
    kafka.produce(topics.raw, RAW)
    done = command("run", *made.flags, *LIMITS, "--stop-at-end")
    assert done.returncode == 0, done.stderr[-3000:]
    return made


def test_a_url_leads_to_its_newest_message_and_the_others_are_named(scene: Scene) -> None:
    told = scene.explain(STORY.url, *LIMITS)
    assert (told["source"]["partition"], told["source"]["offset"]) == (0, 2)
    assert (told["report"]["outcome"], told["report"]["reason"]) == ("duplicate", "recrawl")
    assert [row["message"] for row in told["other_messages"]] == [f"{scene.topics.raw}:0:0"]
    assert told["report"]["article_id"] == told["now"]["report"]["article_id"]
    assert scene.explain(told["report"]["article_id"], *LIMITS)["source"] == told["source"]


def test_a_place_shows_the_article_as_published_and_with_the_current_rules(scene: Scene) -> None:
    before = index_bytes(scene)
    told = scene.explain("0:0", *LIMITS)
    assert (told["report"]["outcome"], told["differences"], told["notes"]) == ("published", [], [])
    assert told["fingerprint"] == told["report"]["pipeline"]["fingerprint"]
    assert told["clean"]["text"] == told["now"]["clean"]["text"]
    assert [run["kind"] for run in told["text_diff"]] == ["same"]
    assert told["explanation"]["lines"][0]["rule"] == "headline"
    output = scene.kafka.read(scene.topics.clean)[0]
    assert scene.explain(f"{scene.topics.clean}:{output.partition}:{output.offset}")["report"]["url"] == output_url(
        output
    )
    assert index_bytes(scene) == before


def test_a_copy_names_the_article_that_it_copies_with_url_and_title(scene: Scene) -> None:
    (first,) = scene.explain(COPY.url, *LIMITS, "--since", "1h")["similar"]
    assert (first["url"], first["title"]) == (STORY.url, "Quillport observatory story number 0")
    assert first["then"]["kind"] == "exact"
    assert first["now"]["evidence"]["order"] == 1
    assert first["place"] == f"{scene.topics.raw}:0:0"


def test_a_dead_message_that_has_expired_is_explained_from_its_dead_letter(scene: Scene) -> None:
    scene.kafka.admin.delete_records({TopicPartition(scene.topics.raw, 1): 2})
    told = scene.explain(f"{scene.topics.raw}:1:1")
    assert (told["report"]["reason"], told["now"]["report"]["outcome"]) == ("too_large", "published")
    assert (
        "has expired from its partition, which is now empty; the bytes shown are those of its dead letter"
        in told["notes"][0]
    )
    told = scene.explain(f"{scene.topics.raw}:1:0")
    assert (told["now"], told["explanation"], told["clean"]["url"]) == (None, None, GONE.url)


def test_what_nobody_knows_is_an_error_that_says_so(scene: Scene) -> None:
    for what, code in (("https://unknown.example/1", 2), ("9:9", 5)):
        done = command("explain", what, *scene.flags)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith("article-worker: ")


def index_bytes(scene: Scene) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(scene.state).rglob("data.mdb")}


def output_url(record: Any) -> Any:
    return orjson.loads(record.value)["url"]
