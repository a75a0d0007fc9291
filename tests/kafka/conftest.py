"""The fixtures of the tests that need a real Kafka."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kafka import broker
from tests.kafka.servers import required

REQUIRE = "REQUIRE_KAFKA"


@pytest.fixture(scope="session")
def kafka() -> Iterator[broker.KafkaBroker]:
    """A broker that all tests of the session share. Each test creates its own topics and groups."""
    found = required(broker.find, REQUIRE)
    yield found
    found.close()


@pytest.fixture
def own_kafka() -> Iterator[broker.KafkaBroker]:
    """A broker for one test, which may stop, kill and restart it."""
    started = required(broker.start_own, REQUIRE)
    yield started
    started.close()
