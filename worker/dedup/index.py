"""The index: returns a verdict on each message, and remembers messages and articles within the window.

Its rules, in this order, over any memory:

1. The message was decided before: the stored verdict, whatever the sketch says now.
2. Known URL, and the content that it had last: `recrawl`.
3. Known URL, and other content, even if the content is known: `update`, the next version, in its old cluster. An update
   is never a duplicate of another story: readers hold an article under this URL, and must get the change.
4. New URL or no URL, and known content: `exact`, in the cluster of the article that had the content first.
5. Words that make it a near duplicate of an earlier article (`worker.dedup.match`): `copy`, `excerpt`, `superset` or
   `spin`, in the cluster of that article. `possible` and `contains` also name an earlier article, but start a cluster.
6. Otherwise: `new`, version 1, the first of its cluster.

As far as the index remembers, `of` names a published article. So if a URL was only ever a copy, its recrawls point to
the original. When its content changes, it is published as version 2 of its URL. From then on its recrawls point to
itself.

Entries expire by event time. For URLs and contents, the last message with them counts; for words, the first one. For a
verdict, the newest event time at its decision counts, because even a message with an old event may come again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from worker.dedup.counts import Counts
from worker.dedup.entries import (
    Content,
    KnownPage,
    Record,
    near_verdict,
    pack_content,
    pack_page,
    pack_record,
    pack_verdict,
    unpack_content,
    unpack_page,
    unpack_record,
    unpack_verdict,
    unpack_words,
)
from worker.dedup.match import Comparison, Match, Profile, kind_of
from worker.dedup.memory import Memory, Table, Wanted
from worker.dedup.postings import best
from worker.dedup.word_codes import Words
from worker.identity.ids import hash_id
from worker.messages import PUBLISHED_KINDS, DuplicateKind, MessageId, Verdict
from worker.store.damage import Damage
from worker.store.generations import Generation
from worker.store.keys import KEY_BYTES, hash_key, message_key

_COUNTS = b"pairs"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the index is told about an article.

    `article_id` names the article in outputs (32 hex characters); it follows from the URL if there is one. `url` is
    canonical; None if the crawler sent none. `content_hash` is the hash of the normalised words (32 bytes).
    `event_time_s` is when the message was written, in seconds since 1970 (None if unknown); it decides with which
    generation the entries expire. `words` serve to find near duplicates.
    """

    article_id: str
    url: str | None
    content_hash: bytes
    event_time_s: float | None
    words: Words


Entry = tuple[MessageId, Sketch]
"""A message, and the sketch of its article."""


