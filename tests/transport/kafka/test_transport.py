"""Tests of the Kafka transport on an in-memory Kafka (fakes.py): the contract, and what only Kafka has.

tests/kafka/test_transport.py runs the same contract on a real broker.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.errors import CorruptRecordError, GroupAuthorizationFailedError, KafkaTimeoutError
from kafka.structs import OffsetAndMetadata
from structlog.testing import capture_logs

from tests.transport.contract import TransportContract, batches, echo, some, values
from tests.transport.kafka.scene import ONE, QUALITY, RAW, ZERO, Scene, sorted_values, two_partitions
from worker.errors import CommitFailed, FatalTransportError, StoppedWaiting
from worker.messages import Output, RawRecord
from worker.transport.base import Batch, OutputRefused
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.transport import BACKOFF_S, KafkaTransport


@pytest.fixture
def harness() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.close()


class TestContract(TransportContract):
    """The suite also runs on a real broker and on the file transport."""


# -- a batch in progress ---------------------------------------------------------------------------------------------


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = two_partitions()
    yield made
    made.close()


def all_of(transport: KafkaTransport) -> Batch:
    """A batch of all ten records."""
    batch = some(transport, 10)
    assert len(batch.records) == 10
    return batch


def at(transport: KafkaTransport) -> dict[int, int | None]:
    """The positions of the consumer."""
    consumer = transport._consumer
    return {tp.partition: consumer.position(tp, timeout_ms=1) for tp in sorted(consumer.assignment())}


def test_records_of_a_failed_commit_come_again_after_a_growing_pause(scene: Scene) -> None:
    worker = scene.open()
    for pause_s in BACKOFF_S[1:]:
        batch = all_of(worker)
        with scene.failing_commits(), pytest.raises(CommitFailed, match="no coordinator"):
            worker.commit(batch, echo(batch))
        assert at(worker) == {0: 0, 1: 0}
        scene.kafka.clock.slept.clear()
        worker.poll(0, 0)
        assert scene.kafka.clock.slept[0] == pause_s
    batch = all_of(worker)
    worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {0: 5, 1: 5}


def test_records_cut_off_a_batch_come_again_in_each_partition(scene: Scene) -> None:
    worker = scene.open()
    whole = all_of(worker)
    batch = whole.first(3)
    worker.commit(batch, echo(batch))
    first = batch.records[0].source.partition
    assert scene.kafka.positions(RAW) == {first: 3}
    assert at(worker) == {first: 3, 1 - first: 0}
    assert sorted_values(all_left(worker)) == sorted_values(whole.records[3:])


def all_left(worker: KafkaTransport) -> list[RawRecord]:
    """Commit the rest of the input, and return it."""
    left: list[RawRecord] = []
    for batch in batches(worker):
        left += batch.records
        worker.commit(batch, echo(batch))
    return left


def test_a_batch_is_committed_under_a_new_generation_if_the_worker_kept_its_partitions(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].rejoins()
    worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {0: 5, 1: 5}


def test_a_removed_member_sends_nothing_and_resumes_at_the_committed_offset(scene: Scene) -> None:
    """Kafka would accept the offsets of a member without a generation, unfenced."""
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].is_taken_for_dead()
    scene.kafka.committed[ZERO] = OffsetAndMetadata(2)  # by the worker that had the partition meanwhile
    scene.kafka.calls.clear()
    with pytest.raises(CommitFailed, match="the group removed this worker"):
        worker.commit(batch, echo(batch))
    assert "begin_transaction" not in scene.kafka.calls
    assert sorted_values(all_left(worker)) == [b"10", b"11", b"12", b"13", b"14", b"2", b"3", b"4"]


def test_a_batch_that_another_worker_has_committed_does_not_count_as_ours(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].is_taken_for_dead()
    scene.kafka.committed |= {ZERO: OffsetAndMetadata(5), ONE: OffsetAndMetadata(5)}
    with pytest.raises(CommitFailed):
        worker.commit(batch, echo(batch))
    assert all_left(worker) == []


def test_a_batch_polled_under_an_earlier_member_id_is_not_committed(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].is_taken_for_dead()
    worker.poll(1, 0.1)  # joins again
    with pytest.raises(CommitFailed, match="the group removed this worker"):
        worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {}


def test_a_whole_batch_is_abandoned_if_one_of_its_partitions_moves(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].loses(1)
    with pytest.raises(CommitFailed, match=r"partitions moved to another worker: \[1\]"):
        worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {}
    assert scene.kafka.values(QUALITY) == []
    assert at(worker) == {0: 0}, "the records of the other partition are read again"
    assert values(some(worker).records) == [b"0", b"1", b"2", b"3", b"4"]


def test_a_partition_that_came_back_is_read_from_the_offset_that_the_other_worker_committed(scene: Scene) -> None:
    """This worker's own position is before that."""
    worker = scene.open()
    batch = all_of(worker)

    def others() -> None:
        scene.kafka.committed[ONE] = OffsetAndMetadata(4)

    scene.cluster.consumers[-1].loses(1, meanwhile=others)
    with pytest.raises(CommitFailed, match="moved"):
        worker.commit(batch, echo(batch))
    assert sorted_values(all_left(worker)) == [b"0", b"1", b"14", b"2", b"3", b"4"]


