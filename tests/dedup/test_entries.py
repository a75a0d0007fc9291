from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.dedup.entries import (
    SHOWN,
    Content,
    KnownPage,
    Record,
    near_verdict,
    pack_content,
    pack_page,
    pack_record,
    pack_verdict,
    rounded,
    unpack_content,
    unpack_page,
    unpack_record,
    unpack_verdict,
    unpack_words,
)
from worker.dedup.match import FEATURES, Evidence
from worker.dedup.word_codes import LETTERS, MAX_NUMBERS, MAX_TITLE_WORDS, MAX_WORDS, Words
from worker.messages import Change, DuplicateKind, Verdict
from worker.store.damage import DamagedError
from worker.store.keys import KEY_BYTES

A, B, C = "0a" * 16, "b1" * 16, "cd" * 16
IDS = st.one_of(st.sampled_from([A, B, C]), st.binary(min_size=16, max_size=16).map(bytes.hex))
KINDS = st.sampled_from([kind for kind in DuplicateKind if kind not in {"new", "update", "recrawl", "exact"}])
FLOATS = st.one_of(st.floats(0, 1), st.floats(allow_nan=False))
SEQUENCES = st.binary(max_size=MAX_WORDS)
TITLES = st.binary(max_size=MAX_TITLE_WORDS)
SITES = st.integers(0, (1 << 16) - 1)
NUMBERS = st.frozensets(st.integers(0, (1 << 16) - 1), max_size=MAX_NUMBERS)
VERSIONS = st.one_of(st.just(1), st.integers(1, (1 << 32) - 2))
EVIDENCE = Evidence(
    0.5,
    0.25,
    0.125,
    1,
    0.75,
    3,
    0.0,
    0.9,
    1,
    0.99,
    120,
    0.5,
    2,
    1,
    0.1,
    0.9,
    1,
    nameless=False,
    same_site=False,
    titles=-1,
)


