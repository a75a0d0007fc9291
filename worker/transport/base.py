"""The contract between the engine and the transport that reads records and publishes outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from worker.errors import CommitFailed
from worker.messages import Output, RawRecord


class OutputRefused(CommitFailed):
    """Outputs are too large for their topics. Poll again, and make smaller outputs from their records."""

    def __init__(self, message: str, outputs: tuple[Output, ...]) -> None:
        super().__init__(message)
        self.outputs = outputs


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in the order in which they were read. `token` belongs to the transport; nothing else reads it."""

    records: tuple[RawRecord, ...]
    token: Any = None

    def __bool__(self) -> bool:
        return bool(self.records)

    def first(self, count: int) -> Batch:
        """The batch cut to its first `count` records, for use when time runs out before the rest."""
        return replace(self, records=self.records[:count])


class Transport(Protocol):
    """Repeats one atomic step: poll records, then publish their outputs together with the new position.

    All calls come from one thread. After any exception except `CommitFailed`, only `lag()` and `close()` are valid.
    """

    def poll(self, max_records: int, timeout_s: float) -> Batch:
        """Return up to `max_records` records, within `timeout_s`. The batch is empty if there are none.

        A setting of the transport limits the bytes of a batch. A single record always fits.

        Raises:
            FatalTransportError: the input can no longer be read.
            StoppedWaiting: a stop was requested while the source was away.
        """

    def commit(self, batch: Batch, outputs: Sequence[Output]) -> None:
        """Publish the outputs and move the input position past the batch: all or nothing.

        `batch` is the batch that was polled last, or a prefix of it (`Batch.first`). The records that were cut off are
        polled again.

        Raises:
            CommitFailed: nothing was published. The position is before the batch, and the next polls return it again
                (here or, after a rebalance, in another worker).
            OutputRefused: the same, because these outputs are too large for their topics.
            FatalTransportError: the process must end. The next start finds out whether the batch was published.
            StoppedWaiting: a stop was requested while the destination was away. The next start finds that out, too.
        """

    def resumes(self) -> bool:
        """Whether reading continues from a position that an earlier run or another worker committed.

        The engine asks before the first poll.

        Raises:
            FatalTransportError: the committed positions cannot be read.
        """

    @property
    def max_message_bytes(self) -> int:
        """The largest clean article that can be published, in bytes."""

    @property
    def finished(self) -> bool:
        """Whether a bounded input is committed to its end. Never true for an endless input."""

    def lag(self) -> int | None:
        """The number of records between the position and the end of the input; None if unknown."""

    def close(self) -> None:
        """Leave the group and release locks. Records that are not committed will be read again. Never raises."""
