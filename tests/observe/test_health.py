from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from worker.config.settings import Settings
from worker.errors import IndexStoreError
from worker.observe.health import HEARTBEAT, Heartbeat, Seen, max_age_s, workers
from worker.store.slots import Slot, claim_slot, slot_file

Start = Callable[[str], tuple[Heartbeat, Slot]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a worker with a given name on the state directory."""
    slots = []

    def start(instance_id: str) -> tuple[Heartbeat, Slot]:
        slot = claim_slot(tmp_path)
        slots.append(slot)
        return Heartbeat(slot_file(tmp_path, slot.number, HEARTBEAT), instance_id), slot

    yield start
    for slot in slots:
        slot.release()


def states(state_dir: Path) -> list[tuple[str, str]]:
    return [(seen.instance_id, seen.state) for seen in workers(state_dir)]


# -- one worker ----------------------------------------------------------------------------------------------------


def test_a_worker_is_starting_until_its_first_beat(tmp_path: Path, start: Start) -> None:
    heartbeat, _ = start("a")
    assert states(tmp_path) == [("a", "starting")]
    heartbeat.beat()
    assert states(tmp_path) == [("a", "")]


def test_the_age_is_the_time_since_the_last_beat(tmp_path: Path, start: Start) -> None:
    heartbeat, slot = start("a")
    heartbeat.beat()
    path = slot_file(tmp_path, slot.number, HEARTBEAT)
    os.utime(path, (1000, 1000))
    assert workers(tmp_path, now=1042.5) == [Seen("a", 42.5, "")]
    heartbeat.beat()
    assert workers(tmp_path)[0].age_s < 60


def test_a_waiting_worker_beats_and_says_what_it_waits_for(tmp_path: Path, start: Start) -> None:
    heartbeat, slot = start("a")
    heartbeat.beat()
    for what in ("the index server", "the Kafka brokers", "the Kafka brokers"):
        os.utime(slot_file(tmp_path, slot.number, HEARTBEAT), (1000, 1000))
        heartbeat.wait(what)
        [seen] = workers(tmp_path)
        assert seen.state == f"waiting for {what}"
        assert seen.age_s < 60


def test_waiting_ends_with_a_turn_in_which_the_worker_did_not_wait(tmp_path: Path, start: Start) -> None:
    """The loop beats between turns. Turns that only wait must not look like progress."""
    heartbeat, _ = start("a")
    for _ in range(3):
        heartbeat.wait("the Kafka brokers")
        heartbeat.beat()
        assert states(tmp_path) == [("a", "waiting for the Kafka brokers")]
    heartbeat.beat()
    assert states(tmp_path) == [("a", "")]


def test_a_removed_heartbeat_comes_back_with_the_next_beat(tmp_path: Path, start: Start) -> None:
    heartbeat, slot = start("a")
    for _ in range(2):
        heartbeat.beat()
        slot_file(tmp_path, slot.number, HEARTBEAT).unlink()
    assert workers(tmp_path) == []
    heartbeat.beat()
    assert states(tmp_path) == [("a", "")]


def test_a_worker_that_ends_leaves_no_heartbeat_behind(tmp_path: Path, start: Start) -> None:
    heartbeat, _ = start("a")
    heartbeat.beat()
    heartbeat.stop()
    heartbeat.stop()
    assert workers(tmp_path) == []
    assert list((tmp_path / "slots").glob("*heartbeat*")) == []


def test_a_deleted_state_directory_ends_the_worker_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "slots").mkdir()
    heartbeat = Heartbeat(tmp_path / "slots" / "0.heartbeat", "a")
    (tmp_path / "slots").rename(tmp_path / "elsewhere")
    gone = r"cannot write to .*/slots/0\.heartbeat\.new: No such file or directory.*--state-dir"
    with pytest.raises(IndexStoreError, match=gone):
        heartbeat.beat()
    with pytest.raises(IndexStoreError, match=gone):
        Heartbeat(tmp_path / "slots" / "0.heartbeat", "a")


# -- which workers count -------------------------------------------------------------------------------------------


def test_no_worker_is_seen_if_none_has_run(tmp_path: Path) -> None:
    assert workers(tmp_path) == []
    assert workers(tmp_path / "not" / "there") == []
    (tmp_path / "state").touch()
    assert workers(tmp_path / "state") == []
    assert list(tmp_path.iterdir()) == [tmp_path / "state"]


def test_each_worker_vouches_only_for_itself(tmp_path: Path, start: Start) -> None:
    first, _ = start("a")
    second, slot = start("b")
    first.beat()
    second.beat()
    os.utime(slot_file(tmp_path, slot.number, HEARTBEAT), (1000, 1000))
    first.beat()
    well = [(seen.instance_id, seen.is_well(60)) for seen in workers(tmp_path)]
    assert well == [("a", True), ("b", False)]


def test_one_worker_can_be_selected_by_name(tmp_path: Path, start: Start) -> None:
    start("a")[0].beat()
    start("b")[0].wait("the index server")
    assert [seen.instance_id for seen in workers(tmp_path, "a")] == ["a"]
    assert workers(tmp_path, "c") == []


def test_the_heartbeat_of_a_killed_worker_does_not_count_for_another(tmp_path: Path, start: Start) -> None:
    start("a")[0].beat()
    heartbeat, slot = start("b")
    heartbeat.wait("the index server")
    slot.release()  # the kernel does this when the process is killed
    assert states(tmp_path) == [("a", "")]


def test_the_heartbeat_of_a_killed_worker_is_gone_when_the_next_one_starts(tmp_path: Path, start: Start) -> None:
    heartbeat, slot = start("a")
    heartbeat.wait("the index server")
    slot.release()
    start("b")
    assert states(tmp_path) == [("b", "starting")]


def test_a_worker_with_a_slot_but_no_heartbeat_does_not_count_yet(tmp_path: Path, start: Start) -> None:
    start("a")[0].beat()
    slot = claim_slot(tmp_path)
    assert states(tmp_path) == [("a", "")]
    slot_file(tmp_path, slot.number, HEARTBEAT).write_bytes(b"\xff")
    assert states(tmp_path) == [("a", "")]
    slot.release()


def test_a_heartbeat_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    slot = claim_slot(tmp_path)
    slot_file(tmp_path, slot.number, HEARTBEAT).mkdir()
    with pytest.raises(IndexStoreError, match=r"cannot read .*0\.heartbeat: Is a directory"):
        workers(tmp_path)
    slot.release()


# -- what is well --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age_s", "state", "well", "told"),
    [
        (59.7, "", True, "a: heartbeat 60 s ago"),
        (61, "", False, "a: heartbeat 61 s ago, stalled (limit 60.5 s)"),
        (1, "starting", False, "a: heartbeat 1 s ago, starting"),
        (1, "waiting for the index server", False, "a: heartbeat 1 s ago, waiting for the index server"),
    ],
)
def test_a_worker_with_a_recent_heartbeat_that_waits_for_nothing_is_well(
    age_s: float, state: str, well: bool, told: str
) -> None:
    seen = Seen("a", age_s, state)
    assert (seen.is_well(60.5), seen.line(60.5)) == (well, told)


@pytest.mark.parametrize(("record_timeout_s", "longest_s"), [(300, 1 + 300 + 10), (20, 1 + 150 + 10)])
def test_a_healthy_worker_may_be_silent_for_its_longest_possible_step(
    record_timeout_s: float, longest_s: float
) -> None:
    settings = Settings(
        batch_linger=timedelta(seconds=1),
        record_timeout=timedelta(seconds=record_timeout_s),
        transaction_timeout=timedelta(seconds=200),
    )
    assert max_age_s(settings) == longest_s


def test_by_default_a_hanging_worker_is_detected_within_a_minute() -> None:
    assert max_age_s(Settings()) < 60
