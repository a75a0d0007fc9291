"""What kafka-python 3.0.12 leaves to mend in the network half of its clients (docs/upstream.md)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient
from kafka.producer.transaction_manager import TransactionState

_END_S = 2.0  # for a thread of a client to end


class NetClient(KafkaNetClient):
    """The network half of every client. `answered` is called, on an IO thread, at every answer of a broker.

    It mends two things of kafka-python 3.0.12. Consumer and admin client start their IO thread first and leave it
    running when the bootstrap fails, one thread and its sockets for every try: here the bootstrap comes first. And
    `allow_auto_create_topics` does not reach the requests for metadata, so that asking for a topic creates it: the
    worker never creates a topic in passing.
    """

    _manager: Any

    def __init__(self, answered: Callable[[], None] = lambda: None, **config: Any) -> None:
        super().__init__(**config)
        self._manager.cluster.config["allow_auto_create_topics"] = False
        send = self._manager.send

        def send_and_tell(*arguments: Any, **named: Any) -> Any:
            return send(*arguments, **named).add_callback(lambda _: answered())

        self._manager.send = send_and_tell
        try:
            self.get_broker_version(config["bootstrap_timeout_ms"])  # type: ignore[no-untyped-call]
        except BaseException:
            self.close()
            raise


def discard(producer: Any) -> None:
    """End a producer at once, whatever it still wants to send.

    `close` of kafka-python 3.0.12 waits for unsent records first, and where these do not get through it gives up and
    leaves the thread running, which goes on trying.
    """
    producer._sender.force_close()  # noqa: SLF001 - see above
    producer._sender.join(timeout=_END_S)  # noqa: SLF001
    if transactions := producer._transaction_manager:  # noqa: SLF001
        # Whoever still waits for an answer is told, or the thread that waits would keep a whole batch for ever.
        transactions.authentication_failed(KafkaTimeoutError("given up"))
    with contextlib.suppress(KafkaError):
        producer.close(timeout=0)


def send_on(producer: Any, refused: Any) -> None:
    """Let a producer send on in a transaction that will not be committed, after the one record on its way was refused.

    `refused` is the future of that record. kafka-python 3.0.12 accepts no other before an abort, and not even an abort
    takes back the record's sequence number, so that the next record would leave a gap (docs/upstream.md).
    """
    transactions = producer._transaction_manager  # noqa: SLF001 - see above
    partition = refused._produce_future.topic_partition  # noqa: SLF001
    with transactions._lock:  # noqa: SLF001
        transactions._current_state = TransactionState.IN_TRANSACTION  # noqa: SLF001
        transactions._last_error = None  # noqa: SLF001
        transactions.set_sequence_number(partition, transactions.sequence_number(partition) - 1)
