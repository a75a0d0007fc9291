"""What a pipeline consists of: stages, and batch steps between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from worker.messages import Article, Dead, Dropped, MessageId, RawRecord

Decode = Callable[[RawRecord], Article | Dropped | Dead]


class Stage(NamedTuple):
    """One step of one article.

    `run` returns the changed article, or ends its record with `Dropped` or `Dead`. It never raises for bad input. An
    exception is a bug; it makes that record dead, while the others go on.
    """

    name: str
    run: Callable[[Article], Article | Dropped | Dead]


class BatchStep(Protocol):
    """A step that sees all articles of a batch, because each decision depends on earlier articles.

    `sketch` and `apply` are slow, and take one article at a time. Between them, `decide` takes the sketches of the
    batch in order. It is one atomic write, and it decides the same again for a message that it has seen before. The
    pipeline passes sketches and decisions on without looking into them.
    """

    @property
    def name(self) -> str:
        """The step's name in the quality report."""

    def sketch(self, article: Article, record: RawRecord) -> Any | None:
        """What the decision needs to know about the article; None if there is nothing to decide."""

    def decide(self, items: Sequence[tuple[MessageId, Any]]) -> Sequence[Any]:
        """A decision for each message and its sketch. Each decision takes those before it into account.

        Raises:
            IndexStoreError: the store cannot be written; nothing of the batch may be published.
        """

    def apply(self, article: Article, decision: Any) -> Article:
        """The article after the decision. The guard watches it, except for the last step: keep that one trivial."""


@dataclass(frozen=True, slots=True)
class Part:
    """Stages for one article at a time, and then a step for the whole batch."""

    stages: tuple[Stage, ...]
    step: BatchStep | None


@dataclass(frozen=True, slots=True)
class Stages:
    """All stages of a record: decode, then one part after the other."""

    decode: Decode
    parts: tuple[Part, ...]

    def __iter__(self) -> Iterator[Stage]:
        """The stages of all parts in order, without decode and the batch steps."""
        for part in self.parts:
            yield from part.stages

    def __getitem__(self, name: str) -> Callable[[Article], Article | Dropped | Dead]:
        """The stage with this name.

        Raises:
            KeyError: no stage has this name.
        """
        return dict(self)[name]
