"""What the pipeline is made of: the contract of a stage, and that of a batch step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from worker.messages import Article, Dead, Dropped, MessageId, RawRecord

Decode = Callable[[RawRecord], Article | Dropped | Dead]


class Stage(NamedTuple):
    """One step of one article.

    `run` returns the article, enriched or cleaned, or ends its record with `Dropped` or `Dead`. It never raises for
    bad input: an exception is a bug, and makes that record dead while its neighbours go on.
    """

    name: str
    run: Callable[[Article], Article | Dropped | Dead]


class BatchStep(Protocol):
    """A step that sees all articles of a batch, because what it decides depends on those before.

    `sketch` and `apply` are the slow ends, and take one article at a time. Between them `decide` takes the sketches of
    the batch in order. It is one atomic write, and it gives a message that it has seen before the same decision again.
    Sketches and decisions are the step's own: the pipeline only passes them on.
    """

    @property
    def name(self) -> str:
        """As the quality report calls the step."""

    def sketch(self, article: Article, record: RawRecord) -> Any | None:
        """What the decision needs to know of the article; None if there is nothing to decide."""

    def decide(self, items: Sequence[tuple[MessageId, Any]]) -> Sequence[Any]:
        """A decision for each message and its sketch, each knowing those before it.

        Raises:
            IndexStoreError: the store cannot be written; nothing of the batch may be published.
        """

    def apply(self, article: Article, decision: Any) -> Article:
        """The article after the decision."""


@dataclass(frozen=True, slots=True)
class Part:
    """Stages that run one article after the other, and then a step for all of them."""

    stages: tuple[Stage, ...]
    step: BatchStep | None


@dataclass(frozen=True, slots=True)
class Stages:
    """The whole way of a record: decode, then part after part."""

    decode: Decode
    parts: tuple[Part, ...]

    def __iter__(self) -> Iterator[Stage]:
        """The stages of all parts in order, without decode and the batch steps."""
        for part in self.parts:
            yield from part.stages

    def __getitem__(self, name: str) -> Callable[[Article], Article | Dropped | Dead]:
        """The stage of this name.

        Raises:
            KeyError: there is none.
        """
        return dict(self)[name]
