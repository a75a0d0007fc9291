"""Dead letters on a real broker: listed, shown, and tried again, as a user does it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer

from tests.dedup import valkey_server
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.dead_scene import (
    BEFORE,
    DYING,
    ESCAPE,
    FIXED,
    LIMITS,
    Scene,
    attempts_are_complete,
    await_reports,
    last_outcomes,
    made_scene,
    page,
    paragraphs,
)
from tests.kafka.test_commands import command

pytestmark = [pytest.mark.kafka, pytest.mark.commands]


@pytest.fixture
def scene(kafka: KafkaBroker, tmp_path: Path) -> Scene:
    """A worker has published five pages, and could not process seven messages."""
    return made_scene(kafka, tmp_path / "state")


@pytest.fixture(scope="module")
def unchanged(kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene for tests that only read the topics."""
    return made_scene(kafka, tmp_path_factory.mktemp("unchanged"))


def states(**counts: int) -> dict[str, int]:
    return dict.fromkeys(("open", "resolved", "gave_up", "cut", "unknown"), 0) | counts


def test_what_a_setting_fixes_is_published_and_everything_else_dies_again_until_it_is_given_up(scene: Scene) -> None:
    topics = scene.topics
    by_reason = {row["reason"]: row["open"] + row["cut"] for row in scene.listed()["by"]["reason"]}
    assert by_reason == BEFORE
    assert scene.listed()["states"] == states(open=6, cut=1)
    assert last_outcomes(scene) == {"published": 5, "dead": 7}

    assert re.search(r"would be retried +7\n", scene.retry("--dry-run", *FIXED).stdout)
    assert scene.count(topics.dead) == 7

    scene.retry(*FIXED)
    assert scene.listed()["states"] == states(open=2, resolved=5)
    assert last_outcomes(scene) == {"published": 10, "dead": 2}
    assert scene.count(topics.clean) == 10
    assert len(scene.reports()) == scene.count(topics.raw) == 12

    scene.retry(*FIXED)
    assert scene.listed()["states"] == states(resolved=5, gave_up=2)
    counts = [scene.count(topic) for topic in (topics.clean, topics.quality, topics.dead)]
    assert counts == [10, 12 + 7 + 2, 7 + 2 + 2]

    assert re.search(r"died in --max-attempts attempts +2\n", scene.retry(*FIXED).stdout)
    assert [scene.count(topic) for topic in (topics.clean, topics.quality, topics.dead)] == counts
    assert sorted(len(each) for each in scene.reports().values()) == [1] * 5 + [2] * 5 + [3] * 2

    scene.retry("--max-attempts", "4")
    assert scene.count(topics.dead) == counts[2] + 2


def test_a_retry_is_the_same_message_with_its_key_its_headers_and_its_time(scene: Scene) -> None:
    raw = {record.value: record for record in scene.kafka.read(scene.topics.raw)}
    scene.retry(*FIXED)
    letters = [record for record in scene.kafka.read(scene.topics.dead) if dict(record.headers).get("retry-of")]
    assert {(letter.key, letter.value) for letter in letters} == {(b"crawl-7", DYING[5].value), (b"crawl-8", None)}  # type: ignore[union-attr]
    for letter in letters:
        headers, original = dict(letter.headers), raw[letter.value]
        assert [each for each in letter.headers if each in original.headers] == original.headers
        assert headers["source-offset"] == str(original.offset).encode()
        assert (headers["retry-attempt"], "retry-gave-up" in headers) == (b"2", False)
    for first, *others in scene.reports().values():
        assert all(each["source"] == first["source"] for each in others)


def test_only_the_selected_letters_are_retried(scene: Scene) -> None:
    scene.retry("--only", "reason=no_content,host=other.example", *FIXED)
    assert scene.listed()["states"]["resolved"] == 0
    scene.retry("--only", "reason=no_content,host=www.fixed.example", *FIXED)  # reports leave out the www
    listed = scene.listed("--by", "reason,host,stage,shape")
    assert listed["states"]["resolved"] == 2
    assert {row["reason"]: row["resolved"] for row in listed["by"]["reason"] if row["resolved"]} == {"no_content": 2}
    assert {row["host"]: row["open"] for row in listed["by"]["host"]} == {"fixed.example": 2, None: 2}


