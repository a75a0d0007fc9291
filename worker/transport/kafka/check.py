"""Checks the Kafka side of a worker without reading, writing or joining anything.

The brokers say what a user may do with a topic (KIP-430). They do not say it of a group that does not exist yet, nor of
a transactional id. So this sends requests that need the right and then fail: a heartbeat of a member that nobody knows,
offsets for a transaction of a producer that does not exist.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, OffsetSpec
from kafka.errors import (
    AuthorizationError,
    InvalidTransactionTimeoutError,
    KafkaError,
    TransactionalIdAuthorizationFailedError,
    for_code,
)
from kafka.protocol.consumer import HeartbeatRequest
from kafka.protocol.metadata import CoordinatorType
from kafka.protocol.producer import AddOffsetsToTxnRequest, InitProducerIdRequest

from worker.config.settings import Settings
from worker.config.units import format_duration
from worker.errors import ConnectError, FatalTransportError, TransportError
from worker.findings import Finding, fault, ok, warning
from worker.transport.kafka import access, clients, login, topic_check
from worker.transport.kafka.admin import connected, missing_topics

SKEW_S = 60.0
ASSIGNOR = "cooperative-sticky"

_NOBODY = "article-worker-check"
_COORDINATOR_S, _RETRY_S = 10.0, 0.5  # a new cluster first makes its coordinators
_NO_SUCH = 1 << 62  # a producer id that no broker has given out yet


@dataclass(frozen=True, slots=True)
class _Asked:
    """The cluster, and the workers that are to run on it."""

    admin: KafkaAdminClient
    settings: Settings
    instance_ids: Sequence[str]
    if_resumed: Callable[[], Iterator[Finding]]
    clock: Callable[[], float]

    @property
    def raw(self) -> str:
        return self.settings.raw_topic

    @property
    def outputs(self) -> tuple[str, str, str]:
        return self.settings.clean_topic, self.settings.quality_topic, self.settings.dead_topic

    def at_coordinator(self, key: str, kind: CoordinatorType, request: Any) -> type[KafkaError]:
        """The error that the coordinator of this key answers with."""
        hidden: Any = self.admin  # it has no public way to send a request

        async def ask() -> Any:
            node = await hidden._find_coordinator_id(key, kind)  # noqa: SLF001
            return await hidden._manager.send(request, node_id=node)  # noqa: SLF001

        deadline = time.monotonic() + _COORDINATOR_S
        while True:
            try:
                answer = hidden._manager.run(ask)  # noqa: SLF001
            except KafkaError as error:
                if not error.retriable or time.monotonic() > deadline:
                    return type(error)
            else:
                code: type[KafkaError] = for_code(answer.error_code)  # type: ignore[no-untyped-call]
                if not code.retriable or time.monotonic() > deadline:
                    return code
            time.sleep(_RETRY_S)


def check(
    settings: Settings,
    instance_ids: Sequence[str],
    if_resumed: Callable[[], Iterator[Finding]] = lambda: iter(()),
    *,
    clock: Callable[[], float] = time.time,
) -> Iterator[Finding]:
    """What workers with these instance ids would meet. `if_resumed` is asked if the group has committed a position.

    Raises:
        SettingsError: a TLS file cannot be used, or a kafka_option cannot be set.
    """
    clients.producer_config(settings, None)
    clients.consumer_config(settings)
    try:
        with connected(settings) as admin:
            asked = _Asked(admin, settings, instance_ids, if_resumed, clock)
            for about, part in _PARTS.items():
                yield from _explained(asked, about, part)
    except TransportError as error:
        yield fault("brokers", error)


def _explained(asked: _Asked, about: str, part: Callable[[_Asked], Iterator[Finding]]) -> Iterator[Finding]:
    """What the part finds. If it cannot go on, the others still can."""
    try:
        yield from part(asked)
    except KafkaError as error:
        text = access.explain(error, asked.settings, asked.instance_ids[0]) or f"{type(error).__name__}: {error}"
        yield fault(about, FatalTransportError(text))


def _brokers(asked: _Asked) -> Iterator[Finding]:
    count = len(asked.admin.describe_cluster()["brokers"])
    yield ok("brokers", f"{login.described(asked.settings)}, in a cluster of {count}")
    if not clients.has_fast_crc32c():
        yield warning("brokers", f"{clients.SLOW_CRC32C}. Install the package crc32c: kafka-python[crc32c]")


def _topics(asked: _Asked) -> Iterator[Finding]:
    existing = asked.admin.list_topics()
    names = [asked.raw, *asked.outputs]
    if asked.settings.replays_topic in existing:  # only a replay needs it, and creates it
        names.append(asked.settings.replays_topic)
    brokers = len(asked.admin.describe_cluster()["brokers"])
    configs = asked.admin.describe_configs([ConfigResource("topic", name) for name in names], config_filter="all")
    found = asked.admin.describe_topics(names)
    if len(missing := [each["name"] for each in found if topic_check.is_missing(each)]) > 1:  # one command for all
        yield fault(f"topics {', '.join(missing)}", missing_topics(asked.settings, missing, existing))
        found = [each for each in found if each["name"] not in missing]
    for described in found:
        name = described["name"]
        values = {key: each["value"] for key, each in configs.get("topic", {}).get(name, {}).items()}
        yield from topic_check.check(topic_check.Topic(name, described, values, existing, brokers), asked.settings)


def _group(asked: _Asked) -> Iterator[Finding]:
    group = asked.settings.group_id
    about = f"group {group}"
    request = HeartbeatRequest(group_id=group, generation_id=-1, member_id=_NOBODY, group_instance_id=None)
    error = asked.at_coordinator(group, CoordinatorType.GROUP, request)
    if issubclass(error, AuthorizationError):
        yield _denied(asked, error, about)
        return
    described = asked.admin.describe_groups([group])[group]
    found = [*_members(asked, described, about), *_offsets(asked, about)]
    yield from found or [ok(about, f"this user may join it; members: {len(described['members'])}")]


def _members(asked: _Asked, described: dict[str, Any], about: str) -> Iterator[Finding]:
    members, assignor = described["members"], described["protocol_data"]
    if members and described["group_state"] == "Stable" and assignor not in (ASSIGNOR, ""):
        text = f"its members use the assignor {assignor!r}, so they are not workers. Choose another --group-id"
        yield fault(about, FatalTransportError(text))
    names = {each["group_instance_id"] for each in members} if asked.settings.static_membership else set()
    for name in filter(names.__contains__, asked.instance_ids):
        yield warning(
            about,
            f"a member has the instance id {name!r}. If it is another worker that will keep running, give this one "
            "another --instance-id",
        )


def _offsets(asked: _Asked, about: str) -> Iterator[Finding]:
    group = asked.settings.group_id
    groups: dict[str, Any] = asked.admin.list_group_offsets(group)  # type: ignore[no-untyped-call]
    committed = {tp: each.offset for tp, each in groups[group].items() if tp.topic == asked.raw and each.offset >= 0}
    if not committed:
        return
    yield from asked.if_resumed()
    begin = asked.admin.list_partition_offsets(dict.fromkeys(committed, OffsetSpec.EARLIEST))
    if expired := sum(max(0, begin[tp].offset - offset) for tp, offset in committed.items()):
        yield warning(
            about,
            f"{expired:,} records expired before the group read them. Raise the retention of {asked.raw}, "
            "or add workers",
        )


def _transactions(asked: _Asked) -> Iterator[Finding]:
    names = [access.transactional_id(asked.settings, instance_id) for instance_id in asked.instance_ids]
    refused = [finding for name in names if (finding := _transactional_id(asked, name))]
    if refused:
        yield from refused
        return
    about = f"transactional id {names[0]}" if len(names) == 1 else f"transactional ids {names[0]} to {names[-1]}"
    yield _timeout(asked) or ok(about, "this user may use " + ("it" if len(names) == 1 else "them"))


def _transactional_id(asked: _Asked, name: str) -> Finding | None:
    """A fault if this user may not use the transactional id."""
    about = f"transactional id {name}"
    request = AddOffsetsToTxnRequest(
        transactional_id=name, producer_id=_NO_SUCH, producer_epoch=0, group_id=asked.settings.group_id
    )
    error = asked.at_coordinator(name, CoordinatorType.TRANSACTION, request)
    if issubclass(error, TransactionalIdAuthorizationFailedError):  # the group's own finding says if that is denied
        return _denied(asked, error, about)
    if error.retriable:
        return fault(about, ConnectError(f"no transaction coordinator is ready: {error.__name__}. Check that enough "
                     "brokers are running for transaction.state.log.replication.factor"))  # fmt: skip
    return None


def _timeout(asked: _Asked) -> Finding | None:
    """A fault if the brokers refuse the transaction timeout. They check it first, then that the producer is unknown."""
    name, timeout = f"{asked.settings.group_id}-check", asked.settings.transaction_timeout
    request = InitProducerIdRequest(
        transactional_id=name, transaction_timeout_ms=round(timeout.total_seconds() * 1000),
        producer_id=_NO_SUCH, producer_epoch=0, min_version=3,
    )  # fmt: skip
    if asked.at_coordinator(name, CoordinatorType.TRANSACTION, request) is not InvalidTransactionTimeoutError:
        return None
    text = f"--transaction-timeout {format_duration(timeout)} is longer than the brokers allow "
    text += "(transaction.max.timeout.ms). Lower it"
    return fault("transaction timeout", FatalTransportError(text))


def _session(asked: _Asked) -> Iterator[Finding]:
    """A fault if the brokers refuse the session timeout; nothing if this user may not read their settings."""
    node = str(asked.admin.describe_cluster()["brokers"][0]["broker_id"])
    answer = asked.admin.describe_configs([ConfigResource("broker", node)], config_filter="all")
    values = {key: each["value"] for key, each in answer.get("broker", {}).get(node, {}).items()}
    least, most = values.get("group.min.session.timeout.ms"), values.get("group.max.session.timeout.ms")
    wanted_ms = asked.settings.session_timeout.total_seconds() * 1000
    if least and most and not int(least) <= wanted_ms <= int(most):
        text = f"--session-timeout is {wanted_ms:.0f} ms, and the brokers allow {least} to {most} ms "
        yield fault("session timeout", FatalTransportError(f"{text}(group.min/max.session.timeout.ms). Change it"))


def _clock(asked: _Asked) -> Iterator[Finding]:
    """A warning if a record is from the future: the brokers do not say what time it is."""
    now_s = asked.clock()
    for name in (asked.raw, *asked.outputs):
        newest_s = _newest_s(asked.admin, name)
        if newest_s is not None and newest_s - now_s > SKEW_S:
            yield warning(
                "clock",
                f"the newest record of {name} is {newest_s - now_s:.0f} s ahead of the clock of this machine. Check "
                "the clocks of this machine, the brokers and the crawlers (NTP)",
            )


def _newest_s(admin: KafkaAdminClient, topic: str) -> float | None:
    try:
        [described] = admin.describe_topics([topic])
        tps = [TopicPartition(topic, each["partition_index"]) for each in described["partitions"]]
        found = admin.list_partition_offsets(dict.fromkeys(tps, OffsetSpec.MAX_TIMESTAMP)) if tps else {}
    except KafkaError:  # the topic's own findings say why; and brokers before Kafka 3.0 do not know
        return None
    newest: list[int] = [each.timestamp for each in found.values() if each.offset >= 0 and each.timestamp is not None]
    return max(newest) / 1000 if newest else None


def _denied(asked: _Asked, error: type[KafkaError], about: str) -> Finding:
    text = access.explain(error(), asked.settings, asked.instance_ids[0])
    return fault(about, FatalTransportError(text or error.__name__))


_PARTS: dict[str, Callable[[_Asked], Iterator[Finding]]] = {
    "brokers": _brokers,
    "topics": _topics,
    "group": _group,
    "transactions": _transactions,
    "session timeout": _session,
    "clock": _clock,
}
