"""The fixtures of all tests that need a real Kafka."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.kafka import broker
from tests.kafka.servers import Unavailable


def _get(way: Callable[[], broker.KafkaBroker]) -> broker.KafkaBroker:
    try:
        return way()
    except Unavailable as reason:
        if os.environ.get("REQUIRE_KAFKA") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def kafka() -> Iterator[broker.KafkaBroker]:
    """A broker that all tests of the session share; each test makes its own topics and groups."""
    found = _get(broker.find)
    yield found
    found.close()


@pytest.fixture
def own_kafka() -> Iterator[broker.KafkaBroker]:
    """A broker for one test, which may stop, kill and start it."""
    started = _get(broker.start_own)
    yield started
    started.close()
