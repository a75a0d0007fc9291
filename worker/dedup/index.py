"""The contract of the index: a verdict for a message, remembered for ever within the window."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from worker.messages import Verdict


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the index knows of an article.

    `article_id` names the article in outputs (32 hex characters); `url` is canonical, None when the crawler sent none;
    `content_hash` is the hash of the normalised words (32 bytes); `event_time_s` is when the message was written, in
    seconds since 1970, and decides the generation that the entry expires with.
    """

    article_id: str
    url: str | None
    content_hash: bytes
    event_time_s: float


class Index(Protocol):
    """Decides and remembers. One process may hold one index; several processes may share one store."""

    def batch(self) -> AbstractContextManager[None]:
        """One atomic write: every `decide` inside sees the others, and nothing is kept if the body raises.

        Between two batches other processes may write; inside one they wait.

        Raises:
            IndexStoreError: the store cannot be written.
        """

    def decide(self, message_id: str, sketch: Sketch) -> Verdict:
        """The verdict for this message; only within `batch()`.

        A message id that was decided before gets the verdict it had, whatever the sketch says now.
        """

    def close(self) -> None:
        """Release the store."""
