"""The contract between the engine and whatever brings records and takes outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from worker.errors import CommitFailed
from worker.messages import Output, RawRecord


class OutputRefused(CommitFailed):
    """Outputs are too large for their topics. Poll again, and make smaller ones of their records."""

    def __init__(self, message: str, outputs: tuple[Output, ...]) -> None:
        super().__init__(message)
        self.outputs = outputs


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in the order they were read. `token` is the transport's own; nobody else looks into it."""

    records: tuple[RawRecord, ...]
    token: Any = None

    def __bool__(self) -> bool:
        return bool(self.records)

    def first(self, count: int) -> Batch:
        """The batch cut to its first `count` records, for when time ran out before the rest."""
        return replace(self, records=self.records[:count])


class Transport(Protocol):
    """One atomic step, repeated: poll records, publish what became of them together with the new position.

    All calls come from one thread. After any exception but `CommitFailed` only `lag()` and `close()` are valid.
    """

    def poll(self, max_records: int, timeout_s: float) -> Batch:
        """Up to `max_records` records, at the latest after `timeout_s`; empty when there are none.

        The bytes of a batch are bounded by the transport's own setting; one record always fits.

        Raises:
            FatalTransportError: the input cannot be read any more.
            StoppedWaiting: a stop was requested while what it reads from was away.
        """

    def commit(self, batch: Batch, outputs: Sequence[Output]) -> None:
        """Publish the outputs and advance the input position past the batch: all or nothing.

        `batch` is the last polled one or a prefix of it (`Batch.first`); the records cut off are polled again.

        Raises:
            CommitFailed: nothing was published; the position stands before the batch, which the next polls bring
                again (here or, after a rebalance, to another worker).
            OutputRefused: likewise, because these outputs are too large for their topics.
            FatalTransportError: the process must end. Whether the batch was published is settled at the next start.
            StoppedWaiting: a stop was requested while what it writes to was away; settled at the next start as well.
        """

    def resumes(self) -> bool:
        """Whether a position is committed, by an earlier run or another worker, so that reading goes on from there.

        Asked before the first poll.

        Raises:
            FatalTransportError: nobody tells.
        """

    @property
    def max_message_bytes(self) -> int:
        """The largest cleaned article that can be published, in bytes."""

    @property
    def finished(self) -> bool:
        """Whether the bounded input has been committed to its end; never true for an endless one."""

    def lag(self) -> int | None:
        """How many records stand between the position and the end of the input; None when unknown."""

    def close(self) -> None:
        """Leave the group, release locks. What is not committed stays unread. Never raises."""
