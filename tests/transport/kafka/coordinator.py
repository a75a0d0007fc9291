"""A group coordinator in this process that answers the requests of a real client without a network.

The client runs its own code, from the join to the assignment. Only the connection is fake.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from kafka.errors import KafkaTimeoutError
from kafka.future import Future
from kafka.net.compat import KafkaNetClient
from kafka.protocol.consumer import (
    HeartbeatResponse,
    JoinGroupResponse,
    LeaveGroupResponse,
    ListOffsetsResponse,
    OffsetFetchResponse,
    SyncGroupResponse,
)
from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment
from kafka.protocol.metadata import FindCoordinatorResponse, MetadataResponse
from kafka.protocol.producer import AddPartitionsToTxnResponse, InitProducerIdResponse, ProduceResponse

TOPIC = "articles.raw"


class _Connected(KafkaNetClient):
    def connected(self, node_id: Any) -> bool:
        del node_id
        return True

    def is_ready(self, node_id: Any) -> bool:
        del node_id
        return True

    def maybe_connect(self, node_id: Any, **kwargs: Any) -> None:
        """Does nothing: there is no connection."""


class Coordinator:
    """Answers at once. `holds` keeps a kind of request unanswered until `let_go`; `refuses` returns an error code."""

    def __init__(self) -> None:
        self.partitions = 2  # of the topic
        self.leaders: dict[int, int] = {}  # of partitions whose leader is not node 0; -1 means none
        self.assigned = {0, 1}
        self.generation = 0
        self.seen: list[str] = []  # the kinds of requests
        self.claims: list[list[int]] = []  # the partitions that each join claimed
        self.holds: set[str] = set()
        self.refuses: dict[str, list[int]] = {}
        self.silent = False
        self._held: list[Callable[[], Any]] = []
        self._net: Any = None

    def network(self, **config: Any) -> KafkaNetClient:
        """A network client for the `kafka_client` setting of the client."""
        client: Any = _Connected(**config | {"api_version": (2, 5)})
        self._net = client._net
        client._manager.send = self._send
        client._manager._bootstrap_future = Future().success(None)
        client.cluster.update_metadata(_sent(self._metadata(None)))  # as the bootstrap does
        return client  # type: ignore[no-any-return]

    def let_go(self) -> None:
        """Answer the requests that were held."""
        self.holds.clear()
        held, self._held = self._held, []
        for answer in held:
            self._net.call_soon_with_future(answer)

    def _send(self, request: Any, node_id: Any = None, request_timeout_ms: Any = None) -> Any:
        del node_id, request_timeout_ms
        sort = type(request).__name__.removesuffix("Request")
        self.seen.append(sort)
        future: Any = Future()
        if self.silent:
            return future.failure(KafkaTimeoutError("no broker answers"))
        answer = getattr(self, f"_{sort.lower()}", None)
        if answer is None:
            return future  # a fetch: there are no records

        def give() -> None:
            future.success(_sent(answer(request)))

        if sort in self.holds:
            self._held.append(give)
        else:
            give()
        return future

    def _error(self, sort: str) -> int:
        return self.refuses[sort].pop(0) if self.refuses.get(sort) else 0

    def _findcoordinator(self, _request: Any) -> Any:
        return FindCoordinatorResponse(error_code=0, node_id=0, host="here", port=9092, version=3)

    def _joingroup(self, request: Any) -> Any:
        [(name, claim)] = request.protocols
        self.claims.append([number for topic in claim.owned_partitions for number in topic.partitions])
        self.generation += 1
        return JoinGroupResponse(
            error_code=self._error("JoinGroup"), generation_id=self.generation, protocol_name=name,
            leader="another", member_id=request.member_id or f"member-{self.generation}", members=[], version=5,
        )  # fmt: skip

    def _syncgroup(self, _request: Any) -> Any:
        mine = ConsumerProtocolAssignment.TopicPartition(topic=TOPIC, partitions=sorted(self.assigned))
        assignment = ConsumerProtocolAssignment(assigned_partitions=[mine] if self.assigned else [], version=1)
        return SyncGroupResponse(error_code=self._error("SyncGroup"), assignment=assignment.encode(), version=3)

    def _heartbeat(self, _request: Any) -> Any:
        return HeartbeatResponse(error_code=self._error("Heartbeat"), version=3)

    def _leavegroup(self, _request: Any) -> Any:
        return LeaveGroupResponse(error_code=0, members=[], version=2)

    def _offsetfetch(self, request: Any) -> Any:
        topic = OffsetFetchResponse.OffsetFetchResponseTopic
        partition = topic.OffsetFetchResponsePartition
        found = [
            topic(
                name=each.name,
                partitions=[
                    partition(partition_index=number, committed_offset=7, metadata="", error_code=0)
                    for number in each.partition_indexes
                ],
            )
            for each in request.topics
        ]
        return OffsetFetchResponse(topics=found, error_code=0, version=6)

    def _listoffsets(self, request: Any) -> Any:
        topic = ListOffsetsResponse.ListOffsetsTopicResponse
        partition = topic.ListOffsetsPartitionResponse
        found = [
            topic(
                name=name,
                partitions=[
                    partition(partition_index=each.partition_index, error_code=0, timestamp=-1, offset=50)
                    for each in asked
                ],
            )
            for name, asked in request.topics
        ]
        return ListOffsetsResponse(topics=found, version=5)

    def _initproducerid(self, _request: Any) -> Any:
        return InitProducerIdResponse(error_code=0, producer_id=1, producer_epoch=0, version=3)

    def _addpartitionstotxn(self, request: Any) -> Any:
        topic = AddPartitionsToTxnResponse.AddPartitionsToTxnResult.AddPartitionsToTxnTopicResult
        partition = topic.AddPartitionsToTxnPartitionResult
        found: Any = [
            topic(
                name=each.name,
                results_by_partition=[
                    partition(partition_index=number, partition_error_code=0) for number in each.partitions
                ],
            )
            for each in request.v3_and_below_topics
        ]
        return AddPartitionsToTxnResponse(results_by_topic_v3_and_below=found, version=1)

    def _produce(self, request: Any) -> Any:
        topic = ProduceResponse.TopicProduceResponse
        partition = topic.PartitionProduceResponse
        found = [
            topic(
                name=each.name,
                partition_responses=[
                    partition(
                        index=own.index, error_code=self._error("Produce"), base_offset=0, log_append_time_ms=-1,
                        log_start_offset=0, record_errors=[], error_message=None,
                    )
                    for own in each.partition_data
                ],
            )
            for each in request.topic_data
        ]  # fmt: skip
        return ProduceResponse(responses=found, version=8)

    def _metadata(self, _request: Any) -> Any:
        topic = MetadataResponse.MetadataResponseTopic
        partitions = [
            topic.MetadataResponsePartition(
                error_code=0, partition_index=number, leader_id=self.leaders.get(number, 0), leader_epoch=1,
                replica_nodes=[0], isr_nodes=[0], offline_replicas=[],
            )
            for number in range(self.partitions)
        ]  # fmt: skip
        return MetadataResponse(
            brokers=[MetadataResponse.MetadataResponseBroker(node_id=0, host="here", port=9092, rack=None)],
            cluster_id="cluster", controller_id=0,
            topics=[topic(error_code=0, name=TOPIC, topic_id=uuid.UUID(int=7), is_internal=False, partitions=partitions)],
            version=10,
        )  # fmt: skip


def _sent(response: Any) -> Any:
    """The message as the client receives it."""
    return type(response).decode(response.encode(), version=response.version)
