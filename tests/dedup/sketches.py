"""Makes sketches of articles, memories and indexes for the tests of the index."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.dedup import valkey_server
from worker.config.index_address import parse_address
from worker.dedup.dump import Movable
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Entry, Index, Sketch
from worker.dedup.memory import Memory, Wanted
from worker.dedup.valkey.memory import INDEX
from worker.dedup.valkey.movable import MovableValkeyMemory
from worker.dedup.word_codes import words_of
from worker.identity.content import content_hash
from worker.identity.ids import hash_id
from worker.messages import MessageId, RawRecord, Source, Verdict

SEED = 7
"""Chooses the keys of every sketch in the tests."""

DAY_S = 86_400
NOW_S = 20_000.0 * DAY_S
WINDOW = timedelta(days=30)

Opener = Callable[[Path], Movable]


def open_embedded(path: Path) -> EmbeddedMemory:
    """A memory of 30 days in this directory."""
    return EmbeddedMemory(path, window=WINDOW, max_bytes=1 << 30)


def open_valkey(path: Path) -> MovableValkeyMemory:
    """A memory of 30 days on the server that the tests share. Its name follows from this path."""
    url, name = valkey_server.shared()
    place = hashlib.blake2b(os.fsencode(path), digest_size=6).hexdigest()
    return MovableValkeyMemory(parse_address(url), window=WINDOW, names=replace(INDEX, name=f"{name}-{place}"))


OPENERS: dict[str, Opener] = {"embedded": open_embedded, "valkey": open_valkey}
"""The back ends for the tests of the contract. Each function opens a memory of 30 days, named after a path."""


def sketch(url: str | None, content: str, at_s: float | None = NOW_S) -> Sketch:
    """The sketch of an article with this content and no words, so that nothing is a near duplicate.

    As in the dedup stage, the article_id follows from the URL, or from the content if there is no URL.
    """
    page = f"https://example.com/{url}" if url is not None else None
    return Sketch(
        hash_id(page or content), page, hashlib.sha256(content.encode()).digest(), at_s, words_of("", seed=SEED)
    )


def told(url: str | None, text: str, at_s: float = NOW_S) -> Sketch:
    """The sketch of an article with the words of this text."""
    page = f"https://example.com/{url}" if url is not None else None
    words = content_hash(text)
    return Sketch(hash_id(page or words.hex()), page, words, at_s, words_of(text, seed=SEED))


def article_id(url: str) -> str:
    """The article_id that `sketch` and `told` give an article at this URL."""
    return sketch(url, "").article_id


def message(number: int, topic: str = "articles.raw", value: bytes = b"") -> MessageId:
    """The message with this value at this offset of the topic."""
    return RawRecord(Source(topic, 0, number), value).message_id


class Offsets:
    """Returns a new message at each call."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self) -> MessageId:
        self._next += 1
        return message(self._next)


def decide(index: Index, of_message: MessageId, of: Sketch) -> Verdict:
    """Decide one message in its own batch."""
    (verdict,) = index.decide([(of_message, of)])
    return verdict


def in_batches(index: Index, entries: Sequence[Entry], size: int) -> list[Verdict]:
    """The verdicts on all messages, in batches of this size."""
    starts = range(0, len(entries), size)
    return [verdict for start in starts for verdict in index.decide(entries[start : start + size])]


def published(texts: Iterable[str], topic: str = "made") -> list[Entry]:
    """Messages with these texts, each at its own URL: topic/0, topic/1 and so on."""
    return [(message(number, topic), told(f"{topic}/{number}", text)) for number, text in enumerate(texts)]


class FailureError(Exception):
    """Raised by a body at its end."""


def fail_after(memory: Memory, index: Index, entries: Sequence[Entry]) -> list[Verdict]:
    """The verdicts of a batch that fails after everything is decided, so that nothing of it is stored."""
    verdicts: list[Verdict] = []

    def body() -> None:
        index.begin()
        verdicts[:] = [index.judge(*entry) for entry in entries]
        index.finish()
        raise FailureError

    try:
        memory.atomically(Wanted(), body)
    except FailureError:
        return verdicts
    raise AssertionError("the exception of the body was lost")


@contextmanager
def fresh_index(opener: Opener = open_embedded) -> Iterator[Index]:
    """An index on a new memory, which is closed at the end."""
    with fresh_memory(opener) as memory:
        yield Index(memory)


@contextmanager
def fresh_memory(opener: Opener = open_embedded) -> Iterator[Movable]:
    """A new memory, which is closed at the end."""
    with TemporaryDirectory() as directory:
        memory = opener(Path(directory))
        yield memory
        memory.close()