# -- a commit whose answer is lost -----------------------------------------------------------------------------------


def test_a_commit_whose_answer_is_lost_counts_if_its_offsets_are_committed(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.script("commit_acknowledged", KafkaTimeoutError("no answer"))
    worker.commit(batch, echo(batch))
    assert len(scene.kafka.values(QUALITY)) == 10
    assert at(worker) == {0: 5, 1: 5}
    assert list(batches(worker)) == []
    assert worker.finished


def test_a_commit_whose_answer_is_lost_is_repeated_if_its_offsets_are_not_committed(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.script("commit_transaction", KafkaTimeoutError("no answer"))
    with pytest.raises(CommitFailed):
        worker.commit(batch, echo(batch))
    assert at(worker) == {0: 0, 1: 0}
    assert len(all_left(worker)) == 10
    assert len(scene.kafka.values(QUALITY)) == 10


@pytest.mark.parametrize("made", [True, False])
def test_polls_ask_for_the_committed_offsets_until_there_is_an_answer_and_then_read(scene: Scene, made: bool) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.script("commit_acknowledged" if made else "commit_transaction", KafkaTimeoutError("no answer"))
    away = KafkaTimeoutError("still away")
    scene.kafka.script("committed", away, away)
    with pytest.raises(CommitFailed):
        worker.commit(batch, echo(batch))
    scene.kafka.calls.clear()
    assert not worker.poll(10, 0.1)
    assert "poll" not in scene.kafka.calls
    assert len(all_left(worker)) == (0 if made else 10)
    assert len(scene.kafka.values(QUALITY)) == 10


def test_refused_outputs_are_named_and_their_batch_comes_again(scene: Scene) -> None:
    scene.cluster.max_request_bytes = 100
    worker = scene.open()
    batch = all_of(worker)
    large = Output("clean", b"k", b"x" * 101)
    with pytest.raises(OutputRefused) as raised:
        worker.commit(batch, [*echo(batch), large])
    assert raised.value.outputs == (large,)
    assert len(all_left(worker)) == 10


@pytest.mark.parametrize("call", ["membership", "refresh_metadata"])
def test_a_permanent_error_in_a_commit_ends_the_worker(scene: Scene, call: str) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.script(call, GroupAuthorizationFailedError("group"))
    with pytest.raises(FatalTransportError, match="denies this user access to the group article-worker: grant READ"):
        worker.commit(batch, echo(batch))


def test_no_commit_begins_until_the_broker_confirms_the_topic(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.script("refresh_metadata", KafkaTimeoutError("no answer"))
    with pytest.raises(CommitFailed, match="no answer"):
        worker.commit(batch, echo(batch))
    assert len(all_left(worker)) == 10


# -- exactly once ----------------------------------------------------------------------------------------------------

FAULTS = ("begin_transaction", "send", "flush", "send_offsets_to_transaction", "commit_transaction",
          "commit_acknowledged", "committed", "refresh_metadata", "init_transactions", "poll")  # fmt: skip
EVENTS = st.sampled_from((*FAULTS, "rejoins", "dead", "moves", "restart", "fenced", "cut", "lost", "nothing"))


def happen(scene: Scene, event: str) -> None:
    """Let something go wrong during a poll, during its commit, or in between."""
    consumer, kafka = scene.cluster.consumers[-1], scene.kafka
    if event in FAULTS:
        kafka.script(event, KafkaTimeoutError(event))
    elif event == "rejoins":
        consumer.rejoins()
    elif event == "dead":
        consumer.is_taken_for_dead()
        another_worker(scene)
    elif event == "moves":
        consumer.loses(1, meanwhile=lambda: another_worker(scene))
    elif event == "fenced":
        kafka.epochs["tx"] += 1
    elif event == "lost":
        scene.cluster.producers[-1].lose = set(kafka.values_of(ONE))


def another_worker(scene: Scene) -> None:
    """Publish and commit the next record of partition 1 in one transaction."""
    offset = scene.kafka.positions(RAW).get(1, 0)
    if offset < len(scene.kafka.logs[ONE]):
        scene.kafka.put(QUALITY, [scene.kafka.logs[ONE][offset].value])
        scene.kafka.committed[ONE] = OffsetAndMetadata(offset + 1)


def restarted(scene: Scene) -> KafkaTransport:
    """Start a new worker after the last one was killed. The session timeout removes the old member from the group."""
    scene.cluster.consumers[-1].close(autocommit=False, timeout_ms=1)
    return scene.open()


@given(st.lists(EVENTS, max_size=12))
def test_every_record_is_published_exactly_once_whatever_fails_and_whoever_takes_over(events: list[str]) -> None:
    scene = two_partitions()
    worker = scene.open()
    plan = iter(events)
    for _ in range(300):
        if worker.finished:
            break
        if not (batch := worker.poll(3, 0.5)):
            continue
        event = next(plan, "nothing")
        happen(scene, event)
        if event == "cut":
            batch = batch.first(1)
        if event == "restart":
            worker = restarted(scene)
            continue
        try:
            worker.commit(batch, echo(batch))
        except CommitFailed:
            pass
        except FatalTransportError:  # eight failures in a row
            worker = restarted(scene)
        scene.kafka.clock.now += 60  # so that two takeovers do not look like a second worker
    assert worker.finished
    published = scene.kafka.values(QUALITY)
    assert sorted(published, key=int) == [b"%d" % number for number in (*range(5), *range(10, 15))]  # type: ignore[arg-type]
    for first in (0, 10):
        own = [value for value in published if first <= int(value or 0) < first + 5]
        assert own == sorted(own, key=lambda value: int(value or 0)), "in the order of the partition"


# -- the end ---------------------------------------------------------------------------------------------------------


def test_records_after_the_range_are_not_read(scene: Scene) -> None:
    worker = scene.open({0: Range(1, 3), 1: Range(4, 5)})
    assert sorted_values(all_left(worker)) == [b"1", b"14", b"2"]
    assert worker.finished
    assert scene.kafka.positions(RAW) == {0: 3, 1: 5}


def test_the_committed_part_of_a_range_is_not_read_again(scene: Scene) -> None:
    scene.kafka.committed[ZERO] = OffsetAndMetadata(2)
    worker = scene.open({0: Range(1, 3)})
    assert values(all_left(worker)) == [b"2"]
    assert worker.finished


def test_markers_at_the_end_of_a_range_are_skipped_and_committed(scene: Scene) -> None:
    for number in (0, 1):
        scene.kafka.put_marker(RAW, number)
    worker = scene.open()
    assert len(all_left(worker)) == 10
    assert worker.finished
    assert scene.kafka.positions(RAW) == {0: 6, 1: 6}


def test_a_position_at_the_end_that_could_not_be_committed_is_committed_later(scene: Scene) -> None:
    scene.kafka.put_marker(RAW, 0)
    worker = scene.open({0: Range(None, 6)})
    batch = some(worker)
    worker.commit(batch, echo(batch))
    with scene.failing_commits():
        assert not worker.poll(1, 1)
        assert not worker.poll(1, 1)
    assert scene.kafka.positions(RAW) == {0: 5}
    assert list(batches(worker)) == []
    assert worker.finished
    assert scene.kafka.positions(RAW) == {0: 6}


def test_a_run_is_finished_when_other_workers_have_committed_the_rest(scene: Scene) -> None:
    worker = scene.open()
    scene.cluster.consumers[-1].loses(1)
    batch = some(worker)
    worker.commit(batch, echo(batch))
    assert not worker.poll(1, 1)
    before = worker.finished
    scene.kafka.committed[ONE] = OffsetAndMetadata(5)
    assert not worker.poll(1, 1)
    assert (before, worker.finished) == (False, True)


def lag_of(worker: KafkaTransport) -> int:
    lag = worker.lag()
    assert lag is not None
    return lag.records


def test_the_lag_of_a_range_does_not_count_records_after_it(scene: Scene) -> None:
    worker = scene.open({0: Range(1, 3)})
    some(worker, 1)
    assert lag_of(worker) == 1


def test_the_lag_of_an_endless_input_counts_to_its_present_end(scene: Scene) -> None:
    worker = scene.open(stop_at_end=False)
    some(worker, 4)
    assert lag_of(worker) == 6
    scene.kafka.put(RAW, [b"5"])
    assert lag_of(worker) == 7
    assert not worker.finished


def test_the_lag_is_unknown_while_the_group_rebalances_or_no_broker_answers(scene: Scene) -> None:
    worker = scene.open()
    some(worker)
    scene.kafka.script("end_offsets", KafkaTimeoutError("no answer"))
    assert worker.lag() is None
    scene.cluster.consumers[-1].waits = True
    assert worker.lag() is None


def test_a_worker_leaves_its_group_only_when_the_run_is_finished(scene: Scene) -> None:
    """A static member gets its partitions back after a restart."""
    worker = scene.open()
    some(worker)
    worker.close()
    again = scene.open()
    all_left(again)
    again.close()
    assert [consumer.left for consumer in scene.cluster.consumers] == [False, True]
    assert scene.cluster.closed


def test_errors_in_close_hide_nothing_and_leave_nothing_open(scene: Scene) -> None:
    worker = scene.open()
    scene.kafka.script("producer.close", ZeroDivisionError("odd"))
    with capture_logs() as logs:
        worker.close()
    assert [(event["event"], event["error"]) for event in logs] == [("close_failed", "ZeroDivisionError: odd")]
    assert scene.cluster.consumers[-1].closed


# -- the start, and the brokers that are away ------------------------------------------------------------------------


def test_the_ends_of_the_input_are_requested_until_a_broker_answers(scene: Scene) -> None:
    scene.kafka.script("end_offsets", KafkaTimeoutError("no leader"))
    worker = scene.open()
    scene.kafka.put(RAW, [b"5"])  # written after the start, so not part of this run
    assert len(all_left(worker)) == 10


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (GroupAuthorizationFailedError("news"), "denies this user access to the group news: grant READ"),
        (KafkaTimeoutError("away"), "cannot read the committed offsets of the group news: KafkaTimeoutError.*restart"),
    ],
)
def test_the_error_for_unreadable_committed_offsets_says_why(scene: Scene, error: Exception, says: str) -> None:
    worker = scene.open(group_id="news")
    scene.kafka.script("committed", error)
    with pytest.raises(FatalTransportError, match=says):
        worker.resumes()


def test_the_error_for_an_unreadable_input_says_why(scene: Scene) -> None:
    worker = scene.open()
    scene.kafka.script("poll", CorruptRecordError("record 7"))
    with pytest.raises(FatalTransportError, match=r"cannot read from Kafka: CorruptRecordError.*record 7"):
        worker.poll(1, 1)


def test_a_poll_waits_for_brokers_that_are_away_until_a_stop(scene: Scene) -> None:
    def stopped() -> None:
        raise StoppedWaiting("stopped while waiting")

    worker = scene.open(waiting=stopped)
    scene.cluster.is_away = True
    with pytest.raises(StoppedWaiting):
        worker.poll(1, 1)


def test_asking_the_brokers_through_a_closed_consumer_is_not_an_error(scene: Scene) -> None:
    scene.open()
    scene.kafka.script("ask", RuntimeError("closed"))
    assert scene.cluster.asks
    scene.cluster.asks()
    scene.cluster.asks()
    assert scene.kafka.calls.count("ask") == 2


# -- a recreated topic -----------------------------------------------------------------------------------------------


def test_a_recreated_topic_is_read_from_its_beginning(scene: Scene) -> None:
    worker = scene.open(stop_at_end=False)
    batch = all_of(worker)
    worker.commit(batch, echo(batch))
    scene.kafka.put(RAW, [b"5"])
    batch = some(worker)
    scene.kafka.create(RAW, 2)
    scene.kafka.put(RAW, [b"new"])
    with pytest.raises(CommitFailed, match="deleted and recreated"):
        worker.commit(batch, echo(batch))
    with capture_logs() as logs:
        batch = some(worker)
    assert values(batch.records) == [b"new"]
    assert {"topic_was_recreated", "committed_for_a_deleted_topic"} <= {event["event"] for event in logs}
    assert [consumer.closed for consumer in scene.cluster.consumers] == [True, False]
    worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW)[0] == 1


