"""A fault of the state directory: its disk becomes full."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.conftest import FleetMaker
from tests.chaos.load import Stream, backlog
from tests.kafka.broker import KafkaBroker

SIZE_MB = 48


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A separate file system for the state directory of the fleet."""
    place = tmp_path / "state"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.quick
def test_a_full_disk_ends_the_worker_with_a_clear_message_and_loses_nothing(
    kafka: KafkaBroker, fleet_of: FleetMaker, small_disk: Path, chance: random.Random, note: Callable[..., None]
) -> None:
    fleet = fleet_of(kafka, backlog(kafka, 100, chance.randrange(1000)))
    worker = fleet.start("one")
    fleet.await_more(20)
    with Stream(kafka, fleet.topics, per_s=100, seed=chance.randrange(1000)):
        _fill(small_disk / "something-else")
        worker.wanted = False
        code = worker.process.wait(60)
    said = worker.said()
    note(code=code)
    (small_disk / "something-else").unlink()
    worker.start()
    fleet.account()
    assert code == 6, said
    assert re.search("full|no space", said, re.IGNORECASE), said
    assert "Traceback" not in worker.log.read_text()


def _fill(path: Path) -> None:
    """Fill the disk."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(64 << 10))
        except OSError:
            pass
