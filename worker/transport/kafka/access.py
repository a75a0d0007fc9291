"""Explains why the broker refused a worker: which ACL is missing, or which name is taken."""

from __future__ import annotations

from kafka.errors import (
    AuthorizationError,
    ClusterAuthorizationFailedError,
    FencedInstanceIdError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from worker.config.settings import Settings

_ALL = 'See "ACLs" in docs/operations.md'


def transactional_id(settings: Settings, instance_id: str) -> str:
    """The transactional id of a worker. Its ACL names it."""
    return f"{settings.group_id}-{instance_id}"


def explain(error: KafkaError, settings: Settings, instance_id: str) -> str | None:
    """The cause and the remedy in one line; None for any other error."""
    if isinstance(error, FencedInstanceIdError):
        return (
            f"another worker joined the group {settings.group_id} with the same instance id {instance_id!r}. Give each "
            "worker its own --instance-id. The default, the host name and a slot number, is unique only among workers "
            "that share a state directory"
        )
    if isinstance(error, TransactionalIdAuthorizationFailedError):
        what = f"the transactional id {transactional_id(settings, instance_id)}: grant WRITE and DESCRIBE"
    elif isinstance(error, GroupAuthorizationFailedError):
        what = f"the group {settings.group_id}: grant READ"
    elif isinstance(error, TopicAuthorizationFailedError):
        what = _topics(error, settings)
    elif isinstance(error, ClusterAuthorizationFailedError):
        what = "the cluster: grant IDEMPOTENT_WRITE"
    elif isinstance(error, AuthorizationError):
        what = f"a resource that it does not name ({type(error).__name__}: {error})"
    else:
        return None
    return _denied(what)


def unseen(topic: str) -> str:
    """The message for a topic whose existence the broker does not reveal to this user."""
    return _denied(f"the topic {topic}: grant DESCRIBE, which READ and WRITE imply")


def unreadable(topic: str) -> str:
    """The message for a topic that this user may not read."""
    return _denied(f"the topic {topic}: grant READ")


def unwritable(topic: str) -> str:
    """The message for a topic that this user may not write to."""
    return _denied(f"the topic {topic}: grant WRITE")


def _topics(error: AuthorizationError, settings: Settings) -> str:
    outputs = (settings.clean_topic, settings.quality_topic, settings.dead_topic)
    named = [topic for topic in (settings.raw_topic, *outputs) if any(topic in str(arg) for arg in error.args)]
    if named == [settings.raw_topic]:
        return f"the topic {settings.raw_topic}: grant READ"
    return f"the topic {' or '.join(named or outputs)}: grant WRITE"


def _denied(what: str) -> str:
    return f"the broker denies this user access to {what}. {_ALL}"