def words(sequence: bytes = b"", numbers: frozenset[int] = frozenset(), title: bytes = b"", site: int = 0) -> Words:
    bits = -(-len(sequence) // 8)
    return Words(
        sequence, numbers, bytes([0b10101010] * bits), title, site, bytes([0b10001000] * bits), bytes(range(LETTERS))
    )


def evidence(shares: list[float]) -> Evidence:
    return Evidence(**EVIDENCE._asdict() | dict(zip(SHOWN, shares, strict=True)))


# -- verdicts --------------------------------------------------------------------------------------------------------


@given(cluster_id=IDS, article_id=IDS, version=VERSIONS)
def test_verdicts_that_name_no_other_article_are_restored(cluster_id: str, article_id: str, version: int) -> None:
    verdict = Verdict(DuplicateKind.NEW, version, None, None, cluster_id)
    assert unpack_verdict(pack_verdict(verdict, article_id), article_id) == verdict


@given(of=IDS, cluster_id=IDS, article_id=IDS, version=VERSIONS)
def test_verdicts_on_urls_and_contents_are_restored(of: str, cluster_id: str, article_id: str, version: int) -> None:
    for kind, similarity in ((DuplicateKind.UPDATE, None), (DuplicateKind.RECRAWL, 1.0), (DuplicateKind.EXACT, 1.0)):
        verdict = Verdict(kind, version, of, similarity, cluster_id)
        assert unpack_verdict(pack_verdict(verdict, article_id), article_id) == verdict


@given(change=st.sampled_from([None, *Change]), left_out=st.booleans(), similarity=FLOATS)
def test_how_much_an_update_changed_is_restored(change: Change | None, left_out: bool, similarity: float) -> None:
    shown = rounded(similarity) if change else None
    verdict = Verdict(DuplicateKind.UPDATE, 2, A, shown, B, change=change, left_out=left_out)
    assert unpack_verdict(pack_verdict(verdict, A), A) == verdict


@pytest.mark.parametrize("left_out", [False, True])
def test_a_superset_replaces_the_shorter_article_unless_it_is_left_out(left_out: bool) -> None:
    verdict = Verdict(DuplicateKind.SUPERSET, 1, B, 0.8, C, dict.fromkeys(SHOWN, 0.6), left_out=left_out)
    restored = unpack_verdict(pack_verdict(verdict, A), A)
    assert restored == verdict
    assert (restored.is_duplicate, restored.replaces) == (left_out, None if left_out else B)


@given(
    kind=KINDS,
    ids=st.tuples(IDS, IDS, IDS),
    likelihood=FLOATS,
    shares=st.lists(FLOATS, min_size=len(SHOWN), max_size=len(SHOWN)),
)
def test_verdicts_on_near_duplicates_are_restored_to_the_last_digit(
    kind: DuplicateKind, ids: tuple[str, str, str], likelihood: float, shares: list[float]
) -> None:
    article_id, of, cluster_id = ids
    old = Record(of, B, words(b"words"))
    verdict = near_verdict(kind, old, likelihood, evidence(shares), version=1, cluster_id=cluster_id)
    assert unpack_verdict(pack_verdict(verdict, article_id), article_id) == verdict
    assert verdict.similarity is not None
    assert 0 <= verdict.similarity <= 1
    assert all(0 <= share <= 1 for share in verdict.evidence.values())


def test_a_near_verdict_names_the_published_article_and_shows_its_evidence() -> None:
    old = Record(B, C, words(b"words", frozenset({1})))
    verdict = near_verdict(DuplicateKind.COPY, old, 0.9, EVIDENCE, version=3, cluster_id=C)
    assert (verdict.kind, verdict.version, verdict.of, verdict.cluster_id) == (DuplicateKind.COPY, 3, B, C)
    assert verdict.similarity == pytest.approx(0.9, abs=0.003)
    assert verdict.evidence == pytest.approx({name: getattr(EVIDENCE, name) for name in SHOWN}, abs=0.003)
    assert set(SHOWN) <= set(FEATURES)


def test_values_outside_0_to_1_are_shown_as_0_or_1() -> None:
    old, found = Record(A, A, words()), evidence([-1.0, 2.0] * 3)
    shown = near_verdict(DuplicateKind.SPIN, old, 1.5, found, version=1, cluster_id=A)
    assert shown.similarity == 1
    assert set(shown.evidence.values()) == {0.0, 1.0}


def test_the_most_frequent_verdicts_take_the_least_space() -> None:
    new = pack_verdict(Verdict(DuplicateKind.NEW, 1, None, None, A), A)
    assert len(new) <= 8
    assert len(pack_verdict(Verdict(DuplicateKind.EXACT, 1, B, 1.0, B), A)) <= len(new) + 2 * KEY_BYTES


# The bytes of every index. A change needs a new layout of both memories.
STORED = {
    "new": "000100000000",
    "update": "010200000000" + B + B,
    "recrawl": "020200000008ff" + B + B,
    "exact": "030100000008" + B + B,
    "copy": "040100000008999999999999cc" + B + B,
    "excerpt": "050100000008999999999999cc" + B + B,
    "superset": "060100000008999999999999cc" + B + B,
    "spin": "070100000008999999999999cc" + B + B,
    "possible": "080100000008999999999999cc" + A + B,
    "contains": "090100000008999999999999cc" + A + B,
}


@pytest.mark.parametrize("kind", DuplicateKind)
def test_a_verdict_keeps_its_meaning_from_one_release_to_the_next(kind: DuplicateKind) -> None:
    near, known = kind in list(DuplicateKind)[4:], kind is not DuplicateKind.NEW
    verdict = Verdict(
        kind,
        version=2 if kind in ("update", "recrawl") else 1,
        of=B if known else None,
        similarity=0.8 if near else 1.0 if kind in ("recrawl", "exact") else None,
        cluster_id=A if kind in ("new", "possible", "contains") else B,
        evidence=dict.fromkeys(SHOWN, 0.6) if near else {},
    )
    assert unpack_verdict(bytes.fromhex(STORED[kind]), A) == verdict
    assert pack_verdict(verdict, A).hex() == STORED[kind]


# -- URLs and contents -----------------------------------------------------------------------------------------------


@given(origin=IDS, cluster_id=IDS, record=st.integers(0, (1 << 32) - 1))
@example(origin=A, cluster_id=A, record=0)
def test_contents_are_restored(origin: str, cluster_id: str, record: int) -> None:
    content = Content(origin, cluster_id, record)
    assert unpack_content(pack_content(content)) == content


@given(
    version=VERSIONS,
    content=st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES),
    ids=st.tuples(IDS, IDS, st.one_of(st.none(), IDS), IDS),
    record=st.integers(0, (1 << 32) - 1),
    similarity=FLOATS,
)
@example(version=1, content=bytes(16), ids=(A, A, None, A), record=0, similarity=1.0)
@example(version=2, content=bytes(16), ids=(B, A, None, A), record=1, similarity=0.9)
@example(version=2, content=bytes(16), ids=(A, B, C, A), record=2, similarity=0.9)
@example(version=2, content=bytes(16), ids=(B, C, B, A), record=3, similarity=0.9)
def test_pages_are_restored(
    version: int, content: bytes, ids: tuple[str, str, str | None, str], record: int, similarity: float
) -> None:
    cluster_id, origin, replaced_by, article_id = ids
    page = KnownPage(version, content, cluster_id, origin, record, rounded(similarity), replaced_by)
    assert unpack_page(pack_page(page, article_id), article_id) == page


