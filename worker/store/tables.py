"""The contract of a store of small values that expire by generations of event time, whichever back end keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from worker.store.generations import Found, Generation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch will ask for, so that a store can fetch it in few steps. The batch may ask for more.

    `keys` are keys by table. `postings` has one sequence of posting keys (unsigned, 32 bits) for each article, and
    `of_record` returns the keys by table that the batch will ask for if it compares an article with this record; only
    the memory of the index has postings and records (worker.dedup.memory).
    """

    keys: Mapping[int, Sequence[bytes]] = field(default_factory=dict)
    postings: Sequence[Sequence[int]] = ()
    of_record: Callable[[bytes], Mapping[int, bytes]] = lambda _: {}


class Tables(Protocol):
    """A store that several processes may share. Tables have numbers, and a key has 1 to 28 bytes.

    Within a body, call any method but `atomically` and `close`. Outside, call only these two.
    """

    def atomically(self, wanted: Wanted, body: Callable[[], T]) -> T:
        """Return what `body` returns. Store everything that it wrote, or nothing if it raises.

        It is as if no other writer came between the reads and the writes of a step, or of what the body does outside of
        steps. `body` may run again from the start, if another writer changed what it has read, or if the server was
        away; steps may be stored by then. So it must affect nothing but this store.

        Raises:
            IndexStoreError: the store cannot be read or written, and a retry would not help.
        """

    def step(self, work: Callable[[], T]) -> T:
        """Return what `work` returns. It is one step of a body, such as the decision on one message.

        A step is stored wholly or not at all. If the body runs again, it must take the same steps in the same order. A
        step that is stored, or that would read the same as before, may be skipped: what it wrote and returned stays. So
        `work` must affect nothing but this store.
        """

    def ask(self, question: Callable[[], T]) -> T:
        """Return the answer to a question, which only reads from this store.

        If the body runs again, a change that leaves the answer as it was does not make the step run again.
        """

    def find(self, table: int, key: bytes) -> Found | None:
        """The newest live entry, including those written in this body."""

    def put(self, table: int, key: bytes, value: bytes, generation: Generation) -> None:
        """Write an entry. `generation` must not be older than that of the key's newest entry, which would hide this."""

    def at(self, time_s: float | None) -> Generation:
        """Return the generation of an event. Move the watermark, and forget what now lies before the window.

        If its time is unknown (None), an event gets the time of the watermark and does not move it.
        """

    @property
    def newest(self) -> Generation:
        """The generation of the watermark. Call `at` first."""

    def close(self) -> None:
        """Close the store. May be called twice."""
