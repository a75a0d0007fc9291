"""Tests a replay on two machines: two state directories, one real broker and one index server."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest

from tests.dedup import valkey_server
from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Topics, check
from tests.kafka.test_commands import command
from tests.kafka.test_replay import flags_of, replayed, replays_of

pytestmark = pytest.mark.kafka

COUNT = 500
WORKER = (sys.executable, "-m", "worker")
DYING = (sys.executable, "-m", "tests.kafka.signal_at", "SIGKILL", "after_commit", "3")


@pytest.fixture
def server() -> Iterator[valkey_server.Server]:
    own = valkey_server.required(valkey_server.start_own)
    yield own
    own.close()


def test_two_machines_share_a_replay_and_one_completes_it_when_the_other_is_killed(
    kafka: KafkaBroker, tmp_path: Path, server: valkey_server.Server
) -> None:
    """Both begin it at the same moment. Any machine can then ask for it and remove it."""
    topics = Topics.create(kafka)
    topics.fill(kafka, [corpus.native(page) for page in corpus.pages(COUNT, seed=8)])
    run = (
        *("replay", "run", "v2", *flags_of(topics, kafka), "--index", server.url, "--log-format", "json"),
        *(
            "--batch-max-records",
            "10",
            "--session-timeout",
            "6s",
            "--max-rate",
            "30",
        ),  # slow enough for both to take part
    )
    with ExitStack() as stack:
        machines = [
            subprocess.Popen(
                [*start, *run, "--state-dir", str(tmp_path / name), "--instance-id", name],
                stderr=subprocess.PIPE, text=True,
            )
            for name, start in (("one", WORKER), ("two", DYING))
        ]  # fmt: skip
        for machine in machines:
            stack.callback(machine.wait)
            stack.callback(machine.kill)
        logs = [machine.communicate(timeout=120)[1] for machine in machines]
    assert [machine.returncode for machine in machines] == [0, -signal.SIGKILL], "\n----\n".join(logs)
    account = check(kafka, replayed(topics, "v2"))
    assert sum(account.outcomes.values()) == COUNT
    assert f"the replay v2 has ended: published {account.count('published'):,}" in logs[0]
    last = [orjson.loads(line) for line in logs[0].splitlines() if '"metrics"' in line][-1]
    assert 0 < last["articles_in"] < COUNT

    anywhere = ("--bootstrap-servers", kafka.bootstrap, "--replays-topic", replays_of(topics))
    status = orjson.loads(command("replay", "status", "v2", *anywhere, "--json").stdout)
    assert (status["state"], status["done"], status["index"]) == ("ended", COUNT, server.url)
    state_dir = ("--state-dir", str(tmp_path / "three"), "--index", server.url, "--group-id", topics.group)
    removed = command("replay", "remove", "v2", *anywhere, *state_dir, "--yes")
    while "A worker that was stopped or killed may count" in removed.stderr:
        removed = command("replay", "remove", "v2", *anywhere, *state_dir, "--yes")
    assert removed.returncode == 0, removed.stderr[-3000:]
    assert "Other machines that worked on it still have a directory replay.v2" in removed.stderr
    assert command("replay", "list", *anywhere).stdout == "there are no replays\n"
    stale = command(*run, "--state-dir", str(tmp_path / "one"))
    assert (stale.returncode, "another replay of this name" in stale.stderr) == (6, True), stale.stderr[-3000:]
