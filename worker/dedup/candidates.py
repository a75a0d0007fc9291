"""Finds the published article that a new one copies, extends or contains, by direct comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from worker.dedup.entries import Record, record_of, unpack_record, unpack_words
from worker.dedup.kinds import kind_of
from worker.dedup.match import Comparison, Match, Profile
from worker.dedup.memory import Memory
from worker.dedup.postings import best
from worker.dedup.published import Published
from worker.dedup.word_codes import Words
from worker.messages import PUBLISHED_KINDS, DuplicateKind
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
        return self._compare(comparison, self._memory.ask(lambda: best(keys, self._memory.holders)))

    def _compare(self, comparison: Comparison, numbers: Sequence[int]) -> list[Compared]:
        packed = self._memory.records(numbers)
        read = [(number, each, self._words(each)) for number, each in zip(numbers, packed, strict=True) if each]
        known = [(number, each, Profile(words)) for number, each, words in read if words]
        matches = comparison.with_all(old for _, _, old in known)
        return [
            Compared(number, record_of(each, old.words), match, kind_of(match, comparison.new, old))
            for (number, each, old), match in zip(known, matches, strict=True)
            if match
        ]

    def _words(self, packed: bytes) -> Words | None:
        return self._damage.intact("records", unpack_words, packed)

    def record(self, number: int) -> Record | None:
        """The record with this number; None if it is forgotten or damaged."""
        packed = self._memory.record(number)
        return None if packed is None else self._damage.intact("records", unpack_record, packed)
