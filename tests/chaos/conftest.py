"""Fixtures of the fault tests: brokers, a fleet of workers, repeatable random numbers, and a table at the end."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.cluster import Cluster, faulty
from tests.chaos.fleet import Fleet
from tests.chaos.proxy import Proxy
from tests.kafka.broker import KafkaBroker
from tests.kafka.conftest import REQUIRE
from tests.kafka.oracle import Topics
from tests.kafka.servers import required

SEED = os.environ.get("CHAOS_SEED") or str(random.SystemRandom().randrange(1_000_000))
TABLE = Path("build/chaos.md")

_rows: list[str] = []


@pytest.fixture(scope="session")
def broker() -> Iterator[tuple[KafkaBroker, Proxy]]:
    """A broker that supports every fault, and a proxy to it."""
    kafka, proxy = required(faulty, REQUIRE)
    kafka.start()
    yield kafka, proxy
    kafka.close()
    proxy.close()


@pytest.fixture
def kafka(broker: tuple[KafkaBroker, Proxy]) -> KafkaBroker:
    """The same broker without the proxy. No test stops it."""
    return broker[0]


@pytest.fixture(scope="module")
def cluster() -> Iterator[KafkaBroker]:
    """A cluster of three nodes for the tests of one module. Each test leaves all of them running."""
    kafka = KafkaBroker(required(Cluster, REQUIRE))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.close()


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers. The same CHAOS_SEED gives the same numbers in the same test."""
    return random.Random(f"{SEED}/{request.node.name}")


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Adds numbers to the table: `note(restarts=2, rate_per_s=80.5)`."""

    def put(**numbers: Any) -> None:
        for name, value in numbers.items():
            record_property(name, round(value, 1) if isinstance(value, float) else value)

    return put


FleetMaker = Callable[..., Fleet]


@pytest.fixture
def fleet_of(tmp_path: Path) -> Iterator[FleetMaker]:
    """Creates a fleet on a broker: `fleet_of(kafka, topics, "--flag", ...)`. Its workers end with the test."""
    made: list[Fleet] = []

    def make(kafka: KafkaBroker, topics: Topics, *flags: str) -> Fleet:
        made.append(Fleet(kafka, topics, tmp_path, flags))
        return made[-1]

    yield make
    for fleet in made:
        fleet.close()


# -- the table -----------------------------------------------------------------------------------------------------


def pytest_report_header() -> str:
    return f"seed: {SEED} (CHAOS_SEED={SEED} repeats its choices)"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        test = report.nodeid.rpartition("::")[2]
        numbers = ", ".join(f"{name} {value}" for name, value in report.user_properties)
        _rows.append(f"| {test} | {SEED} | {report.duration:.0f} | {report.outcome} | {numbers} |")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _rows:
        return
    table = ["| test | seed | seconds | outcome | numbers |", "| --- | --- | --- | --- | --- |", *_rows]
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(table) + "\n")
    terminalreporter.section(f"faults, also in {TABLE}")
    terminalreporter.write_line("\n".join(table))
