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
from worker.dedup.word_codes import LETTERS, MAX_NUMBERS, MAX_TITLE_WORDS, MAX_WORDS, TITLE_HASH_BYTES, Words
from worker.messages import Change, DuplicateKind, Verdict
from worker.store.damage import DamagedError
from worker.store.keys import KEY_BYTES

_KINDS = tuple(DuplicateKind)  # stored by position: a new kind goes to the end
_CHANGES = (None, *Change)
_WITH_SIMILARITY = frozenset({DuplicateKind.RECRAWL, DuplicateKind.UPDATE})
_PLAIN = {DuplicateKind.NEW, DuplicateKind.EXACT}
_NEAR = frozenset(_KINDS) - _WITH_SIMILARITY - _PLAIN
SHOWN = ("order", "overlap", "likeness", "numbers", "gap", "in_place")
"""The fields of the evidence in a verdict."""

_VERDICT = struct.Struct("<BIB")  # the kind, the version, and a byte of flags
_LEFT_OUT, _KNOWN = 4, 8  # flags above the two bits of the change: whether it is left out, and has a similarity
_FLAGS = 16
_EVIDENCE, _SIMILARITY = struct.Struct(f"<{len(SHOWN)}B"), struct.Struct("<B")
_CONTENT = struct.Struct("<I")
_PAGE = struct.Struct(f"<I{KEY_BYTES}sIBB")
_OTHER_CLUSTER, _OTHER_ORIGIN, _REPLACED = 1, 2, 4  # flags of a page: the ids that it has, in this order
_RECORD = struct.Struct(f"<BBBHH{LETTERS}s")
_STEPS = 255
_VERSIONS = range(1, (1 << 32) - 1)  # of a page; the highest number is unused, so that every version has a next one
_IDS_OF_RECORD = range(1, 3)


class Content(NamedTuple):
    """What the index remembers of a published text: the article, its cluster, and the number of its record."""

    origin: str
    cluster_id: str
    record: int


