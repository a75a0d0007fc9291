"""A fault of the log: no process reads the worker's log."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from tests.chaos.conftest import FleetMaker
from tests.chaos.load import backlog
from tests.kafka.broker import KafkaBroker


@pytest.fixture
def full_pipe() -> Iterator[int]:
    """The writing end of a full pipe from which nothing reads."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, bytes(4096))
    except BlockingIOError:
        os.set_blocking(writer, True)
    yield writer
    os.close(reader)
    os.close(writer)


@pytest.mark.quick
def test_a_log_that_nothing_reads_does_not_stop_the_work(
    kafka: KafkaBroker, fleet_of: FleetMaker, full_pipe: int, chance: random.Random
) -> None:
    fleet = fleet_of(kafka, backlog(kafka, 300, chance.randrange(1000)), "--metrics-interval", "100ms")
    worker = fleet.start("one", stderr=full_pipe)
    fleet.drain()
    assert worker.health()[0] == 0
    assert fleet.account().count("published") == 300
