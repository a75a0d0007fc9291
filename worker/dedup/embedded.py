"""The index in a directory of its own, without a server: rules over an LMDB store with generations.

The rules, in this order:

1. A message id that was decided before: the stored verdict, whatever the sketch says now.
2. A known URL with the content it had last: `recrawl`.
3. A known URL with other content, be it old or known from elsewhere: `update`, the next version, in its old cluster.
   An update is never the duplicate of another story: readers hold an article under this URL and must get what changed.
4. An unknown URL, or none, with known content: `exact`, in the cluster of the article that had the content first.
5. Else: `unique`, version 1, the first of its cluster.

`of` names an article that was published, as far as the index remembers. So the recrawl of a URL that was only ever an
exact copy points to the original; when its content changes it is published, as version 2 of its URL, and from then on
its recrawls point to itself.

What is forgotten when: URLs and contents with the event time of the last message that had them; message ids with the
newest event time at the time of their decision, because a message may come again however old its event is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from worker.dedup.index import Sketch
from worker.dedup.keys import KEY_BYTES, hash_key, message_key
from worker.dedup.store import Found, Generation, GenerationStore
from worker.messages import DuplicateKind, Verdict

_VERDICTS, _URLS, _CONTENTS = range(3)
_KINDS = (DuplicateKind.UNIQUE, DuplicateKind.UPDATE, DuplicateKind.RECRAWL, DuplicateKind.EXACT)  # stored by number
_SAME_WORDS = frozenset({DuplicateKind.RECRAWL, DuplicateKind.EXACT})
_VERDICT_HEAD = struct.Struct("<BI")
_PAGE_HEAD = struct.Struct("<I16s")


class _Content(NamedTuple):
    """What is remembered of a text: the article that was first published with it, and that article's cluster."""

    origin: str
    cluster_id: str


class _Page(NamedTuple):
    """What is remembered of a URL. `origin` is the article_id under which its present content was published."""

    version: int
    content: bytes
    cluster_id: str
    origin: str


class EmbeddedIndex:
    """`worker.dedup.index.Index` on a directory of a local disk. Several processes may share it, each opening it once.

    `window` is event time: how long an article is remembered. `max_bytes` bounds the file, which grows as needed.

    Raises:
        IndexStoreError: the directory cannot be used; the message says what to do.
    """

    def __init__(self, path: Path, *, window: timedelta, max_bytes: int) -> None:
        self._store = GenerationStore(path, tables=3, window=window, max_bytes=max_bytes)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """See `Index.batch`. Other processes wait meanwhile, so keep slow work out of it."""
        with self._store.batch():
            yield

    def decide(self, message_id: str, sketch: Sketch) -> Verdict:
        """See `Index.decide`. The article_id of a sketch with a URL must follow from the URL."""
        key = message_key(message_id)
        known = self._store.find(_VERDICTS, key)
        if known:
            return _unpack_verdict(known.value)
        verdict = self._judge(sketch, self._store.at(sketch.event_time_s))
        self._store.put(_VERDICTS, key, _pack_verdict(verdict), self._store.newest)
        return verdict

    def _judge(self, sketch: Sketch, now: Generation) -> Verdict:
        key = None if sketch.url is None else hash_key(sketch.url)
        seen = self._store.find(_URLS, key) if key else None
        if key and seen:
            return self._revisit(sketch, key, seen, now)
        content = self._first_with(sketch, sketch.article_id, now)
        if key:
            origin, cluster_id = content or _Content(sketch.article_id, sketch.article_id)
            page = _Page(1, sketch.content_hash[:KEY_BYTES], cluster_id, origin)
            self._store.put(_URLS, key, _pack_page(page, sketch.article_id), now)
        if content:
            return Verdict(DuplicateKind.EXACT, 1, content.origin, 1.0, content.cluster_id)
        return Verdict(DuplicateKind.UNIQUE, 1, None, None, sketch.article_id)

    def _revisit(self, sketch: Sketch, key: bytes, seen: Found, now: Generation) -> Verdict:
        page = _unpack_page(seen.value, sketch.article_id)
        content = sketch.content_hash[:KEY_BYTES]
        if page.content == content:
            verdict = Verdict(DuplicateKind.RECRAWL, page.version, page.origin, 1.0, page.cluster_id)
        else:
            page = _Page(page.version + 1, content, page.cluster_id, sketch.article_id)
            verdict = Verdict(DuplicateKind.UPDATE, page.version, sketch.article_id, None, page.cluster_id)
        self._first_with(sketch, page.cluster_id, now)
        self._store.put(_URLS, key, _pack_page(page, sketch.article_id), max(seen.generation, now))
        return verdict

    def _first_with(self, sketch: Sketch, cluster_id: str, now: Generation) -> _Content | None:
        """Who had this content first; None, and remembered from now on, if it is new."""
        key = sketch.content_hash[:KEY_BYTES]
        known = self._store.find(_CONTENTS, key)
        if known is None:
            self._store.put(_CONTENTS, key, _pack_content(_Content(sketch.article_id, cluster_id)), now)
            return None
        if known.generation < now:
            self._store.put(_CONTENTS, key, known.value, now)
        return _unpack_content(known.value)

    def stats(self) -> dict[str, int]:
        """Entries in each table, live generations, and bytes on disk. An entry that was refreshed may count twice."""
        (verdicts, urls, contents), generations = self._store.entries()
        return {
            "verdicts": verdicts,
            "urls": urls,
            "contents": contents,
            "generations": generations,
            "bytes": self._store.size_bytes(),
        }

    def close(self) -> None:
        """Release the directory. May be called twice."""
        self._store.close()


# -- values: the numbers, then 16 bytes for each id, left out at the end where it says nothing new ------------------


def _pack_ids(*ids: str) -> bytes:
    return bytes.fromhex("".join(ids))


def _unpack_ids(packed: bytes) -> list[str]:
    digits = packed.hex()
    return [digits[start : start + 2 * KEY_BYTES] for start in range(0, len(digits), 2 * KEY_BYTES)]


def _pack_verdict(verdict: Verdict) -> bytes:
    head = _VERDICT_HEAD.pack(_KINDS.index(verdict.kind), verdict.version)
    return head + _pack_ids(verdict.cluster_id, verdict.of or "")


def _unpack_verdict(packed: bytes) -> Verdict:
    number, version = _VERDICT_HEAD.unpack_from(packed)
    cluster_id, *of = _unpack_ids(packed[_VERDICT_HEAD.size :])
    kind = _KINDS[number]
    return Verdict(kind, version, of[0] if of else None, 1.0 if kind in _SAME_WORDS else None, cluster_id)


def _pack_content(content: _Content) -> bytes:
    return _pack_ids(content.origin, "" if content.cluster_id == content.origin else content.cluster_id)


def _unpack_content(packed: bytes) -> _Content:
    ids = _unpack_ids(packed)
    return _Content(ids[0], ids[-1])


def _pack_page(page: _Page, article_id: str) -> bytes:
    head = _PAGE_HEAD.pack(page.version, page.content)
    if page.origin != article_id:
        return head + _pack_ids(page.cluster_id, page.origin)
    return head + _pack_ids("" if page.cluster_id == article_id else page.cluster_id)


def _unpack_page(packed: bytes, article_id: str) -> _Page:
    version, content = _PAGE_HEAD.unpack_from(packed)
    ids = _unpack_ids(packed[_PAGE_HEAD.size :])
    cluster_id = ids[0] if ids else article_id
    return _Page(version, content, cluster_id, ids[1] if len(ids) > 1 else article_id)
