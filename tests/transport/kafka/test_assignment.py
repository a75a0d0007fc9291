from __future__ import annotations

from kafka import TopicPartition

from worker.transport.kafka.assignment import Listener

A, B, C = (TopicPartition("articles.raw", number) for number in range(3))


def test_assigned_partitions_are_gained() -> None:
    listener = Listener()
    listener.on_partitions_assigned([A])
    listener.on_partitions_assigned([B])
    assert listener.take() == (set(), {A, B})


def test_revoked_partitions_are_lost() -> None:
    listener = Listener()
    listener.on_partitions_revoked([A])
    listener.on_partitions_revoked([B])
    assert listener.take() == ({A, B}, set())


def test_partitions_of_a_removed_worker_are_lost_too() -> None:
    listener = Listener()
    listener.on_partitions_assigned([A, B])
    listener.on_partitions_lost([A])
    assert listener.take() == ({A}, {B})


def test_a_partition_that_is_assigned_and_revoked_between_two_polls_is_only_lost() -> None:
    listener = Listener()
    listener.on_partitions_assigned([A, B])
    listener.on_partitions_revoked([A, C])
    assert listener.take() == ({A, C}, {B})


def test_a_partition_that_is_revoked_and_assigned_again_is_lost_and_gained() -> None:
    """Another worker may have committed meanwhile. So polled records are dropped, and the position is read again."""
    listener = Listener()
    listener.on_partitions_revoked([A])
    listener.on_partitions_assigned([A])
    assert listener.take() == ({A}, {A})


def test_each_change_is_reported_once() -> None:
    listener = Listener()
    listener.on_partitions_assigned([A])
    listener.on_partitions_revoked([B])
    taken = listener.take()
    assert listener.take() == (set(), set())
    listener.on_partitions_assigned([C])
    assert taken == ({B}, {A})
    assert listener.take() == (set(), {C})
