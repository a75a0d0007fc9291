from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.commands.replay.manifests import MANIFEST
from tests.transport.kafka.scene import offsets
from worker.commands.replay import standing
from worker.commands.replay.selection import ranges_of
from worker.commands.replay.standing import Standing, done_by_partition, followed, look
from worker.config.settings import Settings
from worker.transport.kafka import groups
from worker.transport.kafka.bounds import Range

RANGES = ranges_of(MANIFEST, None)


class Group:
    """A group with these committed offsets and so many members."""

    def __init__(self, committed: dict[int, int], members: int = 0) -> None:
        self._committed, self._members = committed, members

    def committed(self) -> dict[int, int]:
        return self._committed

    def commit(self, offsets: dict[int, int]) -> None:
        self._committed = offsets

    def members(self) -> int:
        return self._members


@pytest.mark.parametrize(
    ("committed", "done"),
    [
        ({}, {0: 0, 1: 0, 10: 0}),
        ({0: 5}, {0: 0, 1: 0, 10: 0}),
        ({0: 6, 10: 8}, {0: 1, 1: 0, 10: 1}),
        ({0: 999, 1: 999, 10: 999, 11: 999}, {0: 20, 1: 0, 10: 1}),
        ({0: 3}, {0: 0, 1: 0, 10: 0}),
    ],
)
def test_only_offsets_within_the_range_count_as_done(committed: dict[int, int], done: dict[int, int]) -> None:
    assert done_by_partition(RANGES, committed) == done


@pytest.mark.parametrize(("committed", "done"), [(0, 0), (6, 0), (7, 1), (12, 1), (13, 2), (20, 2), (99, 2)])
def test_only_selected_offsets_count_as_done(committed: int, done: int) -> None:
    standing = look({0: Range(5, 20, offsets({2, 6, 12, 30}))}, Group({0: committed}))
    assert (standing.records, standing.done) == (2, done)


@pytest.mark.parametrize(
    ("group", "state", "share"),
    [
        (Group({0: 15}, members=2), "running", "10 of 21 (47 %)"),
        (Group({0: 15}), "stopped", "10 of 21 (47 %)"),
        (Group({0: 25, 10: 8}, members=2), "ended", "21 of 21 (100 %)"),
    ],
)
def test_the_state_follows_from_what_is_left_and_from_the_workers(group: Group, state: str, share: str) -> None:
    standing = look(RANGES, group)
    assert (standing.state, standing.share) == (state, share)


def test_an_empty_range_has_ended() -> None:
    assert (Standing(0, 0).state, Standing(0, 0).share) == ("ended", "0 of 0 (100 %)")


def test_what_is_committed_last_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    group, looked, told = Group({}), threading.Event(), list[int]()

    @contextmanager
    def watched(_own: Settings) -> Iterator[Group]:
        looked.set()
        yield group

    monkeypatch.setattr(groups, "watched", watched)
    monkeypatch.setattr(standing, "LOOK_S", 0.01)
    with followed(RANGES, Settings(), Standing(21, 0), told.append):
        assert looked.wait(5)
        monkeypatch.setattr(standing, "LOOK_S", 60)
        group.commit({0: 25, 10: 8})
    assert sum(told) == 21