def test_an_article_that_is_its_own_origin_needs_no_ids() -> None:
    own = KnownPage(1, bytes(KEY_BYTES), A, A, 7)
    assert len(pack_page(own, A)) == 10 + KEY_BYTES
    assert len(pack_page(own._replace(origin=B), A)) == 10 + 2 * KEY_BYTES
    assert len(pack_page(own._replace(cluster_id=B, replaced_by=B), A)) == 10 + 3 * KEY_BYTES
    assert len(pack_content(Content(A, A, 7))) == 4 + KEY_BYTES
    assert len(pack_content(Content(A, B, 7))) == 4 + 2 * KEY_BYTES


# -- records ---------------------------------------------------------------------------------------------------------


@given(
    ids=st.tuples(IDS, IDS),
    told=st.builds(words, SEQUENCES, NUMBERS, TITLES, SITES),
)
@example(ids=(A, A), told=words())
@example(ids=(A, B), told=words(bytes(MAX_WORDS), frozenset(range(65_536 - MAX_NUMBERS, 65_536))))
@example(ids=(A, B), told=words(bytes(MAX_WORDS - 1), title=bytes(MAX_TITLE_WORDS), site=65_535))
@example(ids=(A, B), told=words(bytes(MAX_WORDS))._replace(more=65_535))
@example(ids=(A, A), told=words(b"s", frozenset({0})))
@example(ids=(A, B), told=words(b"s", frozenset({0}), b"t", 1))
def test_records_are_restored(ids: tuple[str, str], told: Words) -> None:
    record = Record(*ids, told)
    packed = pack_record(record)
    assert unpack_record(packed) == record
    assert unpack_words(packed) == told


def test_a_record_does_not_keep_the_keys_of_its_words() -> None:
    told = words(b"words")
    assert unpack_words(pack_record(Record(A, A, told._replace(keys=(1, 2))))) == told


def test_a_record_has_ten_bits_per_word_and_two_bytes_per_number_besides_its_ids_and_title() -> None:
    record = Record(A, A, words(bytes(200), frozenset(range(10)), b"title"))
    assert len(pack_record(record)) == 7 + LETTERS + KEY_BYTES + 2 * 10 + 5 + 250
    assert len(pack_record(replace(record, cluster_id=B))) == 7 + LETTERS + 2 * KEY_BYTES + 2 * 10 + 5 + 250


def test_the_order_of_its_numbers_does_not_change_the_bytes_of_a_record() -> None:
    ascending, descending = frozenset([1, 9]), frozenset([9, 1])
    assert list(ascending) != list(descending)
    assert pack_record(Record(A, A, words(b"", ascending))) == pack_record(Record(A, A, words(b"", descending)))