def test_a_run_whose_end_is_gone_is_an_error(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.create(RAW, 2)
    with pytest.raises(CommitFailed, match="recreated"):
        worker.commit(batch, echo(batch))
    with pytest.raises(FatalTransportError, match="was recreated, so the offsets that the run was to stop at"):
        worker.poll(1, 1)


# -- static members --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shared", "rejoins"), [({0, 1}, 0), ({0}, 1), (None, 0)])
def test_a_restarted_static_member_checks_that_every_partition_has_a_member(
    scene: Scene, shared: set[int] | None, rejoins: int
) -> None:
    """It gets its old partitions without a rebalance, which would assign new partitions."""
    scene.cluster.shared = shared
    worker = scene.open(static_membership=True)
    scene.cluster.consumers[-1].loses(1)
    some(worker, 1)
    worker.poll(1, 1)
    worker.poll(1, 1)
    assert scene.kafka.calls.count("rejoin") == rejoins


def test_a_rebalancing_group_is_checked_again_later(scene: Scene) -> None:
    scene.cluster.shared = None
    worker = scene.open(static_membership=True)
    scene.cluster.consumers[-1].loses(1)
    some(worker, 1)
    for _ in range(4):
        worker.poll(1, 1)
    asked = scene.kafka.calls.count("shared_partitions")
    assert 1 <= asked <= 2
    scene.kafka.clock.now += 5
    scene.cluster.shared = {0}
    worker.poll(1, 1)
    assert scene.kafka.calls.count("rejoin") == 1
