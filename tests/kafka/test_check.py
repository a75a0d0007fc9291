"""`article-worker check` on a real broker: it finds what `run` would fail on, and what only shows later."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics
from worker.transport.kafka.topic_plan import plan
from worker.transport.kafka.topics import create

pytestmark = [pytest.mark.kafka, pytest.mark.commands]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "worker", *arguments], capture_output=True, text=True, timeout=90, check=False
    )


@pytest.fixture
def topics(kafka: KafkaBroker) -> Topics:
    """Topics as `topics create` makes them."""
    name = kafka.topic_name("news")
    made = Topics(f"{name}.raw", f"{name}.clean", f"{name}.quality", f"{name}.dead", name)
    settings = kafka.settings(
        raw_topic=made.raw, clean_topic=made.clean, quality_topic=made.quality, dead_topic=made.dead
    )
    create(kafka.admin, plan(settings, partitions=2, replication=1))
    return made


def check(kafka: KafkaBroker, topics: Topics, state_dir: Path, *more: str) -> tuple[int, list[str]]:
    """The exit code, and the lines that are not ok."""
    done = command("check", *topics.flags(kafka), "--state-dir", str(state_dir), *more)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert re.match(r"(not )?ready \(faults: \d+, warnings: \d+\)$", lines[-1])
    return done.returncode, [line for line in lines[:-1] if not line.startswith("ok ")]


def test_a_deployment_that_would_run_has_no_fault_and_is_left_as_it_was(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    assert check(kafka, topics, tmp_path / "state") == (0, [])
    assert not (tmp_path / "state").exists()
    assert kafka.committed(topics.group, topics.raw) == {}
    assert {
        end for name in (topics.clean, topics.quality, topics.dead) for end in kafka.end_offsets(name).values()
    } == {0}
    ran = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path / "state"), "--stop-at-end")
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert check(kafka, topics, tmp_path / "state")[0] == 0


def test_a_mistyped_topic_is_a_fault_that_names_the_right_one_and_a_command_with_the_flags(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    mistyped = replace(topics, raw=f"{topics.raw}s")
    code, [line] = check(kafka, mistyped, tmp_path)
    assert code == 4
    assert f"{mistyped.raw} (did you mean {topics.raw}" in line
    assert f"topics create --bootstrap-servers {kafka.bootstrap} --raw-topic {mistyped.raw}" in line


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (
            ("--transaction-timeout", "1h"),
            "transaction timeout: --transaction-timeout 1h is longer than the brokers all",
        ),
        (
            ("--session-timeout", "2h"),
            "session timeout: --session-timeout is 7200000 ms, and the brokers allow 1000 to 1",
        ),
        (("--kafka-option", "acks=1"), "Kafka: kafka_option acks: the worker sets this option: leave it out"),
    ],
)
def test_a_setting_that_the_brokers_or_the_client_refuse_is_a_fault(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path, flags: tuple[str, ...], said: str
) -> None:
    code, [line] = check(kafka, topics, tmp_path, *flags)
    assert line.startswith(f"fault    {said}")
    run = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path), "--stop-at-end", *flags)
    assert run.returncode == code, run.stderr[-2000:]


def test_an_output_that_cannot_be_written_for_lack_of_replicas_is_a_fault(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    lacking = replace(topics, clean=kafka.create_topic("clean", max_message_bytes=9 << 20, cleanup_policy="compact",
                                                       min_insync_replicas="2"))  # fmt: skip
    code, [line] = check(kafka, lacking, tmp_path)
    assert code == 5
    assert "partitions [0] have fewer than 2 in-sync replicas (min.insync.replicas)" in line


def test_limits_and_retentions_that_only_matter_later_are_warnings(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    poor = replace(
        topics,
        raw=kafka.create_topic("raw", 2, 20 << 20, retention_ms="3600000"),
        clean=kafka.create_topic("clean", 2, 9 << 20, cleanup_policy="delete", retention_ms="86400000"),
        quality=kafka.create_topic("quality", 2, 9 << 20, cleanup_policy="compact"),
        dead=kafka.create_topic("dead", 2, 1 << 20),
    )
    code, lines = check(kafka, poor, tmp_path)
    assert code == 0
    assert {line.split()[0] for line in lines} == {"warning"}
    for name, said in [
        (poor.raw, "it accepts messages of 20,971,520 bytes, and --max-value-bytes is 8,388,608"),
        (poor.raw, "it deletes records after 1h"),
        (poor.clean, "it keeps articles for 1d, and --dedup-window is 30d"),
        (poor.quality, "cleanup.policy is compact"),
        (poor.dead, "it accepts messages of 1,048,576 bytes, and the settings allow 8,454,144"),
    ]:
        assert [line for line in lines if f"topic {name}: {said}" in line], (said, lines)


def test_a_group_of_another_program_is_a_fault(kafka: KafkaBroker, topics: Topics, tmp_path: Path) -> None:
    with KafkaConsumer(topics.raw, bootstrap_servers=kafka.bootstrap, group_id=topics.group) as consumer:
        deadline = time.monotonic() + 30
        while not consumer.assignment():
            consumer.poll(timeout_ms=200)
            assert time.monotonic() < deadline
        code, [line] = check(kafka, topics, tmp_path)
    assert code == 5
    assert "so they are not workers. Choose another --group-id" in line


@contextmanager
def running(kafka: KafkaBroker, topics: Topics, state_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that has processed a record, and waits for more."""
    flags = [*topics.flags(kafka), "--state-dir", str(state_dir), "--instance-id", "one", "--log-format", "json"]
    with subprocess.Popen([sys.executable, "-m", "worker", "run", *flags], stderr=subprocess.PIPE, text=True) as worker:
        try:
            kafka.produce(topics.raw, [b"{}"])
            deadline = time.monotonic() + 60
            while not kafka.committed(topics.group, topics.raw):
                assert time.monotonic() < deadline
                time.sleep(0.2)
            yield worker
        finally:
            worker.kill()


