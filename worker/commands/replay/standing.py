"""The progress of a replay: what its group has committed, by all workers since the first start."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from worker.commands.replay.manifest import Manifest
from worker.commands.replay.selection_file import kept_ranges
from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka.bounds import Range

LOOK_S = 2.0


class Group(Protocol):
    """What is asked of worker.transport.kafka.groups.Group."""

    def committed(self) -> dict[int, int]:
        """The committed offset of each partition that has one."""

    def members(self) -> int:
        """How many workers are in the group."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of the offsets to process are committed, and how many workers are running."""

    records: int
    done: int
    workers: int = 0

    @property
    def left(self) -> int:
        """How many offsets are left to process."""
        return self.records - self.done

    @property
    def state(self) -> Literal["ended", "running", "stopped"]:
        """`stopped` means that offsets are left, but no worker is running."""
        return "ended" if not self.left else "running" if self.workers else "stopped"

    @property
    def share(self) -> str:
        """How much is done, such as `20 of 40 (50 %)`."""
        percent = 100 * self.done // self.records if self.records else 100
        return f"{self.done:,} of {self.records:,} ({percent} %)"


Ranges = Mapping[int, Range]
"""What a replay has to process in each partition."""


def done_by_partition(ranges: Ranges, committed: dict[int, int]) -> dict[int, int]:
    """How many of the offsets to process are committed, by partition."""
    return {number: each.count(0, committed.get(number, 0)) for number, each in ranges.items()}


def look(ranges: Ranges, group: Group) -> Standing:
    """Ask the brokers for the progress of a replay."""
    done = sum(done_by_partition(ranges, group.committed()).values())
    return Standing(sum(each.count(0, each.end) for each in ranges.values()), done, group.members())


def ask(manifest: Manifest, own: Settings) -> Standing:
    """The progress of a replay. `own` are its settings.

    Raises:
        TransportError: no broker answers.
    """
    return ask_about(kept_ranges(manifest, own.resolved_state_dir), own)


def ask_about(ranges: Ranges, own: Settings) -> Standing:
    """The progress of a replay that has these ranges to process. See `ask`."""
    from worker.transport.kafka import groups  # noqa: PLC0415 - importing kafka costs 0.3 s

    with groups.watched(own) as group:
        return look(ranges, group)


def raw_topic_is_another(manifest: Manifest, own: Settings) -> bool:
    """Whether the raw topic was deleted and created again, so that other records have the offsets of the range.

    Raises:
        ConnectError: no broker answered within connect_timeout.
    """
    from worker.transport.kafka import admin  # noqa: PLC0415

    return bool(manifest.topic_id) and admin.topic_id(own) not in ("", manifest.topic_id)


@contextmanager
def followed(ranges: Ranges, own: Settings, first: Standing, advance: Callable[[int], None]) -> Iterator[None]:
    """Call `advance` with what the group has committed since the last call, while the body runs."""
    ended = threading.Event()
    thread = threading.Thread(target=_follow, args=(ranges, own, first.done, advance, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(LOOK_S)


def _follow(ranges: Ranges, own: Settings, done: int, advance: Callable[[int], None], ended: threading.Event) -> None:
    from worker.transport.kafka import groups  # noqa: PLC0415

    is_last = False
    while not is_last:
        is_last = ended.wait(LOOK_S)  # then look once more, for what was committed since
        with suppress(TransportError), groups.watched(own) as group:  # the worker itself reports an outage
            while True:
                now = sum(done_by_partition(ranges, group.committed()).values())
                advance(now - done)
                done = now
                if is_last:
                    return
                is_last = ended.wait(LOOK_S)
