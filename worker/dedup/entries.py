"""Packs the entries of the index into bytes: numbers first, then 16 bytes per id. A redundant id is left out.

Bytes may have changed on the disk or the server. Each `unpack_...` raises DamagedError for bytes that the `pack_...` of
the same name never returns.
"""

from __future__ import annotations

import struct
from collections.abc import Container
from dataclasses import dataclass
from typing import Any, NamedTuple

from worker.dedup.match import Evidence
from worker.dedup.word_codes import MAX_NUMBERS, MAX_TITLE_WORDS, MAX_WORDS, TITLE_HASH_BYTES, Words
from worker.messages import DuplicateKind, Verdict
from worker.store.damage import DamagedError
from worker.store.keys import KEY_BYTES

_KINDS = tuple(DuplicateKind)  # stored by position: a new kind goes to the end
_SAME_WORDS = frozenset({DuplicateKind.RECRAWL, DuplicateKind.EXACT})
_NEAR = frozenset(_KINDS) - _SAME_WORDS - {DuplicateKind.NEW, DuplicateKind.UPDATE}
SHOWN = ("order", "overlap", "likeness", "numbers", "gap", "in_place")
"""The fields of the evidence in a verdict."""

_VERDICT = struct.Struct("<BI")
_NEAR_VERDICT = struct.Struct(f"<{1 + len(SHOWN)}B")
_PAGE = struct.Struct(f"<I{KEY_BYTES}s")
_RECORD = struct.Struct("<BBBH")
_STEPS = 255
_VERSIONS = range(1, (1 << 32) - 1)  # of a page; the highest number is unused, so that every version has a next one
_IDS_OF_RECORD = range(1, 4)


class Content(NamedTuple):
    """What the index remembers of a text: the article that was published for it, and that article's cluster."""

    origin: str
    cluster_id: str


class KnownPage(NamedTuple):
    """What the index remembers of a URL. `origin` is the article_id under which its last content was published."""

    version: int
    content: bytes
    cluster_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Record:
    """What the index remembers of an article. `origin` is the article published for it, usually itself."""

    article_id: str
    origin: str
    cluster_id: str
    words: Words


def near_verdict(kind: DuplicateKind, old: Record, likelihood: float, evidence: Evidence, cluster_id: str) -> Verdict:
    """The verdict on a near duplicate of `old`. Its numbers are rounded to the steps in which they are stored."""
    shown = {name: _share(_step(getattr(evidence, name))) for name in SHOWN}
    return Verdict(kind, 1, old.origin, _share(_step(likelihood)), cluster_id, shown)


def _step(share: float) -> int:
    return round(min(max(share, 0.0), 1.0) * _STEPS)


def _share(step: int) -> float:
    return round(step / _STEPS, 3)


def pack_verdict(verdict: Verdict, article_id: str) -> bytes:
    """Pack a verdict on the article with this id."""
    packed = _VERDICT.pack(_KINDS.index(verdict.kind), verdict.version)
    if verdict.kind in _NEAR:
        shares = (verdict.similarity or 0.0, *(verdict.evidence[name] for name in SHOWN))
        packed += _NEAR_VERDICT.pack(*map(_step, shares))
    if verdict.of is None:
        return packed + _ids("" if verdict.cluster_id == article_id else verdict.cluster_id)
    return packed + _ids(verdict.cluster_id, verdict.of)


def unpack_verdict(packed: bytes, article_id: str) -> Verdict:
    """Unpack what `pack_verdict` packed for this id."""
    number, version = _unpack(_VERDICT, packed)
    if number >= len(_KINDS) or not version:
        raise DamagedError
    kind, at = _KINDS[number], _VERDICT.size
    similarity = 1.0 if kind in _SAME_WORDS else None
    evidence: dict[str, float] = {}
    if kind in _NEAR:
        likelihood, *shares = _unpack(_NEAR_VERDICT, packed, at)
        similarity = _share(likelihood)
        evidence = dict(zip(SHOWN, map(_share, shares), strict=True))
        at += _NEAR_VERDICT.size
    ids = _unpack_ids(packed[at:], (0, 1) if kind is DuplicateKind.NEW else (2,))
    return Verdict(kind, version, ids[1] if len(ids) > 1 else None, similarity, (*ids, article_id)[0], evidence)


