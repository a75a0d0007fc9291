"""The index: returns a verdict on each message, and remembers messages and articles within the window.

Its rules, in this order, over any memory:

1. The message was decided before: the stored verdict, whatever the sketch says now.
2. Known URL, and the content that it had last: `recrawl`, as long as readers have the article that it names.
3. Known URL under which readers have an article, and other content, even if the content is known: `update`, the next
   version, in its old cluster. An update is never a duplicate of another story: readers must get the change.
4. The content of an article that readers have: `exact`, in its cluster.
5. Words that make it a near duplicate of an article that readers have (`worker.dedup.candidates`): `copy`, `excerpt` or
   `spin`, in its cluster. A `superset` is published in the same cluster, and takes the place of the shorter article.
   `possible` and `contains` also name an earlier article, but start a cluster.
6. Otherwise: `new`, the first of its cluster.

No verdict depends on an article that was not published. Only published articles have a record of their words, and an
entry for their content; `of` names the one with which the article was compared. Of other articles, only those keys
remain that no article holds, and these lead to the article named. A URL under which nothing was published is judged
like a new one each time that its content changes, or that readers no longer have the article that it copied.

Entries expire by event time. For URLs and contents, the last message with them counts; for words, the first one. For a
verdict, the newest event time at its decision counts, because even a message with an old event may come again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from worker.dedup.candidates import Candidate, Candidates
from worker.dedup.counts import COUNTS_WANTED, Counts, SharedCounts
from worker.dedup.entries import (
    Content,
    KnownPage,
    Record,
    near_verdict,
    pack_record,
    pack_verdict,
    rounded,
    unpack_verdict,
)
from worker.dedup.match import Comparison, Match
from worker.dedup.memory import Memory, Table, Wanted
from worker.dedup.profile import Profile
from worker.dedup.published import Published, page_key, page_of
from worker.dedup.word_codes import Words
from worker.identity.ids import hash_id
from worker.messages import PUBLISHED_KINDS, Change, DuplicateKind, MessageId, Verdict
from worker.store.damage import Damage
from worker.store.generations import Generation
from worker.store.keys import KEY_BYTES, message_key


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

    Damaged values in the memory count as not found, and are counted in `damage`. If `is_repeatable`, the verdicts of
    one process depend on nothing but the messages, their order and the seed.
    """

    def __init__(
        self,
        memory: Memory,
        damage: Damage | None = None,
        *,
        drop_supersets: bool = False,
        drop_minor_updates: bool = False,
        is_repeatable: bool = False,
    ) -> None:
        self._memory = memory
        self._damage = damage or Damage()
        self._shared = SharedCounts(memory, self._damage, in_each_batch=is_repeatable)
        self._drop_minor_updates = drop_minor_updates
        self._published = Published(memory, self._damage)
        self._candidates = Candidates(memory, self._damage, self._published, drop_supersets=drop_supersets)
        self._counts = Counts()
        self._to_count: bytes | None = None

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
        verdicts = self._memory.atomically(_wanted(entries), lambda: self._decide(entries))
        self._shared.settle()
        return verdicts

    def _decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        self.begin()
        verdicts = [self.judge(message, sketch) for message, sketch in entries]
        self.finish()
        return verdicts

    def begin(self) -> None:
        """The first step of `decide`, within `Memory.atomically`."""
        self._counts = self._shared.begin()

    def finish(self) -> None:
        """The last step of `decide`."""
        self._shared.finish()

    def judge(self, message: MessageId, sketch: Sketch) -> Verdict:
        """The step of `decide` for one message."""
        verdict, content = self._memory.step(lambda: self._decided(message, sketch))
        if content is not None:
            self._counts.add_article(content)
        return verdict

    def _decided(self, message: MessageId, sketch: Sketch) -> tuple[Verdict, bytes | None]:
        """The verdict, and the content words whose pairs are to be counted, if any."""
        self._to_count = None
        key = message_key(message)
        known = self._memory.find(Table.VERDICTS, key)
        decided = known and self._damage.intact("verdicts", unpack_verdict, known.value, sketch.article_id)
        if decided:
            return decided, None
        verdict = self._judge(sketch, self._memory.at(sketch.event_time_s))
        self._memory.put(Table.VERDICTS, key, pack_verdict(verdict, sketch.article_id), self._memory.newest)
        return verdict, self._to_count

    def _judge(self, sketch: Sketch, now: Generation) -> Verdict:
        page = self._published.page(sketch.article_id) if sketch.url is not None else None
        if page is None:
            return self._meet(sketch, 1, now)
        if page.content == sketch.content_hash[:KEY_BYTES]:
            if self._published.readers_have(page.origin, page.record, now):
                return self._recrawl(sketch, page, now)
            return self._meet(sketch, page.version, now)
        if page.origin == sketch.article_id:
            return self._update(sketch, page, now)
        return self._meet(sketch, page.version + 1, now)

    def _recrawl(self, sketch: Sketch, page: KnownPage, now: Generation) -> Verdict:
        known = self._published.content(sketch.content_hash, now)
        if known is None and page.origin == sketch.article_id and page.similarity == 1:  # it was another's
            content = Content(page.origin, page.cluster_id, page.record)
            self._published.put_content(sketch.content_hash, content, now)
        self._published.put_page(sketch.article_id, page, now)
        return Verdict(DuplicateKind.RECRAWL, page.version, page.origin, page.similarity, page.cluster_id)

    def _update(self, sketch: Sketch, page: KnownPage, now: Generation) -> Verdict:
        """The verdict on new content at a URL under which readers have an article."""
        change, share = self._candidates.difference(sketch.words, sketch.article_id, page.record) or (None, None)
        similarity = None if share is None else rounded(share)
        verdict = Verdict(
            DuplicateKind.UPDATE, page.version + 1, sketch.article_id, similarity, page.cluster_id,
            change=change, left_out=self._drop_minor_updates and change is Change.MINOR,
        )  # fmt: skip
        if verdict.left_out:
            self._leave_out_update(sketch, verdict, page, now)
        else:
            known = self._published.content(sketch.content_hash, now)
            self._publish(sketch, verdict, Profile(sketch.words), now, is_new_content=known is None)
        return verdict

    def _leave_out_update(self, sketch: Sketch, verdict: Verdict, page: KnownPage, now: Generation) -> None:
        """Remember that the page has other content, while readers still have the version before."""
        content = sketch.content_hash[:KEY_BYTES]
        page = page._replace(version=verdict.version, content=content, similarity=verdict.similarity or 0.0)
        self._published.put_page(sketch.article_id, page, now)

    def _meet(self, sketch: Sketch, version: int, now: Generation) -> Verdict:
        """The verdict on an article under whose URL, if it has one, readers have none."""
        profile = Profile(sketch.words)
        known = self._published.content(sketch.content_hash, now)
        comparison = Comparison(profile, self._counts, sketch.article_id)
        if known:
            found = self._candidates.longer(comparison, known.origin)
        else:
            found = self._candidates.best(comparison, sketch.words.keys)
        if found:
            verdict = self._near(sketch, found, version)
        elif known:
            verdict = Verdict(DuplicateKind.EXACT, version, known.origin, 1.0, known.cluster_id)
        else:
            verdict = Verdict(DuplicateKind.NEW, version, None, None, sketch.article_id)
        if not verdict.is_duplicate:
            self._publish(sketch, verdict, profile, now, is_new_content=known is None)
            if verdict.replaces:
                self._published.replace(verdict.replaces, sketch.article_id, now)
            return verdict
        if found:
            self._published.readers_have(found.record.article_id, found.number, now)  # remembered for longer
            self._leave_out(sketch, found.number, profile)
        if sketch.url is not None:
            record = found.number if found else known.record if known else 0
            self._published.put_page(sketch.article_id, _copy_of(sketch, verdict, record), now)
        return verdict

    def _near(self, sketch: Sketch, found: Candidate, version: int) -> Verdict:
        """The verdict on an article that resembles another one."""
        old, match, kind = found.record, found.match, found.kind
        left_out = self._candidates.is_duplicate(kind)
        same_story = left_out or kind is DuplicateKind.SUPERSET
        cluster_id = old.cluster_id if same_story else sketch.article_id
        verdict = near_verdict(kind, old, match.likelihood, match.evidence, version=version, cluster_id=cluster_id)
        return replace(verdict, left_out=left_out and kind in PUBLISHED_KINDS)

    def _publish(
        self, sketch: Sketch, verdict: Verdict, profile: Profile, now: Generation, *, is_new_content: bool
    ) -> None:
        """Remember an article that readers get: its words, its content, its URL."""
        record = Record(sketch.article_id, verdict.cluster_id, sketch.words)
        number = self._memory.add_record(pack_record(record), now)
        self._memory.hold(sketch.words.keys, number)
        if is_new_content:
            content = Content(sketch.article_id, verdict.cluster_id, number)
            self._published.put_content(sketch.content_hash, content, now)
        key = sketch.content_hash[:KEY_BYTES]
        page = KnownPage(verdict.version, key, verdict.cluster_id, sketch.article_id, number)
        self._published.put_page(sketch.article_id, page, now)
        self._to_count = profile.content

    def _leave_out(self, sketch: Sketch, number: int, profile: Profile) -> None:
        """Let keys that no article has lead from this copy to the published article, so that later copies find it."""
        self._memory.hold(sketch.words.keys, number, 1)
        self._to_count = profile.content

    def lookup(self, url: str) -> KnownPage | None:
        """What the index remembers of a canonical URL."""
        article_id = hash_id(url)
        wanted = Wanted({Table.URLS: [page_key(article_id)]})
        return self._memory.atomically(wanted, lambda: self._published.page(article_id))

    def similar(self, words: Words) -> list[tuple[DuplicateKind | None, Record, Match]]:
        """The published articles closest to these words, likely copies first. `kind` is None if they are not a copy."""
        found = self._memory.atomically(Wanted(postings=[words.keys]), lambda: self._compared(words))
        return sorted(found, key=lambda one: -one[2].likelihood)

    def _compared(self, words: Words) -> list[tuple[DuplicateKind | None, Record, Match]]:
        self.begin()
        found = self._candidates.compared(Comparison(Profile(words), self._counts), words.keys)
        return [(each.kind, each.record, each.match) for each in found]

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
            Table.URLS: [page_key(sketch.article_id) for sketch in sketches],
            Table.CONTENTS: [sketch.content_hash[:KEY_BYTES] for sketch in sketches],
            Table.COUNTS: COUNTS_WANTED,
        },
        postings=[sketch.words.keys for sketch in sketches],
        of_record=page_of,
    )


def _copy_of(sketch: Sketch, verdict: Verdict, record: int) -> KnownPage:
    """What to remember of a URL under which nothing was published."""
    key, similarity = sketch.content_hash[:KEY_BYTES], verdict.similarity or 0.0
    return KnownPage(verdict.version, key, verdict.cluster_id, str(verdict.of), record, similarity)
