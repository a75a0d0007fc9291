"""Faults of the ACLs: if one is missing, the worker ends at once and names it."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from tests.chaos.cluster import LIMITED
from tests.chaos.fleet import RUN
from tests.chaos.load import backlog
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Topics, check
from tests.kafka.servers import PASSWORD

INSTANCE = "one"
# The ACLs that a worker needs; `{raw}` and the others stand for the names of a run. WRITE implies DESCRIBE and, since
# Kafka 2.8, IDEMPOTENT_WRITE.
NEEDED = {
    "describe raw": (ResourceType.TOPIC, "{raw}", ACLOperation.DESCRIBE),
    "read raw": (ResourceType.TOPIC, "{raw}", ACLOperation.READ),
    "read group": (ResourceType.GROUP, "{group}", ACLOperation.READ),
    "write clean": (ResourceType.TOPIC, "{clean}", ACLOperation.WRITE),
    "write quality": (ResourceType.TOPIC, "{quality}", ACLOperation.WRITE),
    "write dead": (ResourceType.TOPIC, "{dead}", ACLOperation.WRITE),
    "configs of clean": (ResourceType.TOPIC, "{clean}", ACLOperation.DESCRIBE_CONFIGS),
    "configs of quality": (ResourceType.TOPIC, "{quality}", ACLOperation.DESCRIBE_CONFIGS),
    "configs of dead": (ResourceType.TOPIC, "{dead}", ACLOperation.DESCRIBE_CONFIGS),
    "write transactional id": (ResourceType.TRANSACTIONAL_ID, "{group}-" + INSTANCE, ACLOperation.WRITE),
    "describe transactional id": (ResourceType.TRANSACTIONAL_ID, "{group}-" + INSTANCE, ACLOperation.DESCRIBE),
}
# Without the first, the other ACL in its line is missing too, because READ on a topic implies DESCRIBE.
LACKING = {
    "describe raw": ("describe raw", "read raw"),
    "read raw": ("read raw",),
    "read group": ("read group",),
    "write clean": ("write clean",),
    "write quality": ("write quality",),
    "write dead": ("write dead",),
    "write transactional id": ("write transactional id", "describe transactional id"),
}
KIND = {ResourceType.TOPIC: "topic", ResourceType.GROUP: "group", ResourceType.TRANSACTIONAL_ID: "transactional id"}


@dataclass(frozen=True, slots=True)
class Limited:
    """A run as a user with only some of the ACLs."""

    kafka: KafkaBroker
    topics: Topics
    state_dir: Path

    def named(self, name: str) -> str:
        topics = self.topics
        return name.format(
            raw=topics.raw, clean=topics.clean, quality=topics.quality, dead=topics.dead, group=topics.group
        )

    def grant(self, rights: Sequence[str]) -> None:
        wanted = [NEEDED[right] for right in rights]
        self.kafka.admin.create_acls(
            [
                ACL(f"User:{LIMITED}", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(kind, self.named(name)))
                for kind, name, operation in wanted
            ]
        )

    def run(self) -> subprocess.CompletedProcess[str]:
        return self.command(*RUN, *self.flags, "--stop-at-end")

    def check(self) -> subprocess.CompletedProcess[str]:
        return self.command("check", *self.flags)

    @property
    def flags(self) -> list[str]:
        assert self.kafka.login_bootstrap
        login = ("--security-protocol", "SASL_PLAINTEXT", "--sasl-mechanism", "PLAIN", "--sasl-username", LIMITED)
        flags = [*self.topics.flags(self.kafka), "--bootstrap-servers", self.kafka.login_bootstrap, *login]
        return [*flags, "--state-dir", str(self.state_dir), "--instance-id", INSTANCE]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "worker", *arguments],
            env={**os.environ, "ARTICLE_WORKER_SASL_PASSWORD": PASSWORD},
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip


@pytest.fixture
def limited(kafka: KafkaBroker, tmp_path: Path, chance: random.Random) -> Limited:
    return Limited(kafka, backlog(kafka, 20, chance.randrange(1000)), tmp_path / "state")


def test_the_documented_acls_are_sufficient(limited: Limited) -> None:
    limited.grant(list(NEEDED))
    done = limited.run()
    assert done.returncode == 0, done.stderr[-3000:]
    check(limited.kafka, limited.topics)


@pytest.mark.parametrize(
    "lacking", [pytest.param(right, marks=pytest.mark.quick if "trans" in right else ()) for right in LACKING]
)
def test_a_missing_acl_ends_the_worker_with_one_line_that_names_it(limited: Limited, lacking: str) -> None:
    limited.grant([right for right in NEEDED if right not in LACKING[lacking]])
    done = limited.run()
    told = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    kind, name, operation = NEEDED[lacking]
    assert done.returncode == 5, done.stderr[-3000:]
    assert len(told) == 1, done.stderr[-3000:]
    resource = f"{KIND[kind]} .*{re.escape(limited.named(name))}"
    assert re.search(f"denies this user access to the {resource}.*: grant .*{operation.name}", told[0])


def faults(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith("fault")]


def test_check_finds_nothing_missing_if_all_documented_acls_are_granted(limited: Limited) -> None:
    limited.grant(list(NEEDED))
    done = limited.check()
    assert (done.returncode, faults(done), done.stderr) == (0, [], ""), done.stdout
    assert limited.kafka.committed(limited.topics.group, limited.topics.raw) == {}
    assert not limited.state_dir.exists()


@pytest.mark.parametrize("lacking", LACKING)
def test_check_names_each_missing_acl_before_a_worker_fails(limited: Limited, lacking: str) -> None:
    limited.grant([right for right in NEEDED if right not in LACKING[lacking]])
    done = limited.check()
    kind, name, operation = NEEDED[lacking]
    resource = f"{KIND[kind]} .*{re.escape(limited.named(name))}"
    assert done.returncode == 5, done.stdout + done.stderr
    found = faults(done)
    assert len(found) == 1, done.stdout
    assert re.search(f"denies this user access to the {resource}.*: grant .*{operation.name}", found[0])
    assert PASSWORD not in done.stdout + done.stderr


def test_a_worker_runs_without_the_right_to_read_message_limits(limited: Limited) -> None:
    limited.grant([right for right in NEEDED if not right.startswith("configs")])
    done = limited.run()
    assert done.returncode == 0, done.stderr[-3000:]
    check(limited.kafka, limited.topics)
