from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from worker.errors import IndexStoreError
from worker.observe.health import HEARTBEAT, Heartbeat, age_s, max_age_s, waits_for
from worker.settings import Settings


def test_where_no_worker_has_run_there_is_no_age(tmp_path: Path) -> None:
    assert age_s(tmp_path) is None
    assert age_s(tmp_path / "not" / "there") is None


def test_a_file_in_place_of_the_state_directory_is_no_worker(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    assert age_s(tmp_path / "state") is None


def test_the_age_is_the_time_since_the_last_beat(tmp_path: Path) -> None:
    Heartbeat(tmp_path).beat()
    os.utime(tmp_path / HEARTBEAT, (1000, 1000))
    assert age_s(tmp_path, now=1042.5) == 42.5


def test_a_beat_renews_the_heartbeat(tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path)
    heartbeat.beat()
    os.utime(tmp_path / HEARTBEAT, (1000, 1000))
    heartbeat.beat()
    age = age_s(tmp_path)
    assert age is not None
    assert age < 60


def test_a_worker_that_waits_beats_and_says_for_what(tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path)
    heartbeat.beat()
    assert waits_for(tmp_path) == ""
    os.utime(tmp_path / HEARTBEAT, (1000, 1000))
    heartbeat.wait("the index server")
    assert waits_for(tmp_path) == "the index server"
    age = age_s(tmp_path)
    assert age is not None
    assert age < 60
    heartbeat.beat()
    assert waits_for(tmp_path) == ""


def test_what_a_worker_waited_for_that_died_is_forgotten_with_the_first_beat_of_the_next(tmp_path: Path) -> None:
    Heartbeat(tmp_path).wait("the index server")
    Heartbeat(tmp_path).beat()
    assert waits_for(tmp_path) == ""


def test_where_no_worker_is_to_be_seen_none_waits(tmp_path: Path) -> None:
    assert waits_for(tmp_path) == ""
    (tmp_path / HEARTBEAT).write_bytes(b"\xff")
    assert waits_for(tmp_path) == ""


def test_an_orderly_end_leaves_no_heartbeat_behind(tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path)
    heartbeat.beat()
    heartbeat.stop()
    assert age_s(tmp_path) is None


def test_an_end_without_a_beat_before_it_is_orderly_too(tmp_path: Path) -> None:
    Heartbeat(tmp_path).stop()
    Heartbeat(tmp_path / "gone").stop()


def test_a_state_directory_that_is_gone_ends_the_worker_with_a_message(tmp_path: Path) -> None:
    with pytest.raises(IndexStoreError, match=r"cannot write to the state directory .*gone: No such file or directory"):
        Heartbeat(tmp_path / "gone").beat()


def test_a_healthy_worker_may_be_silent_as_long_as_its_longest_turn_can_take() -> None:
    settings = Settings(
        batch_linger=timedelta(seconds=1),
        batch_budget=timedelta(seconds=20),
        record_timeout=timedelta(seconds=300),
        transaction_timeout=timedelta(seconds=4000),
    )
    assert max_age_s(settings) == 4321