class KnownPage(NamedTuple):
    """What the index remembers of a URL, or of a published article without one.

    `content` is the content seen last, the `version`th at this URL. `origin` is the article that readers have for it,
    with the words in the record of the number `record`; `similarity` (0..1) compares the two. `replaced_by` is the
    longer article that was published later, if there is one.
    """

    version: int
    content: bytes
    cluster_id: str
    origin: str
    record: int
    similarity: float = 1.0
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What the index remembers of a published article."""

    article_id: str
    cluster_id: str
    words: Words


def near_verdict(
    kind: DuplicateKind, old: Record, likelihood: float, evidence: Evidence, *, version: int, cluster_id: str
) -> Verdict:
    """The verdict on a near duplicate of `old`. Its numbers are rounded to the steps in which they are stored."""
    shown = {name: rounded(getattr(evidence, name)) for name in SHOWN}
    return Verdict(kind, version, old.article_id, rounded(likelihood), cluster_id, shown)


def rounded(share: float) -> float:
    """The share (0..1) as it is stored."""
    return _share(_step(share))


def _step(share: float) -> int:
    return round(min(max(share, 0.0), 1.0) * _STEPS)


def _share(step: int) -> float:
    return round(step / _STEPS, 3)


def pack_verdict(verdict: Verdict, article_id: str) -> bytes:
    """Pack a verdict on the article with this id."""
    flags = _CHANGES.index(verdict.change) | _LEFT_OUT * verdict.left_out | _KNOWN * (verdict.similarity is not None)
    packed = _VERDICT.pack(_KINDS.index(verdict.kind), verdict.version, flags)
    if verdict.kind in _NEAR:
        packed += bytes(_step(verdict.evidence[name]) for name in SHOWN)
    if verdict.kind not in _PLAIN and verdict.similarity is not None:
        packed += bytes([_step(verdict.similarity)])
    if verdict.of is None:
        return packed + _ids("" if verdict.cluster_id == article_id else verdict.cluster_id)
    return packed + _ids(verdict.cluster_id, verdict.of)


def unpack_verdict(packed: bytes, article_id: str) -> Verdict:
    """Unpack what `pack_verdict` packed for this id."""
    number, version, flags = _unpack(_VERDICT, packed)
    if number >= len(_KINDS) or not version or flags >= _FLAGS or flags % _LEFT_OUT >= len(_CHANGES):
        raise DamagedError
    kind, at = _KINDS[number], _VERDICT.size
    similarity = 1.0 if kind is DuplicateKind.EXACT else None
    evidence: dict[str, float] = {}
    if kind in _NEAR:
        evidence = dict(zip(SHOWN, map(_share, _unpack(_EVIDENCE, packed, at)), strict=True))
        at += _EVIDENCE.size
    if kind not in _PLAIN and flags & _KNOWN:
        similarity = _share(_unpack(_SIMILARITY, packed, at)[0])
        at += _SIMILARITY.size
    ids = _unpack_ids(packed[at:], (0, 1) if kind is DuplicateKind.NEW else (2,))
    of = ids[1] if len(ids) > 1 else None
    change, left_out = _CHANGES[flags % _LEFT_OUT], bool(flags & _LEFT_OUT)
    return Verdict(kind, version, of, similarity, (*ids, article_id)[0], evidence, change=change, left_out=left_out)


def pack_content(content: Content) -> bytes:
    """Pack what the index remembers of a text."""
    cluster_id = "" if content.cluster_id == content.origin else content.cluster_id
    return _CONTENT.pack(content.record) + _ids(content.origin, cluster_id)


def unpack_content(packed: bytes) -> Content:
    """Unpack what `pack_content` packed."""
    (record,) = _unpack(_CONTENT, packed)
    ids = _unpack_ids(packed[_CONTENT.size :], (1, 2))
    return Content(ids[0], ids[-1], record)


def pack_page(page: KnownPage, article_id: str) -> bytes:
    """Pack what the index remembers of the article with this id."""
    ids = {
        _OTHER_CLUSTER: page.cluster_id if page.cluster_id != article_id else None,
        _OTHER_ORIGIN: page.origin if page.origin != article_id else None,
        _REPLACED: page.replaced_by,
    }
    given = {flag: each for flag, each in ids.items() if each}
    return _PAGE.pack(page.version, page.content, page.record, _step(page.similarity), sum(given)) + _ids(
        *given.values()
    )


def unpack_page(packed: bytes, article_id: str) -> KnownPage:
    """Unpack what `pack_page` packed for this id."""
    version, content, record, similarity, flags = _unpack(_PAGE, packed)
    if version not in _VERSIONS or flags >> _REPLACED.bit_length():
        raise DamagedError
    ids = iter(_unpack_ids(packed[_PAGE.size :], (flags.bit_count(),)))
    cluster_id = next(ids) if flags & _OTHER_CLUSTER else article_id
    origin = next(ids) if flags & _OTHER_ORIGIN else article_id
    replaced_by = next(ids) if flags & _REPLACED else None
    return KnownPage(version, content, cluster_id, origin, record, _share(similarity), replaced_by)


def pack_record(record: Record) -> bytes:
    """Pack what the index remembers of an article, without its keys."""
    ids = [record.article_id, *([record.cluster_id] if record.cluster_id != record.article_id else ())]
    words = record.words
    head = _RECORD.pack(len(ids), len(words.numbers), len(words.title), words.site, words.more, words.letters)
    numbers = struct.pack(f"<{len(words.numbers)}H", *sorted(words.numbers))
    return b"".join((head, _ids(*ids), numbers, words.title, words.sequence, words.names, words.lines))


def unpack_words(packed: bytes) -> Words:
    """The words of a record, without keys. Most look-ups need only these."""
    ids, numbers, title, site, more, letters = _unpack(_RECORD, packed)
    at = _RECORD.size + ids * KEY_BYTES
    at_title = at + 2 * numbers
    at_sequence = at_title + title
    rest = len(packed) - at_sequence
    bits = -(-rest // 10)  # each word has a byte and two bits
    words = rest - 2 * bits
    if (
        ids not in _IDS_OF_RECORD
        or numbers > MAX_NUMBERS
        or title > TITLE_HASH_BYTES + MAX_TITLE_WORDS
        or not 0 <= words <= MAX_WORDS
        or (more and words < MAX_WORDS)
    ):
        raise DamagedError
    if (words + 7) // 8 != bits:
        raise DamagedError
    at_names = at_sequence + words
    at_lines = at_names + bits
    return Words(
        packed[at_sequence:at_names],
        frozenset(struct.unpack_from(f"<{numbers}H", packed, at)),
        packed[at_names:at_lines],
        packed[at_title:at_sequence],
        site,
        packed[at_lines:],
        letters,
        more,
    )


def unpack_record(packed: bytes) -> Record:
    """Unpack what `pack_record` packed."""
    return record_of(packed, unpack_words(packed))


def record_of(packed: bytes, words: Words) -> Record:
    """The record of which `unpack_words` has returned the words."""
    ids = _unpack_ids(packed[_RECORD.size : _RECORD.size + packed[0] * KEY_BYTES], _IDS_OF_RECORD)
    return Record(ids[0], ids[-1], words)


def article_of(packed: bytes) -> bytes:
    """The id of the article that a record is of, as bytes. It is not checked: any bytes if the record is damaged."""
    return packed[_RECORD.size : _RECORD.size + KEY_BYTES]


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