class Index:
    """Decides and remembers. A process may hold one index; several processes may share one memory.

    Damaged values in the memory count as not found, and are counted in `damage`.
    """

    def __init__(self, memory: Memory, damage: Damage | None = None) -> None:
        self._memory = memory
        self._damage = damage or Damage()
        self._counts = Counts()
        self._counted = False

    @property
    def seed(self) -> int:
        """The seed for `word_codes.words_of`. All sketches need this one, or they have other keys."""
        return self._memory.seed

    def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        """The verdicts on these messages, in order, stored in one atomic write. Each message sees those before it.

        A message that was decided before gets the same verdict again.

        Raises:
            IndexStoreError: the memory cannot be written. It remembers nothing of the batch.
        """
        return self._memory.atomically(_wanted(entries), lambda: self._decide(entries))

    def _decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        self.begin()
        verdicts = [self.judge(message, sketch) for message, sketch in entries]
        self.finish()
        return verdicts

    def begin(self) -> None:
        """The first step of `decide`, within `Memory.atomically`."""
        found = self._memory.find(Table.COUNTS, _COUNTS)
        packed = found.value if found else b""
        if packed != self._counts.packed:
            self._counts = self._damage.intact("counts", Counts, packed) or Counts()
        self._counted = False

    def finish(self) -> None:
        """The last step of `decide`."""
        if self._counted:
            self._memory.put(Table.COUNTS, _COUNTS, self._counts.packed, self._memory.newest)

    def judge(self, message: MessageId, sketch: Sketch) -> Verdict:
        """The step of `decide` for one message."""
        key = message_key(message)
        known = self._memory.find(Table.VERDICTS, key)
        decided = known and self._damage.intact("verdicts", unpack_verdict, known.value, sketch.article_id)
        if decided:
            return decided
        verdict = self._judge(sketch, self._memory.at(sketch.event_time_s))
        self._memory.put(Table.VERDICTS, key, pack_verdict(verdict, sketch.article_id), self._memory.newest)
        return verdict

    def _judge(self, sketch: Sketch, now: Generation) -> Verdict:
        key = None if sketch.url is None else hash_key(sketch.url)
        page = self._page(key, sketch.article_id) if key else None
        if key and page:
            return self._revisit(sketch, key, page, now)
        known = self._known_content(sketch, now)
        if known:
            verdict = Verdict(DuplicateKind.EXACT, 1, known.origin, 1.0, known.cluster_id)
        else:
            verdict = self._by_words(sketch, now)
        origin = sketch.article_id if verdict.kind in PUBLISHED_KINDS else str(verdict.of)
        if not known:
            self._remember_content(sketch, Content(origin, verdict.cluster_id), now)
        if key:
            page = KnownPage(1, sketch.content_hash[:KEY_BYTES], verdict.cluster_id, origin)
            self._put(Table.URLS, key, pack_page(page, sketch.article_id), now)
        return verdict

    def _page(self, key: bytes, article_id: str) -> KnownPage | None:
        found = self._memory.find(Table.URLS, key)
        return found and self._damage.intact("urls", unpack_page, found.value, article_id)

    def _put(self, table: Table, key: bytes, value: bytes, now: Generation) -> None:
        """Write an entry so that no older one hides it, not even a damaged one."""
        old = self._memory.find(table, key)
        self._memory.put(table, key, value, max(old.generation, now) if old else now)

    def _revisit(self, sketch: Sketch, key: bytes, page: KnownPage, now: Generation) -> Verdict:
        content = sketch.content_hash[:KEY_BYTES]
        known = self._known_content(sketch, now)
        if page.content == content:
            verdict = Verdict(DuplicateKind.RECRAWL, page.version, page.origin, 1.0, page.cluster_id)
        else:
            page = KnownPage(page.version + 1, content, page.cluster_id, sketch.article_id)
            verdict = Verdict(DuplicateKind.UPDATE, page.version, sketch.article_id, None, page.cluster_id)
        if not known:
            self._remember_content(sketch, Content(page.origin, page.cluster_id), now)
            if verdict.kind is DuplicateKind.UPDATE:
                profile = Profile(sketch.words)
                self._remember_words(sketch, Content(sketch.article_id, page.cluster_id), now, profile)
        self._put(Table.URLS, key, pack_page(page, sketch.article_id), now)
        return verdict

    def _known_content(self, sketch: Sketch, now: Generation) -> Content | None:
        """What was published for this content. The content is remembered for longer because it was seen again."""
        key = sketch.content_hash[:KEY_BYTES]
        known = self._memory.find(Table.CONTENTS, key)
        content = known and self._damage.intact("contents", unpack_content, known.value)
        if known and content and known.generation < now:
            self._memory.put(Table.CONTENTS, key, known.value, now)
        return content

    def _remember_content(self, sketch: Sketch, content: Content, now: Generation) -> None:
        self._put(Table.CONTENTS, sketch.content_hash[:KEY_BYTES], pack_content(content), now)

    def _by_words(self, sketch: Sketch, now: Generation) -> Verdict:
        """The verdict on new content at a new URL."""
        profile = Profile(sketch.words)
        best_match = self._best_match(sketch.words, profile)
        if best_match is None:
            verdict = Verdict(DuplicateKind.NEW, 1, None, None, sketch.article_id)
            merged = False
        else:
            kind, old, match = best_match
            merged = kind not in PUBLISHED_KINDS
            cluster_id = old.cluster_id if merged else sketch.article_id
            verdict = near_verdict(kind, old, match.likelihood, match.evidence, cluster_id)
        origin = str(verdict.of) if merged else sketch.article_id
        self._remember_words(sketch, Content(origin, verdict.cluster_id), now, profile)
        return verdict

    def _best_match(self, words: Words, profile: Profile) -> tuple[DuplicateKind, Record, Match] | None:
        """The earlier article that this one most likely copies: the kind of copy, its record, and the evidence."""
        found = [
            (kind, packed, match)
            for packed, match in self._matches(words, profile)
            if (kind := kind_of(match)) is not None
        ]
        if not found:
            return None
        kind, packed, match = max(found, key=lambda one: (one[0] not in PUBLISHED_KINDS, one[2].likelihood))
        return kind, unpack_record(packed), match

    def _matches(self, words: Words, profile: Profile) -> list[tuple[bytes, Match]]:
        """The candidates that this article may copy, each with its match."""
        numbers = best(words.keys, self._memory.holders)
        records = [packed for number in numbers if (packed := self._memory.record(number)) is not None]
        read = [(packed, self._damage.intact("records", unpack_words, packed)) for packed in records]
        olds = [(packed, Profile(words)) for packed, words in read if words]
        matches = Comparison(profile, self._counts).with_all(old for _, old in olds)
        return [(packed, match) for (packed, _), match in zip(olds, matches, strict=True) if match]

    def _remember_words(self, sketch: Sketch, content: Content, now: Generation, profile: Profile) -> None:
        """Store the words, so that later copies are found by them."""
        words = sketch.words
        record = Record(sketch.article_id, content.origin, content.cluster_id, words)
        number = self._memory.add_record(pack_record(record), now)
        keys = words.keys
        if content.cluster_id != sketch.article_id:  # or else the copies of a story would fill up its keys
            keys = tuple(key for key in keys if not self._memory.holders(key))
        self._memory.hold(keys, number)
        self._counts.add(profile.pairs)
        self._counted = True

    def lookup(self, url: str) -> KnownPage | None:
        """What the index remembers of a canonical URL."""
        key = hash_key(url)
        return self._memory.atomically(Wanted({Table.URLS: [key]}), lambda: self._page(key, hash_id(url)))

    def similar(self, words: Words) -> list[tuple[DuplicateKind | None, Record, Match]]:
        """The earlier articles closest to these words, likely copies first. `kind` is None if they are not a copy."""
        found = self._memory.atomically(Wanted(postings=[words.keys]), lambda: self._compared(words))
        return sorted(found, key=lambda one: -one[2].likelihood)

    def _compared(self, words: Words) -> list[tuple[DuplicateKind | None, Record, Match]]:
        self.begin()
        return [
            (kind_of(match), unpack_record(packed), match) for packed, match in self._matches(words, Profile(words))
        ]

    def stats(self) -> Mapping[str, int]:
        """See `Memory.stats`. An entry that was refreshed may count twice."""
        return self._memory.stats()

    def close(self) -> None:
        """Release the memory. May be called twice."""
        self._memory.close()


def _wanted(entries: Sequence[Entry]) -> Wanted:
    sketches = [sketch for _, sketch in entries]
    return Wanted(
        keys={
            Table.VERDICTS: [message_key(message) for message, _ in entries],
            Table.URLS: [hash_key(sketch.url) for sketch in sketches if sketch.url is not None],
            Table.CONTENTS: [sketch.content_hash[:KEY_BYTES] for sketch in sketches],
            Table.COUNTS: [_COUNTS],
        },
        postings=[sketch.words.keys for sketch in sketches],
    )
