"""The text for a right that is missing names the resource and the operation."""

from __future__ import annotations

import pytest
from kafka.errors import (
    AuthorizationError,
    ClusterAuthorizationFailedError,
    DelegationTokenAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from worker.settings import Settings
from worker.transport import access

SETTINGS = Settings(group_id="news", raw_topic="in", clean_topic="out.clean", quality_topic="out.q", dead_topic="out.d")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TransactionalIdAuthorizationFailedError(), "the transactional id news-a: it needs WRITE and DESCRIBE"),
        (GroupAuthorizationFailedError("news"), "the group news: it needs READ"),
        (TopicAuthorizationFailedError({"in"}), "the topic in: it needs READ and DESCRIBE"),
        (TopicAuthorizationFailedError({"out.q"}), "the topic out.q: it needs WRITE and DESCRIBE"),
        (TopicAuthorizationFailedError(), "the topic out.clean or out.q or out.d: it needs WRITE and DESCRIBE"),
        (ClusterAuthorizationFailedError(), "the cluster: it needs IDEMPOTENT_WRITE"),
        (DelegationTokenAuthorizationFailedError("x"), "DelegationTokenAuthorizationFailedError"),
    ],
)
def test_a_missing_right_is_named(error: AuthorizationError, says: str) -> None:
    told = access.explain(error, SETTINGS, "news-a")
    assert says in told
    assert "docs/operations.md" in told
    assert "\n" not in told


def test_a_second_worker_with_the_same_instance_id_is_named_as_the_cause() -> None:
    assert "--instance-id" in access.fenced_instance(SETTINGS)