def pack_content(content: Content) -> bytes:
    """Pack what the index remembers of a text."""
    return _ids(content.origin, "" if content.cluster_id == content.origin else content.cluster_id)


def unpack_content(packed: bytes) -> Content:
    """Unpack what `pack_content` packed."""
    ids = _unpack_ids(packed, (1, 2))
    return Content(ids[0], ids[-1])


def pack_page(page: KnownPage, article_id: str) -> bytes:
    """Pack what the index remembers of the URL whose article has this id."""
    head = _PAGE.pack(page.version, page.content)
    if page.origin != article_id:
        return head + _ids(page.cluster_id, page.origin)
    return head + _ids("" if page.cluster_id == article_id else page.cluster_id)


def unpack_page(packed: bytes, article_id: str) -> KnownPage:
    """Unpack what `pack_page` packed for this id."""
    version, content = _unpack(_PAGE, packed)
    if version not in _VERSIONS:
        raise DamagedError
    ids = _unpack_ids(packed[_PAGE.size :], (0, 1, 2))
    return KnownPage(version, content, (*ids, article_id)[0], ids[1] if len(ids) > 1 else article_id)


def pack_record(record: Record) -> bytes:
    """Pack what the index remembers of an article, without its keys."""
    ids = [record.article_id]
    if record.origin != record.article_id or record.cluster_id != record.article_id:
        ids.append(record.cluster_id)
    if record.origin != record.article_id:
        ids.append(record.origin)
    words = record.words
    head = _RECORD.pack(len(ids), len(words.numbers), len(words.title), words.site)
    numbers = struct.pack(f"<{len(words.numbers)}H", *sorted(words.numbers))
    return b"".join((head, _ids(*ids), numbers, words.title, words.sequence, words.names))


def unpack_words(packed: bytes) -> Words:
    """The words of a record, without keys. Most look-ups need only these."""
    ids, numbers, title, site = _unpack(_RECORD, packed)
    at = _RECORD.size + ids * KEY_BYTES
    at_title = at + 2 * numbers
    at_sequence = at_title + title
    rest = len(packed) - at_sequence
    words = rest * 8 // 9  # a byte and a bit for each
    if (
        ids not in _IDS_OF_RECORD
        or numbers > MAX_NUMBERS
        or title > TITLE_HASH_BYTES + MAX_TITLE_WORDS
        or not 0 <= words <= MAX_WORDS
    ):
        raise DamagedError
    if words + (words + 7) // 8 != rest:
        raise DamagedError
    at_names = at_sequence + words
    return Words(
        packed[at_sequence:at_names],
        frozenset(struct.unpack_from(f"<{numbers}H", packed, at)),
        packed[at_names:],
        packed[at_title:at_sequence],
        site,
    )


def unpack_record(packed: bytes) -> Record:
    """Unpack what `pack_record` packed."""
    words = unpack_words(packed)
    article_id, *more = _unpack_ids(packed[_RECORD.size : _RECORD.size + packed[0] * KEY_BYTES], _IDS_OF_RECORD)
    origin, cluster_id = more[1] if len(more) > 1 else article_id, more[0] if more else article_id
    return Record(article_id, origin, cluster_id, words)


def _ids(*ids: str) -> bytes:
    return bytes.fromhex("".join(ids))


def _unpack(head: struct.Struct, packed: bytes, at: int = 0) -> tuple[Any, ...]:
    if len(packed) < at + head.size:
        raise DamagedError
    return head.unpack_from(packed, at)


def _unpack_ids(packed: bytes, counts: Container[int]) -> list[str]:
    """Unpack ids and nothing else. Their number must be in `counts`."""
    count, rest = divmod(len(packed), KEY_BYTES)
    if rest or count not in counts:
        raise DamagedError
    digits = packed.hex()
    return [digits[start : start + 2 * KEY_BYTES] for start in range(0, len(digits), 2 * KEY_BYTES)]