# -- damage ----------------------------------------------------------------------------------------------------------

ID = bytes(16)


def head(kind: str, version: int = 1, flags: int = 0) -> bytes:
    return struct.pack("<BIB", list(DuplicateKind).index(DuplicateKind(kind)), version, flags)


NEAR = head("copy", flags=8) + bytes(7)
RECRAWL = head("recrawl", flags=8) + b"\xff"


@pytest.mark.parametrize(
    "packed",
    [
        *(b"", b"\x00", head("new", 0), struct.pack("<BIB", len(DuplicateKind), 1, 0), b"\xff" * 6),
        *(head("new") + rest for rest in (b"x", ID[:-1], 2 * ID)),
        *(head("update", flags=flags) + 2 * ID for flags in (3, 16)),  # no such change, no such flag
        *(RECRAWL + rest for rest in (b"", ID, 2 * ID + b"x", 3 * ID)),
        *(NEAR[:-1], NEAR, NEAR + ID, NEAR + 2 * ID + b"x"),
    ],
)
def test_bytes_that_cannot_be_a_verdict_are_damaged(packed: bytes) -> None:
    with pytest.raises(DamagedError):
        unpack_verdict(packed, A)


@pytest.mark.parametrize("packed", [b"", b"x", ID, ID[:4] + ID[:-1], ID[:4] + ID + b"x", ID[:4] + 3 * ID])
def test_bytes_that_cannot_be_a_content_are_damaged(packed: bytes) -> None:
    with pytest.raises(DamagedError):
        unpack_content(packed)


def packed_page(version: int = 1, flags: int = 0) -> bytes:
    return struct.pack("<I16sIBB", version, ID, 0, 255, flags)


@pytest.mark.parametrize("version", [0, (1 << 32) - 1])
def test_a_page_with_an_impossible_version_or_the_last_one_is_damaged(version: int) -> None:
    with pytest.raises(DamagedError):
        unpack_page(packed_page(version), A)


@pytest.mark.parametrize(
    "packed",
    [
        *(b"", packed_page()[:-1], packed_page() + ID, packed_page(flags=8) + ID),
        *(packed_page(flags=3) + rest for rest in (b"", ID, ID[:-1], 2 * ID + b"x", 3 * ID)),
    ],
)
def test_bytes_that_cannot_be_a_page_are_damaged(packed: bytes) -> None:
    with pytest.raises(DamagedError):
        unpack_page(packed, A)


@pytest.mark.parametrize(
    "packed",
    [
        *(b"", b"\x01", b"\x00\x00\x00\x00\x00words", b"\x04\x00\x00\x00\x00\x00\x00" + bytes(LETTERS) + 4 * ID),
        *(
            b"\x01\x00\x00\x00\x00\x00\x00" + bytes(LETTERS) + ID[:-1],
            b"\x01\x02\x00\x00\x00\x00\x00" + bytes(LETTERS) + ID + b"abc",
        ),
        *(
            b"\x01\x00\x02\x00\x00\x00\x00" + bytes(LETTERS) + ID + b"a",
            b"\x01\x00\x23\x00\x00\x00\x00" + bytes(LETTERS) + ID + bytes(0x23),
        ),
        *(
            b"\x01\x81\x00\x00\x00\x00\x00" + bytes(LETTERS) + ID + bytes(2 * 0x81),
            b"\x01\x00\x00\x00\x00\x00\x00" + bytes(LETTERS) + ID + bytes(11),
        ),
        b"\x01\x00\x00\x00\x00\x00\x00" + bytes(LETTERS) + ID + bytes((MAX_WORDS + 8) * 10 // 8),
        b"\x01\x00\x00\x00\x00\x01\x00" + bytes(LETTERS) + ID + bytes(10),  # more words than it has
    ],
)
def test_bytes_that_cannot_be_a_record_are_damaged(packed: bytes) -> None:
    for unpack in (unpack_words, unpack_record):
        with pytest.raises(DamagedError):
            unpack(packed)
