"""What to say where the broker does not allow something: which right is missing, on what."""

from __future__ import annotations

from kafka.errors import (
    AuthorizationError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from worker.settings import Settings

_ALL = "docs/operations.md lists the rights that a worker needs"


def explain(error: AuthorizationError, settings: Settings, transactional_id: str = "") -> str:
    """The right that is missing, in one line."""
    if isinstance(error, TransactionalIdAuthorizationFailedError):
        what = f"the transactional id {transactional_id}: it needs WRITE and DESCRIBE on it"
    elif isinstance(error, GroupAuthorizationFailedError):
        what = f"the group {settings.group_id}: it needs READ on it"
    elif isinstance(error, TopicAuthorizationFailedError):
        what = _topics(error, settings)
    elif isinstance(error, ClusterAuthorizationFailedError):
        what = "the cluster: it needs IDEMPOTENT_WRITE on it"
    else:
        what = f"something ({type(error).__name__}: {error})"
    return f"the broker does not allow this user to use {what}. {_ALL}"


def fenced_instance(settings: Settings) -> str:
    """Another member joined the group under the same instance id."""
    return (
        f"another worker joined the group {settings.group_id} with the same instance id. Give each worker its own "
        "--instance-id, or its own --state-dir and host name"
    )


def _topics(error: AuthorizationError, settings: Settings) -> str:
    outputs = (settings.clean_topic, settings.quality_topic, settings.dead_topic)
    named = [topic for topic in (settings.raw_topic, *outputs) if any(topic in str(arg) for arg in error.args)]
    if named == [settings.raw_topic]:
        return f"the topic {settings.raw_topic}: it needs READ and DESCRIBE on it"
    return f"the topic {' or '.join(named or outputs)}: it needs WRITE and DESCRIBE on it"
