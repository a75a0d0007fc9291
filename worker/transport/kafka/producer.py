"""A transactional producer that can be closed immediately, and can find all records of a batch that a topic refuses.

Both use private parts of kafka-python 3.0.12; docs/upstream.md gives the reasons.
"""

from __future__ import annotations

import contextlib
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.producer.transaction_manager import TransactionState

_END_S = 2.0  # how long to wait for the client's thread to end


class TransactionalProducer(KafkaProducer):
    """`KafkaProducer` with a transactional_id."""

    _sender: Any
    _transaction_manager: Any

    def discard(self) -> None:
        """Close immediately, and drop unsent records.

        `close` of kafka-python 3.0.12 waits for unsent records. If they cannot be sent, it gives up and leaves its
        thread running, which keeps trying.
        """
        self._sender.force_close()
        self._sender.join(timeout=_END_S)
        # Fail all pending calls. Otherwise a thread that waits for an answer would keep a whole batch in memory.
        self._transaction_manager.authentication_failed(KafkaTimeoutError("given up"))
        with contextlib.suppress(KafkaError):
            self.close(timeout=0)

    def send_on(self, refused: Any) -> None:
        """Let the producer send more records in a transaction that will not be committed, after one was refused.

        `refused` is the future of that record, and no other record may be in flight. kafka-python 3.0.12 accepts no
        record before an abort. Even an abort does not take back the sequence number of the refused record, so the next
        record would leave a gap.
        """
        transactions = self._transaction_manager
        partition = refused._produce_future.topic_partition  # noqa: SLF001 - see above
        with transactions._lock:  # noqa: SLF001
            transactions._current_state = TransactionState.IN_TRANSACTION  # noqa: SLF001
            transactions._last_error = None  # noqa: SLF001
            transactions.set_sequence_number(partition, transactions.sequence_number(partition) - 1)
