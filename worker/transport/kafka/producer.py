"""A transactional producer that can be ended at once, and can find all records of a batch that a topic refuses.

Both reach into kafka-python 3.0.12, for reasons given in docs/upstream.md.
"""

from __future__ import annotations

import contextlib
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.producer.transaction_manager import TransactionState

_END_S = 2.0  # for the thread of the client to end


class TransactionalProducer(KafkaProducer):
    """`KafkaProducer` with a transactional_id."""

    _sender: Any
    _transaction_manager: Any

    def discard(self) -> None:
        """End at once, whatever is still to be sent.

        `close` of kafka-python 3.0.12 waits for unsent records first, and where these do not get through it gives up
        and leaves the thread running, which goes on trying.
        """
        self._sender.force_close()
        self._sender.join(timeout=_END_S)
        # Whoever still waits for an answer is told, or the thread that waits would keep a whole batch for ever.
        self._transaction_manager.authentication_failed(KafkaTimeoutError("given up"))
        with contextlib.suppress(KafkaError):
            self.close(timeout=0)

    def send_on(self, refused: Any) -> None:
        """Send on in a transaction that will not be committed, after the one record on its way was refused.

        `refused` is the future of that record. kafka-python 3.0.12 accepts no other before an abort, and not even an
        abort takes back the record's sequence number, so that the next record would leave a gap.
        """
        transactions = self._transaction_manager
        partition = refused._produce_future.topic_partition  # noqa: SLF001 - see above
        with transactions._lock:  # noqa: SLF001
            transactions._current_state = TransactionState.IN_TRANSACTION  # noqa: SLF001
            transactions._last_error = None  # noqa: SLF001
            transactions.set_sequence_number(partition, transactions.sequence_number(partition) - 1)