def test_a_check_does_not_disturb_a_running_worker_and_tells_of_it(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    with running(kafka, topics, tmp_path / "state") as worker:
        code, lines = check(kafka, topics, tmp_path / "state", "--instance-id", "one")
        assert code == 0
        assert [line for line in lines if "a member has the instance id 'one'" in line]
        kafka.produce(topics.raw, [b"{}"] * 5)
        deadline = time.monotonic() + 60
        while len(kafka.read(topics.quality)) < 6:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        worker.send_signal(signal.SIGTERM)
        log = worker.communicate(timeout=60)[1]
    assert worker.returncode == 0
    assert not re.search("batch_rewound|producer_not_ready|rebalancing|partitions_revoked", log)


def test_an_empty_index_with_a_committed_position_is_a_warning_or_a_fault(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    tp = TopicPartition(topics.raw, 0)
    kafka.produce(topics.raw, [Message(b"{}", partition=0)] * 3)
    kafka.admin.alter_group_offsets(topics.group, {tp: OffsetAndMetadata(1, "")})
    code, [line] = check(kafka, topics, tmp_path)
    assert (code, line.split()[0]) == (0, "warning")
    assert "is empty, but a position is committed" in line
    code, [line] = check(kafka, topics, tmp_path, "--require-state")
    assert (code, line.split()[0]) == (6, "fault")
    run = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path), "--stop-at-end", "--require-state")
    assert run.returncode == 6


def test_records_that_expired_unread_and_records_from_the_future_are_warnings(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    tp = TopicPartition(topics.raw, 0)
    ahead_ms = round((time.time() + 600) * 1000)
    kafka.produce(topics.raw, [Message(b"{}", partition=0, timestamp_ms=ahead_ms)] * 5)
    kafka.admin.alter_group_offsets(topics.group, {tp: OffsetAndMetadata(1, "")})
    kafka.admin.delete_records({tp: 4})
    code, lines = check(kafka, topics, tmp_path)
    assert code == 0
    assert [line for line in lines if "3 records expired before the group read them" in line]
    assert [line for line in lines if line.startswith(f"warning  clock: the newest record of {topics.raw} is 5")]


def test_all_processes_of_a_worker_are_checked(kafka: KafkaBroker, topics: Topics, tmp_path: Path) -> None:
    flags = [*topics.flags(kafka), "--state-dir", str(tmp_path), "--instance-id", "news", "--processes", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "worker", "check", *flags], capture_output=True, text=True, timeout=60, check=False
    )
    assert f"transactional ids {topics.group}-news-0 to {topics.group}-news-1: this user may use them" in done.stdout
