"""The Kafka transport on a Kafka in memory (fakes.py): the contract, and what only Kafka has.

The same contract runs over a real broker in tests/kafka/test_transport.py.
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
    """The suite that a real broker and the file transport pass as well."""


# -- a batch in work -------------------------------------------------------------------------------------------------


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
    """Where the consumer reads on."""
    consumer = transport._consumer
    return {tp.partition: consumer.position(tp, timeout_ms=1) for tp in sorted(consumer.assignment())}


def test_a_failed_commit_is_rewound_and_its_records_come_again_after_a_pause_that_grows(scene: Scene) -> None:
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


def test_the_records_cut_off_a_batch_come_again_in_each_of_its_partitions(scene: Scene) -> None:
    worker = scene.open()
    whole = all_of(worker)
    batch = whole.first(3)
    worker.commit(batch, echo(batch))
    first = batch.records[0].source.partition
    assert scene.kafka.positions(RAW) == {first: 3}
    assert at(worker) == {first: 3, 1 - first: 0}
    assert sorted_values(all_left(worker)) == sorted_values(whole.records[3:])


def all_left(worker: KafkaTransport) -> list[RawRecord]:
    """The rest of the input, committed."""
    left: list[RawRecord] = []
    for batch in batches(worker):
        left += batch.records
        worker.commit(batch, echo(batch))
    return left


def test_a_batch_is_committed_under_the_generation_in_which_the_worker_kept_its_partitions(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].rejoins()
    worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {0: 5, 1: 5}


def test_a_member_that_was_taken_for_dead_sends_nothing_and_reads_on_from_what_is_committed(scene: Scene) -> None:
    """Kafka would take the offsets of a member without a generation, unfenced."""
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].is_taken_for_dead()
    scene.kafka.committed[ZERO] = OffsetAndMetadata(2)  # by whoever had the partition meanwhile
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


def test_a_batch_polled_by_an_earlier_member_of_this_worker_is_not_committed_by_the_present_one(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].is_taken_for_dead()
    worker.poll(1, 0.1)  # joins again
    with pytest.raises(CommitFailed, match="the group removed this worker"):
        worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {}


def test_a_batch_of_which_a_partition_has_moved_is_given_up_as_a_whole(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.cluster.consumers[-1].loses(1)
    with pytest.raises(CommitFailed, match=r"partitions moved to another worker: \[1\]"):
        worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {}
    assert scene.kafka.values(QUALITY) == []
    assert at(worker) == {0: 0}, "what it kept is read again"
    assert values(some(worker).records) == [b"0", b"1", b"2", b"3", b"4"]


def test_a_partition_that_came_back_is_read_from_what_the_other_worker_has_committed(scene: Scene) -> None:
    """Not from where this worker was, which is before that."""
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


def test_a_commit_whose_answer_is_lost_is_made_again_if_its_offsets_are_not_committed(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.script("commit_transaction", KafkaTimeoutError("no answer"))
    with pytest.raises(CommitFailed):
        worker.commit(batch, echo(batch))
    assert at(worker) == {0: 0, 1: 0}
    assert len(all_left(worker)) == 10
    assert len(scene.kafka.values(QUALITY)) == 10


@pytest.mark.parametrize("made", [True, False])
def test_where_nobody_tells_what_is_committed_the_next_polls_ask_again_before_they_read(
    scene: Scene, made: bool
) -> None:
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


def test_outputs_that_are_refused_are_named_and_their_batch_comes_again(scene: Scene) -> None:
    scene.cluster.max_request_bytes = 100
    worker = scene.open()
    batch = all_of(worker)
    large = Output("clean", b"k", b"x" * 101)
    with pytest.raises(OutputRefused) as raised:
        worker.commit(batch, [*echo(batch), large])
    assert raised.value.outputs == (large,)
    assert len(all_left(worker)) == 10


@pytest.mark.parametrize("call", ["membership", "refresh_metadata"])
def test_an_error_that_no_second_try_would_change_ends_the_worker(scene: Scene, call: str) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.script(call, GroupAuthorizationFailedError("group"))
    with pytest.raises(FatalTransportError, match="denies this user access to the group article-worker: grant READ"):
        worker.commit(batch, echo(batch))


def test_a_commit_is_not_begun_while_nobody_tells_whether_the_topic_is_still_the_same(scene: Scene) -> None:
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
    """Let something go wrong between a poll and its commit, or in the midst of either."""
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
    """Publishes and commits the next record of partition 1, in one transaction."""
    offset = scene.kafka.positions(RAW).get(1, 0)
    if offset < len(scene.kafka.logs[ONE]):
        scene.kafka.put(QUALITY, [scene.kafka.logs[ONE][offset].value])
        scene.kafka.committed[ONE] = OffsetAndMetadata(offset + 1)


def restarted(scene: Scene) -> KafkaTransport:
    """A new worker, after the last one was killed: the group removes that by its session timeout."""
    scene.cluster.consumers[-1].close(autocommit=False, timeout_ms=1)
    return scene.open()


@given(st.lists(EVENTS, max_size=12))
def test_whatever_fails_and_whoever_takes_over_every_record_is_published_exactly_once(events: list[str]) -> None:
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
        scene.kafka.clock.now += 60  # so that two takeovers are not those of a second worker
    assert worker.finished
    published = scene.kafka.values(QUALITY)
    assert sorted(published, key=int) == [b"%d" % number for number in (*range(5), *range(10, 15))]  # type: ignore[arg-type]
    for first in (0, 10):
        own = [value for value in published if first <= int(value or 0) < first + 5]
        assert own == sorted(own, key=lambda value: int(value or 0)), "in the order of the partition"


# -- the end ---------------------------------------------------------------------------------------------------------


def test_records_behind_the_range_are_not_read_and_the_run_ends_without_them(scene: Scene) -> None:
    worker = scene.open({0: Range(1, 3), 1: Range(4, 5)})
    assert sorted_values(all_left(worker)) == [b"1", b"14", b"2"]
    assert worker.finished
    assert scene.kafka.positions(RAW) == {0: 3, 1: 5}


def test_what_is_committed_of_a_range_is_not_read_again(scene: Scene) -> None:
    scene.kafka.committed[ZERO] = OffsetAndMetadata(2)
    worker = scene.open({0: Range(1, 3)})
    assert values(all_left(worker)) == [b"2"]
    assert worker.finished


def test_markers_at_the_end_of_a_range_are_passed_and_committed(scene: Scene) -> None:
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


def test_the_lag_of_a_range_does_not_count_what_comes_after_it(scene: Scene) -> None:
    worker = scene.open({0: Range(1, 3)})
    some(worker, 1)
    assert worker.lag() == 1


def test_the_lag_of_an_endless_input_counts_to_its_present_end(scene: Scene) -> None:
    worker = scene.open(stop_at_end=False)
    some(worker, 4)
    assert worker.lag() == 6
    scene.kafka.put(RAW, [b"5"])
    assert worker.lag() == 7
    assert not worker.finished


def test_the_lag_is_unknown_while_the_group_settles_or_nobody_answers(scene: Scene) -> None:
    worker = scene.open()
    some(worker)
    scene.kafka.script("end_offsets", KafkaTimeoutError("no answer"))
    assert worker.lag() is None
    scene.cluster.consumers[-1].waits = True
    assert worker.lag() is None


def test_a_worker_leaves_its_group_for_good_only_when_the_run_is_finished(scene: Scene) -> None:
    """Where it is a static member, a restart gets its partitions back."""
    worker = scene.open()
    some(worker)
    worker.close()
    again = scene.open()
    all_left(again)
    again.close()
    assert [consumer.left for consumer in scene.cluster.consumers] == [False, True]
    assert scene.cluster.closed


def test_what_fails_at_the_end_hides_nothing_and_keeps_nothing_open(scene: Scene) -> None:
    worker = scene.open()
    scene.kafka.script("producer.close", ZeroDivisionError("odd"))
    with capture_logs() as logs:
        worker.close()
    assert [(event["event"], event["error"]) for event in logs] == [("close_failed", "ZeroDivisionError: odd")]
    assert scene.cluster.consumers[-1].closed


# -- the start, and the brokers that are away ------------------------------------------------------------------------


def test_the_ends_of_the_input_are_asked_for_until_a_broker_answers(scene: Scene) -> None:
    scene.kafka.script("end_offsets", KafkaTimeoutError("no leader"))
    worker = scene.open()
    scene.kafka.put(RAW, [b"5"])  # after the start: not of this run
    assert len(all_left(worker)) == 10


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (GroupAuthorizationFailedError("news"), "denies this user access to the group news: grant READ"),
        (KafkaTimeoutError("away"), "cannot read the committed offsets of the group news: KafkaTimeoutError.*restart"),
    ],
)
def test_committed_offsets_that_cannot_be_read_are_an_error_that_says_why(
    scene: Scene, error: Exception, says: str
) -> None:
    worker = scene.open(group_id="news")
    scene.kafka.script("committed", error)
    with pytest.raises(FatalTransportError, match=says):
        worker.resumes()


def test_an_input_that_cannot_be_read_ends_the_worker_with_the_reason(scene: Scene) -> None:
    worker = scene.open()
    scene.kafka.script("poll", CorruptRecordError("record 7"))
    with pytest.raises(FatalTransportError, match=r"cannot read from Kafka: CorruptRecordError.*record 7"):
        worker.poll(1, 1)


def test_a_poll_waits_for_brokers_that_are_away_and_a_stop_ends_that(scene: Scene) -> None:
    def stopped() -> None:
        raise StoppedWaiting("stopped while waiting")

    worker = scene.open(waiting=stopped)
    scene.cluster.is_away = True
    with pytest.raises(StoppedWaiting):
        worker.poll(1, 1)


def test_a_question_to_the_brokers_is_not_put_to_a_consumer_that_is_closed_just_now(scene: Scene) -> None:
    scene.open()
    scene.kafka.script("ask", RuntimeError("closed"))
    assert scene.cluster.asks
    scene.cluster.asks()
    scene.cluster.asks()
    assert scene.kafka.calls.count("ask") == 2


# -- a topic that is created anew ------------------------------------------------------------------------------------


def test_a_topic_that_was_created_anew_is_read_from_its_beginning(scene: Scene) -> None:
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


def test_a_run_up_to_an_end_that_is_gone_is_an_error(scene: Scene) -> None:
    worker = scene.open()
    batch = all_of(worker)
    scene.kafka.create(RAW, 2)
    with pytest.raises(CommitFailed, match="recreated"):
        worker.commit(batch, echo(batch))
    with pytest.raises(FatalTransportError, match="recreated during a run up to its end"):
        worker.poll(1, 1)


# -- static members --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shared", "rejoins"), [({0, 1}, 0), ({0}, 1), (None, 0)])
def test_a_static_member_that_was_started_again_looks_whether_somebody_has_every_partition(
    scene: Scene, shared: set[int] | None, rejoins: int
) -> None:
    """It gets what it had, without a rebalance in which partitions that were added would be given out."""
    scene.cluster.shared = shared
    worker = scene.open(static_membership=True)
    scene.cluster.consumers[-1].loses(1)
    some(worker, 1)
    worker.poll(1, 1)
    worker.poll(1, 1)
    assert scene.kafka.calls.count("rejoin") == rejoins


def test_a_group_that_is_rebalancing_is_looked_at_again_after_a_while(scene: Scene) -> None:
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
