"""The message for a missing ACL names the resource and the operation. The message for a taken name includes the name."""

from __future__ import annotations

import pytest
from kafka.errors import (
    AuthorizationError,
    ClusterAuthorizationFailedError,
    DelegationTokenAuthorizationFailedError,
    FencedInstanceIdError,
    GroupAuthorizationFailedError,
    KafkaTimeoutError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from worker.config.settings import Settings
from worker.transport.kafka import access

SETTINGS = Settings(group_id="news", raw_topic="in", clean_topic="out.clean", quality_topic="out.q", dead_topic="out.d")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TransactionalIdAuthorizationFailedError(), "the transactional id news-a: grant WRITE and DESCRIBE."),
        (GroupAuthorizationFailedError("news"), "the group news: grant READ."),
        (TopicAuthorizationFailedError({"in"}), "the topic in: grant READ."),
        (TopicAuthorizationFailedError({"out.q"}), "the topic out.q: grant WRITE."),
        (TopicAuthorizationFailedError(), "the topic out.clean or out.q or out.d: grant WRITE."),
        (ClusterAuthorizationFailedError(), "the cluster: grant IDEMPOTENT_WRITE."),
        (DelegationTokenAuthorizationFailedError("x"), "DelegationTokenAuthorizationFailedError"),
    ],
)
def test_the_error_names_a_missing_acl(error: AuthorizationError, says: str) -> None:
    told = access.explain(error, SETTINGS, "a") or ""
    assert says in told
    assert "docs/operations.md" in told
    assert "\n" not in told


def test_the_error_names_a_topic_that_the_user_may_not_see() -> None:
    assert "the topic in: grant DESCRIBE" in access.unseen("in")
    assert "docs/operations.md" in access.unseen("in")


def test_the_error_for_a_taken_instance_id_names_it_and_the_remedy() -> None:
    told = access.explain(FencedInstanceIdError(), SETTINGS, "host-0") or ""
    assert "the group news with the same instance id 'host-0'. Give each worker its own --instance-id" in told
    assert "\n" not in told


def test_other_errors_are_not_explained() -> None:
    assert access.explain(KafkaTimeoutError("no leader"), SETTINGS, "a") is None