def test_two_retries_at_the_same_time_publish_nothing_twice(scene: Scene) -> None:
    arguments = [sys.executable, "-m", "worker", "dead", "retry", *scene.flags, *FIXED, "--batch-max-records", "1"]
    both = [subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert {process.wait(90) for process in both} <= {0, 5}  # 5: the other one took over
    scene.retry(*FIXED)
    assert scene.count(scene.topics.clean) == 10
    assert attempts_are_complete(scene)


@pytest.mark.parametrize(
    ("point", "number", "code"),
    [("after_offsets", signal.SIGKILL, -signal.SIGKILL), ("after_commit", signal.SIGKILL, -signal.SIGKILL),
     ("after_commit", signal.SIGINT, 0)],
)  # fmt: skip
def test_a_retry_that_is_killed_or_interrupted_continues_when_it_is_run_again(
    scene: Scene, point: str, number: signal.Signals, code: int
) -> None:
    """It gets the signal just before or after the second commit. After SIGINT, it ends the batch in hand."""
    retry = ("dead", "retry", *scene.flags, *FIXED, "--batch-max-records", "1")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.kafka.signal_at", number.name, point, "2", *retry],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == code, ended.stderr[-3000:]
    assert ("run the command again" in ended.stdout) == (code == 0)
    assert scene.count(scene.topics.quality) in (12 + 1, 12 + 2, 12 + 3)
    scene.retry(*FIXED)
    assert scene.count(scene.topics.clean) == 10
    assert attempts_are_complete(scene)


def test_an_open_transaction_of_a_worker_does_not_hide_what_was_retried(scene: Scene) -> None:
    """A consumer sees nothing behind the open transaction, not even the committed reports of a retry."""
    producer = KafkaProducer(bootstrap_servers=scene.kafka.bootstrap, transactional_id=scene.topics.group, acks="all")
    producer.init_transactions()
    producer.begin_transaction()
    for partition in range(3):
        producer.send(scene.topics.quality, b"{}", partition=partition)
    producer.flush()
    retried = [
        Message(b'{"outcome":"published"}', headers=[*letter.headers, ("retry-of", place(letter).encode())])
        for letter in scene.kafka.read(scene.topics.dead)
    ]
    scene.kafka.produce(scene.topics.quality, retried)
    timer = Timer(6, producer.abort_transaction)
    timer.start()
    scene.retry(*FIXED)
    timer.join()
    producer.close()
    assert scene.count(scene.topics.clean) == 5
    assert scene.listed()["states"]["resolved"] == 7


def place(letter: Any) -> str:
    return f"{letter.topic}/{letter.partition}/{letter.offset}"


def test_a_letter_is_shown_with_its_bytes_and_its_next_step_but_without_secrets_or_escapes(unchanged: Scene) -> None:
    scene = unchanged
    newest = {row["reason"]: row for row in scene.listed()["newest"]}
    text = scene.show(newest["bad_json"]["id"])
    assert "look at the crawler" in text
    assert r"\x1b[31m" in text
    assert ESCAPE not in text
    assert "traceparent" in text
    assert "hush" not in text
    assert "--map html=odd_name" in scene.show(newest["no_content"]["article_id"])
    [cut] = [row["id"] for row in scene.listed()["newest"] if row["state"] == "cut"]
    assert "bytes, from the raw topic" in scene.show(cut)
    missing = command("dead", "show", "0:99999", *scene.topics.flags(scene.kafka))
    assert (missing.returncode, "article-worker dead list" in missing.stderr) == (2, True)


def test_a_record_that_the_worker_did_not_write_is_counted_and_left_alone(scene: Scene) -> None:
    forged: list[tuple[str, bytes]] = [
        ("source-topic", b"a"),
        ("source-partition", b"-1"),
        ("source-offset", b"9" * 99),
    ]
    scene.kafka.produce(scene.topics.dead, [Message(b"x", headers=forged), Message(None, b"k")])
    assert (scene.listed()["foreign"], scene.listed()["inputs"]) == (2, 7)
    scene.retry(*FIXED)
    assert last_outcomes(scene) == {"published": 10, "dead": 2}


def test_letters_are_exported_whole_under_safe_names_and_an_export_continues(unchanged: Scene, tmp_path: Path) -> None:
    flags = unchanged.topics.flags(unchanged.kafka)
    first = command("dead", "export", str(tmp_path / "bad"), "--only", "reason=too_large", *flags)
    assert first.stdout.startswith("exported 2 dead letters to "), first.stderr[-3000:]
    second = command("dead", "export", str(tmp_path / "bad"), *flags)
    assert "exported 5 dead letters" in second.stdout
    assert "already there: 2" in second.stdout
    index = [orjson.loads(line) for line in (tmp_path / "bad" / "index.jsonl").read_bytes().splitlines()]
    values = {None if line["file"] is None else (tmp_path / "bad" / line["file"]).read_bytes() for line in index}
    assert values == {each.value if isinstance(each, Message) else each for each in DYING}
    assert not any(line["value_truncated"] for line in index)
    assert {line["key_base64"] for line in index} == {None, "Y3Jhd2wtNw==", "Y3Jhd2wtOA=="}
    [page] = [line for line in index if line["state"] == "cut"]
    explained = command("explain", str(tmp_path / "bad" / page["file"]), "--json")
    assert orjson.loads(explained.stdout)["outcome"] == "published"


@pytest.fixture
def server() -> Iterator[valkey_server.Server]:
    """An index server of its own."""
    own = valkey_server.required(lambda: valkey_server.start_own(*valkey_server.DURABLE))
    yield own
    own.close()


def test_a_retry_shares_the_index_with_a_worker_that_keeps_running(
    scene: Scene, server: valkey_server.Server, tmp_path: Path
) -> None:
    """While the worker runs, the article of a dead letter is published from another site."""
    flags = [*scene.topics.flags(scene.kafka), "--index", server.url, "--log-format", "json"]
    live = subprocess.Popen([sys.executable, "-m", "worker", "run", *flags, *LIMITS, "--state-dir", scene.state],
                            stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        copy = page(3, paragraphs(3, 20)).replace(b"www.fixed.example", b"www.other.example")
        scene.kafka.produce(scene.topics.raw, [copy])
        await_reports(scene, 13)
        done = command("dead", "retry", *flags, "--state-dir", str(tmp_path / "two"), *FIXED)
        assert done.returncode == 0, done.stderr[-3000:]
        scene.kafka.produce(scene.topics.raw, [page(5, paragraphs(5, 20))])
        await_reports(scene, 14)
    finally:
        live.terminate()
        assert live.wait(60) == 0
    [retried] = [each[-1] for each in scene.reports().values() if each[-1]["url"] == "https://www.fixed.example/3"]
    assert (retried["outcome"], retried["attempt"]) == ("duplicate", 2)
    assert last_outcomes(scene) == {"published": 11, "duplicate": 1, "dead": 2}
    assert len(scene.reports()) == scene.count(scene.topics.raw)
