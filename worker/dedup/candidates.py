"""Finds the published article that a new one copies, extends or contains, by direct comparison."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from worker.dedup.bugs import without_bugs
from worker.dedup.changes import difference_of
from worker.dedup.entries import Record, record_of, unpack_record, unpack_words
from worker.dedup.kinds import kind_of
from worker.dedup.match import Comparison, Match, match_models
from worker.dedup.memory import Memory
from worker.dedup.postings import best
from worker.dedup.profile import Profile
from worker.dedup.published import Published
from worker.dedup.word_codes import Words
from worker.messages import PUBLISHED_KINDS, Change, DuplicateKind
from worker.store.damage import Damage


class Compared(NamedTuple):
    """A record that was compared with the new article. `kind` is that of the new article; None if unrelated."""

    number: int
    record: Record
    match: Match
    kind: DuplicateKind | None


class Candidate(NamedTuple):
    """A published article that the new one resembles, as `Compared`."""

    number: int
    record: Record
    match: Match
    kind: DuplicateKind


class Candidates:
    """Compares new articles with those that readers have, within a body of the memory."""

    def __init__(self, memory: Memory, damage: Damage, published: Published, *, drop_supersets: bool) -> None:
        self._memory = memory
        self._damage = damage
        self._published = published
        self._drop_supersets = drop_supersets

    def is_duplicate(self, kind: DuplicateKind) -> bool:
        """Whether an article of this kind is left out."""
        return kind not in PUBLISHED_KINDS or (kind is DuplicateKind.SUPERSET and self._drop_supersets)

    def best(self, comparison: Comparison, keys: Sequence[int]) -> Candidate | None:
        """The article that the new one most likely copies, or else extends, contains or resembles."""
        found = [
            held for each in self.compared(comparison, keys) if each.kind and (held := self._held(comparison, each))
        ]
        return max(found, key=self._preference, default=None)

    def _preference(self, found: Candidate) -> tuple[bool, bool, float]:
        extends = found.kind is DuplicateKind.SUPERSET
        return self.is_duplicate(found.kind), extends, found.match.in_old if extends else found.match.likelihood

    def longer(self, comparison: Comparison, article_id: str) -> Candidate | None:
        """The longer article that replaced this one, which has the new words. None if they do not duplicate it."""
        numbers = [number for _, number in self._published.versions(article_id)[:-1]]
        return next((each for each in self._related(comparison, numbers) if self.is_duplicate(each.kind)), None)

    def _held(self, comparison: Comparison, found: Compared) -> Candidate | None:
        """The comparison with what readers have instead of this version or this article; None if that is unrelated."""
        numbers = [number for _, number in self._published.versions(found.record.article_id)]
        if numbers == [found.number] and found.kind:
            return Candidate(found.number, found.record, found.match, found.kind)
        instead = self._related(comparison, numbers)
        return next((each for each in instead if self.is_duplicate(each.kind)), instead[0] if instead else None)

    def _related(self, comparison: Comparison, numbers: Sequence[int]) -> list[Candidate]:
        compared = self._compare(comparison, numbers)
        return [Candidate(each.number, each.record, each.match, each.kind) for each in compared if each.kind]

    def compared(self, comparison: Comparison, keys: Sequence[int]) -> list[Compared]:
        """The records to which the posting keys of the new article lead, if it has anything in common with them."""
        return self._compare(comparison, self._memory.ask(lambda: best(keys, self._memory.holders_of)))

    def _compare(self, comparison: Comparison, numbers: Sequence[int]) -> list[Compared]:
        match_models()  # if they cannot be loaded, no pair is to blame
        packed = self._memory.records(numbers)
        may = zip(numbers, packed, comparison.may_match(packed), strict=True)
        read = [(number, each, self._words(each)) for number, each, is_like in may if each and is_like]
        known = [(number, each, Profile(words)) for number, each, words in read if words]
        records = [record_of(each, old.words) for _, each, old in known]
        judge = partial(_judged, comparison)
        ids = [record.article_id for record in records]
        found = without_bugs(judge, [old for _, _, old in known], ids, comparison.article_id)
        return [
            Compared(number, record, *one)
            for (number, _, _), record, one in zip(known, records, found, strict=True)
            if one
        ]

    def _words(self, packed: bytes) -> Words | None:
        return self._damage.intact("records", unpack_words, packed)

    def difference(self, words: Words, article_id: str, number: int) -> tuple[Change, float] | None:
        """How much an update changed the version in this record, as `difference_of`; None if that is unknown."""
        packed = self._memory.record(number)
        previous = packed and self._damage.intact("records", unpack_record, packed)
        if not previous or previous.article_id != article_id:
            return None
        (found,) = without_bugs(partial(_differences, words), [previous.words], [article_id], article_id)
        return found


def _differences(new: Words, olds: Sequence[Words]) -> list[tuple[Change, float]]:
    return [difference_of(new, old) for old in olds]


def _judged(comparison: Comparison, olds: Sequence[Profile]) -> list[tuple[Match, DuplicateKind | None] | None]:
    """The match with each old article and the kind of the new one; None where there is no match."""
    pairs = zip(olds, comparison.with_all(olds), strict=True)
    return [match and (match, kind_of(match, comparison.new, old)) for old, match in pairs]
