"""Tests in which order a replay disappears from the brokers, and what they may refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kafka.errors import TopicAuthorizationFailedError, UnknownTopicOrPartitionError

from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka import removal

SETTINGS = Settings(group_id="g.replay.v2")


class Admin:
    """Deletes nothing, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.group, self.code = "OK", 0

    def delete_groups(self, groups: list[str]) -> dict[str, str]:
        self.asked += groups
        return dict.fromkeys(groups, self.group)

    def delete_topics(self, names: list[str], *, raise_errors: bool) -> dict[str, Any]:
        assert not raise_errors
        self.asked += names
        return {"topics": [{"name": name, "error_code": self.code} for name in names]}


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> Admin:
    made = Admin()

    @contextmanager
    def connected(_settings: Settings) -> Iterator[Admin]:
        yield made

    monkeypatch.setattr(removal, "connected", connected)
    return made


def test_the_group_is_deleted_before_the_topics(admin: Admin) -> None:
    removal.remove(SETTINGS)
    assert admin.asked == ["g.replay.v2", "articles.clean", "articles.quality", "articles.dead"]


def test_what_does_not_exist_is_no_error(admin: Admin) -> None:
    admin.group, admin.code = "GroupIdNotFoundError", UnknownTopicOrPartitionError.errno
    removal.remove(SETTINGS)


def test_while_a_worker_is_in_the_group_no_topic_is_deleted(admin: Admin) -> None:
    """It may have joined after the command asked for the members."""
    admin.group = "NonEmptyGroupError"
    with pytest.raises(TransportError, match=r"cannot delete the group g\.replay\.v2: .*: stop its workers"):
        removal.remove(SETTINGS)
    assert admin.asked == ["g.replay.v2"]


def test_the_error_names_the_topic_that_the_brokers_do_not_delete(admin: Admin) -> None:
    admin.code = TopicAuthorizationFailedError.errno
    with pytest.raises(TransportError, match=r"cannot delete the topic articles\.clean: "):
        removal.remove(SETTINGS)
