"""The Compose file agrees with the code and with the image, and scales."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.deploy.files import COMPOSE, DOCKERFILE, ROOT, outlasts, unknown
from tests.kafka import servers
from worker.config.settings import Settings
from worker.config.sources import ENV_PREFIX
from worker.transport.kafka import topic_plan

SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKER = SERVICES["worker"]
OF_THE_IMAGE = ("topics", "worker", "samples")


def _environment(service: str, variable: str) -> str:
    return str(SERVICES[service]["environment"][variable])


def test_every_setting_in_the_file_exists() -> None:
    assert unknown((ROOT / "docker-compose.yml").read_text()) == set()


@pytest.mark.parametrize("key", ["container_name", "hostname", "ports", "volumes"])
def test_the_worker_has_nothing_that_only_one_replica_can_have(key: str) -> None:
    assert key not in WORKER


def test_each_replica_has_a_name_and_a_state_of_its_own() -> None:
    """Without an instance id, the host name names it. Without a named volume, the image makes an anonymous one."""
    assert f"{ENV_PREFIX}INSTANCE_ID" not in WORKER["environment"]
    assert "VOLUME /var/lib/article-worker\n" in DOCKERFILE


def test_all_replicas_share_the_index_server() -> None:
    assert _environment("worker", f"{ENV_PREFIX}INDEX") == "${ARTICLE_WORKER_INDEX:-valkey://index:6379/0}"
    assert WORKER["depends_on"]["index"] == {"condition": "service_healthy"}


def test_the_index_server_keeps_every_write_and_every_key() -> None:
    command = SERVICES["index"]["command"]
    for option in ("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"):
        assert option in command
    assert SERVICES["index"]["volumes"] == ["index-data:/data"]


def test_there_are_partitions_for_more_than_four_workers() -> None:
    assert int(SERVICES["topics"]["command"][-1]) >= 8


def test_the_broker_is_the_version_that_the_tests_use() -> None:
    assert SERVICES["kafka"]["image"] == servers.IMAGE


def test_the_broker_accepts_messages_as_large_as_the_topics_do() -> None:
    limits = [int(spec.configs["max.message.bytes"]) for spec in topic_plan.plan(Settings())]
    for variable in ("KAFKA_MESSAGE_MAX_BYTES", "KAFKA_REPLICA_FETCH_MAX_BYTES"):
        assert int(_environment("kafka", variable)) >= max(limits)


def test_the_grace_period_is_longer_than_the_shutdown_timeout() -> None:
    assert outlasts(WORKER["stop_grace_period"], _environment("worker", f"{ENV_PREFIX}SHUTDOWN_TIMEOUT"))


@pytest.mark.parametrize("name", OF_THE_IMAGE)
def test_the_services_of_the_image_have_only_the_rights_that_they_need(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert f"USER {service['user']}\n" in DOCKERFILE


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_can_fill_the_memory_or_the_disk(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", ["kafka", "index", "worker"])
def test_every_service_of_the_pipeline_is_restarted_and_checked(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert "healthcheck" in service or service["image"] == WORKER["image"]  # that of the Dockerfile


def test_the_ports_on_the_host_are_open_only_to_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
