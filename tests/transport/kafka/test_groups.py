"""Tests what is asked about a group, with an admin client that only returns set values."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import GroupAuthorizationFailedError

from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka.groups import Group

SETTINGS = Settings(group_id="news")


class Admin:
    """A group with two members that has committed offsets of two topics."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def list_group_offsets(self, groups: list[str]) -> dict[str, Any]:
        self._fail()
        raw = SETTINGS.raw_topic
        places = {TopicPartition(raw, 0): 7, TopicPartition(raw, 1): -1, TopicPartition("other", 2): 9}
        return {group: {tp: SimpleNamespace(offset=offset) for tp, offset in places.items()} for group in groups}

    def describe_groups(self, groups: list[str]) -> dict[str, Any]:
        self._fail()
        return {group: {"members": [{}, {}]} for group in groups}

    def _fail(self) -> None:
        if self._error:
            raise self._error


def group(error: Exception | None = None) -> Group:
    return Group(cast("KafkaAdminClient", Admin(error)), SETTINGS)


def test_committed_offsets_are_those_of_the_raw_topic() -> None:
    assert group().committed() == {0: 7}


def test_every_member_counts() -> None:
    assert group().members() == 2


@pytest.mark.parametrize("ask", [Group.committed, Group.members])
def test_a_refusal_is_an_error_that_names_the_group(ask: Callable[[Group], object]) -> None:
    with pytest.raises(TransportError, match="the group news: GroupAuthorizationFailedError"):
        ask(group(GroupAuthorizationFailedError("no")))
