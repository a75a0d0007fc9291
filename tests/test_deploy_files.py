"""The image and the Compose file agree with the code and with each other."""

from __future__ import annotations

import fnmatch
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.kafka import servers
from worker.config.settings import Settings
from worker.config.sources import ENV_PREFIX
from worker.config.units import parse_duration
from worker.transport.kafka import topics
from worker.version import __version__

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()


def _service(name: str) -> str:
    """The lines of one service."""
    match = re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert match
    return match[1]


def _compose_bytes(variable: str) -> int:
    match = re.search(rf'{variable}: "(\d+)"', _service("kafka"))
    assert match
    return int(match[1])


@pytest.mark.parametrize("instruction", ["ENTRYPOINT", "CMD", r"HEALTHCHECK .* CMD"])
def test_the_image_starts_the_worker_without_a_shell_so_that_signals_arrive(instruction: str) -> None:
    assert re.search(rf'^{instruction} \["', DOCKERFILE, re.MULTILINE)
    assert not re.search(rf"^{instruction} [^\[]*$", DOCKERFILE, re.MULTILINE)


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)
    assert users == ["10001:10001"]
    assert 'user: "10001:10001"' in COMPOSE


def test_the_image_carries_the_version_of_the_code() -> None:
    assert f"ARG VERSION={__version__}\n" in DOCKERFILE


def test_the_image_needs_no_special_builder() -> None:
    """The classic builder works too, so there are no mounts and no here-documents."""
    assert "--mount" not in DOCKERFILE
    assert "<<" not in DOCKERFILE


def test_everything_that_the_image_copies_is_in_the_build_context() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*", "everything is left out first"
    allowed = [line[1:].rstrip("/") for line in lines if line.startswith("!")]
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert any(fnmatch.fnmatch(source, pattern) for pattern in allowed), source
            assert (ROOT / source).exists(), source


def test_every_setting_in_the_files_exists() -> None:
    names = re.findall(rf"{ENV_PREFIX}([A-Z_]+)", DOCKERFILE + COMPOSE)
    assert names
    assert {name.lower() for name in names} <= set(Settings.model_fields)


def test_the_state_is_on_the_volume() -> None:
    [state] = re.findall(rf"{ENV_PREFIX}STATE_DIR=(\S+)", DOCKERFILE)
    assert f"VOLUME {state}\n" in DOCKERFILE
    assert f":{state}\n" in _service("worker")


def test_the_broker_is_the_version_that_the_tests_use() -> None:
    assert f"image: {servers.IMAGE}\n" in _service("kafka")


def test_the_broker_accepts_messages_as_large_as_the_topics_do() -> None:
    limits = [int(spec.configs["max.message.bytes"]) for spec in topics.plan(Settings())]
    for variable in ("KAFKA_MESSAGE_MAX_BYTES", "KAFKA_REPLICA_FETCH_MAX_BYTES"):
        assert _compose_bytes(variable) >= max(limits)


def test_the_grace_period_is_longer_than_the_shutdown_timeout() -> None:
    [grace] = re.findall(r"stop_grace_period: (\S+)", _service("worker"))
    [shutdown] = re.findall(rf"{ENV_PREFIX}SHUTDOWN_TIMEOUT: (\S+)", _service("worker"))
    given, taken = parse_duration(grace), parse_duration(shutdown)
    assert isinstance(given, timedelta)
    assert isinstance(taken, timedelta)
    assert given >= taken + timedelta(seconds=10)


def test_the_services_of_the_image_have_only_the_rights_that_they_need() -> None:
    common = COMPOSE.partition("services:")[0]
    for line in ("read_only: true", "    - ALL", "    - no-new-privileges:true"):
        assert f"{line}\n" in common
    for service in ("topics", "worker", "samples"):
        assert "<<: *worker" in _service(service)
