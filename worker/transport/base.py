"""The contract between the engine and the transport that reads records and publishes outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class Lag:
    """How much of the input is not committed yet.

    `oldest_at` is a time (in seconds since 1970) before which none of these records was written, as late as it is
    known; None if nothing is known, or if there is no such record.
    """

    records: int
    by_partition: Mapping[int, int] = field(default_factory=dict)
    oldest_at: float | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """What a worker has seen of its consumer group.

    `wait_s` says for how long a rebalance has left it nothing to read; 0 if it can read. The other numbers cover the
    time since the start.
    """

    has_joined: bool
    wait_s: float
    rebalances: int
    rebalance_s: float


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

    def lag(self) -> Lag | None:
        """How much lies between the position and the end of the input; None if unknown. May ask the source."""

    @property
    def membership(self) -> Membership | None:
        """What the worker has seen of its group; None if the input has no groups."""

    @property
    def is_away(self) -> bool:
        """Whether the source has not answered for a while, whatever the worker does now. Any thread may ask."""

    def close(self) -> None:
        """Leave the group and release locks. Records that are not committed will be read again. Never raises."""
