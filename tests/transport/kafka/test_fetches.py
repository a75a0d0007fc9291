"""What a bounded run fetches: with the client's own fetcher, and as a whole on an in-memory Kafka."""

from __future__ import annotations

from itertools import repeat
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.consumer.subscription_state import SubscriptionState
from structlog.testing import capture_logs

from tests.transport.contract import echo, some
from tests.transport.kafka.scene import ONE, QUALITY, RAW, ZERO, Scene, offsets
from worker.transport.kafka import fetches
from worker.transport.kafka.bounds import Bounds, Range

MOST_BYTES, TOGETHER_BYTES = 2 << 20, 8 << 20


class Client:
    """The client's fetcher at these positions, without a network."""

    def __init__(self, positions: dict[TopicPartition, int]) -> None:
        state: Any = SubscriptionState()
        state.assign_from_user(list(positions))
        for tp, position in positions.items():
            state.seek(tp, position)
        manager = SimpleNamespace(_net=None)
        self.states = state.assignment
        self._fetcher: Any = Fetcher(
            SimpleNamespace(_manager=manager), state, max_partition_fetch_bytes=MOST_BYTES,
            fetch_max_bytes=TOGETHER_BYTES, metrics=None
        )  # fmt: skip

    def fetches(self) -> dict[TopicPartition, int]:
        """The partitions that the client would fetch from next, and the offsets."""
        return {tp: self.states[tp].position.offset for tp in self._fetcher._fetchable_partitions()}

    @property
    def fetch_bytes(self) -> int:
        return int(self._fetcher.config["max_partition_fetch_bytes"])


@pytest.mark.parametrize(
    ("position", "fetched_at"),
    [(0, 3), (3, 3), (4, 7), (7, 7), (8, 8), (9, None), (20, None), (50, None)],
)
def test_a_fetch_begins_at_the_next_offset_to_process(position: int, fetched_at: int | None) -> None:
    client = Client({ZERO: position, ONE: 5})
    fetches.limit(client, Bounds({0: Range(0, 20, offsets({3, 7, 8})), 1: Range(5, 6)}))
    assert client.fetches() == ({ONE: 5} if fetched_at is None else {ZERO: fetched_at, ONE: 5})
    assert client.fetch_bytes == fetches.SPARSE_FETCH_BYTES


def test_a_range_without_gaps_is_fetched_to_its_end_in_the_largest_pieces() -> None:
    client = Client({ZERO: 19, ONE: 20})
    fetches.limit(client, Bounds({0: Range(2, 20), 1: Range(2, 20)}))
    assert client.fetches() == {ZERO: 19}
    assert client.fetch_bytes == MOST_BYTES


def test_most_of_a_range_is_fetched_in_the_largest_pieces() -> None:
    client = Client({ZERO: 0})
    fetches.limit(client, Bounds({0: Range(0, 20, offsets({*range(9, 19)}))}))
    assert client.fetches() == {ZERO: 9}
    assert client.fetch_bytes == MOST_BYTES


def test_an_endless_input_is_fetched_from_where_it_was_read_to() -> None:
    client = Client({ZERO: 19, ONE: 20})
    fetches.limit(client, Bounds(None))
    assert client.fetches() == {ZERO: 19, ONE: 20}


@pytest.mark.parametrize(
    ("partitions", "each"), [(0, MOST_BYTES), (1, MOST_BYTES), (4, 2 << 20), (16, 512 << 10), (100, 256 << 10)]
)
def test_all_partitions_together_have_as_much_as_one_fetch(partitions: int, each: int) -> None:
    client = Client({})
    fetches.limit(client, Bounds(None))
    client._fetcher._subscriptions.assign_from_user([TopicPartition(RAW, number) for number in range(partitions)])
    client.fetches()
    assert client.fetch_bytes == each


# -- the whole transport -----------------------------------------------------------------------------------------------

COUNT = 30
WANTED = st.sets(st.integers(0, COUNT - 1))


@given(
    st.tuples(WANTED, WANTED),
    st.integers(1, 40),
    st.integers(1, 8),
    st.lists(st.sampled_from(("commit", "cut", "fail", "kill")), max_size=12),
)
def test_exactly_the_offsets_to_process_are_published_once_whatever_a_fetch_holds_and_whoever_is_killed(
    wanted: tuple[set[int], set[int]], fetch_offsets: int, batch: int, events: list[str]
) -> None:
    scene = Scene(partitions=2)
    scene.kafka.fetch_offsets = fetch_offsets
    for number in (0, 1):
        scene.kafka.put(RAW, [b"%d/%d" % (number, offset) for offset in range(COUNT)], number)
    ranges = {number: Range(2, COUNT - 3, offsets(each)) for number, each in enumerate(wanted)}
    worker = scene.open(ranges)
    plan = iter(events)
    for _ in range(300):
        if worker.finished:
            break
        if not (got := worker.poll(batch, 0.5)):
            continue
        event = next(plan, "commit")
        if event == "kill":
            scene.cluster.consumers[-1].close(autocommit=False, timeout_ms=1)
            worker = scene.open(ranges)
        elif event == "fail":
            with scene.failing_commits(), pytest.raises(Exception, match="no coordinator"):
                worker.commit(got, echo(got))
        else:
            got = got.first(1) if event == "cut" else got
            worker.commit(got, echo(got))
    assert worker.finished
    lag = worker.lag()
    assert lag is not None
    assert lag.records == 0
    expected = [
        b"%d/%d" % (number, offset)
        for number, each in enumerate(wanted)
        for offset in sorted(each)
        if 2 <= offset < COUNT - 3
    ]
    published = [value or b"" for value in scene.kafka.values(QUALITY)]
    assert sorted(published) == sorted(expected)
    for partition in (b"0", b"1"):
        own = [value for value in published if value.startswith(partition)]
        assert own == [value for value in expected if value.startswith(partition)]


def test_what_lies_between_is_not_fetched() -> None:
    scene = Scene()
    scene.kafka.fetch_offsets = 10
    scene.kafka.put(RAW, [b"%d" % offset for offset in range(1000)])
    worker = scene.open({0: Range(0, 1000, offsets({100, 105, 700}))})
    while not worker.finished:
        if got := worker.poll(10, 0.5):
            worker.commit(got, echo(got))
    assert scene.kafka.values(QUALITY) == [b"100", b"105", b"700"]
    assert scene.kafka.fetched == 20


def test_only_offsets_to_process_count_as_expired() -> None:
    scene = Scene()
    scene.kafka.fetches = repeat(1)  # what was fetched cannot expire
    scene.kafka.put(RAW, [b"%d" % offset for offset in range(30)])
    worker = scene.open({0: Range(0, 30, offsets({3, 9, 20}))})
    got = some(worker, 1)
    worker.commit(got, echo(got))
    scene.kafka.begin[ZERO] = 15
    with capture_logs() as logs:
        assert [record.value for record in some(worker).records] == [b"20"]
    assert [(event["event"], event["count"]) for event in logs if "count" in event] == [("records_expired_unread", 1)]
