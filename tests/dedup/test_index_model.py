"""Compares an index on every memory with a model of its rules, for articles without near duplicates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dedup.sketches import DAY_S, NOW_S, OPENERS, WINDOW, Opener, fail_after, fresh_memory, message, sketch
from worker.dedup.index import Index, Sketch
from worker.dedup.valkey import meta as valkey
from worker.messages import Change, DuplicateKind, MessageId, Verdict
from worker.store import environment

NEW, UPDATE, RECRAWL, EXACT = (DuplicateKind(name) for name in ("new", "update", "recrawl", "exact"))


@dataclass(frozen=True)
class Page:
    """The content seen last at a URL, and the published article that readers have for it."""

    version: int
    content: bytes
    origin: str
    cluster: str
    record: int


@dataclass
class Model:
    """The rules over dictionaries. Each entry has the stretch of time with which it expires."""

    part_s: float
    watermark_s: float = 0.0
    verdicts: dict[MessageId, tuple[int, Verdict]] = field(default_factory=dict)
    pages: dict[str, tuple[int, Page]] = field(default_factory=dict)
    contents: dict[bytes, tuple[int, Page]] = field(default_factory=dict)
    records: dict[int, int] = field(default_factory=dict)  # the stretch of time of each
    published: int = 0

    def copy(self) -> Model:
        return replace(
            self, verdicts=self.verdicts.copy(), pages=self.pages.copy(), contents=self.contents.copy(),
            records=self.records.copy(),
        )  # fmt: skip

    def decide(self, message: MessageId, of: Sketch) -> Verdict:
        if message in self.verdicts:
            verdict = self.verdicts[message][1]
            return replace(verdict, cluster_id=of.article_id) if verdict.kind is NEW else verdict
        event_time_s = self.watermark_s if of.event_time_s is None else of.event_time_s
        self.watermark_s = max(self.watermark_s, event_time_s)
        horizon_s = self.watermark_s - 30 * DAY_S
        gone = int(horizon_s // self.part_s)
        self.verdicts = {key: entry for key, entry in self.verdicts.items() if entry[0] >= gone}
        self.pages = {key: entry for key, entry in self.pages.items() if entry[0] >= gone}
        self.contents = {key: entry for key, entry in self.contents.items() if entry[0] >= gone}
        self.records = {number: part for number, part in self.records.items() if part >= gone}
        verdict = self._judge(of, int(max(event_time_s, horizon_s) // self.part_s))
        self.verdicts[message] = (int(self.watermark_s // self.part_s), verdict)
        return verdict

    def _judge(self, of: Sketch, part: int) -> Verdict:
        me = of.article_id
        _, page = self.pages.get(me, (part, None)) if of.url else (part, None)
        version = 1 if page is None else page.version + (page.content != of.content_hash)
        known = self._readers_have(part, self.contents.get(of.content_hash, (part, None))[1])
        if page and page.content == of.content_hash and self._readers_have(part, page):
            self._see(me, part, page)
            if page.origin == me and not known:
                self.contents[of.content_hash] = (max(part, self.contents.get(of.content_hash, (part, page))[0]), page)
            verdict = Verdict(RECRAWL, version, page.origin, 1.0, page.cluster)
        elif page and page.origin == me and page.content != of.content_hash:
            remembered = page.record in self.records
            verdict = Verdict(
                UPDATE, version, me, 0.0 if remembered else None, page.cluster,
                change=Change.MAJOR if remembered else None,
            )  # fmt: skip
        elif known:
            verdict = Verdict(EXACT, version, known.origin, 1.0, known.cluster)
            if of.url:
                self._see(me, part, replace(known, version=version, content=of.content_hash))
        else:
            verdict = Verdict(NEW, version, None, None, me)
        if verdict.kind in (NEW, UPDATE):
            self._publish(of, verdict, part, known)
        elif known:
            before, _ = self.contents[of.content_hash]
            self.contents[of.content_hash] = (max(before, part), known)
        return verdict

    def _readers_have(self, part: int, page: Page | None) -> Page | None:
        """The page if readers have its record. If so, its article is remembered for longer."""
        if page is None or page.origin not in self.pages:
            return None
        before, now = self.pages[page.origin]
        if (now.origin, now.record) != (page.origin, page.record):
            return None
        self.pages[page.origin] = (max(before, part), now)
        return page

    def _see(self, me: str, part: int, page: Page) -> None:
        self.pages[me] = (max(part, self.pages.get(me, (part, None))[0]), page)

    def _publish(self, of: Sketch, verdict: Verdict, part: int, known: Page | None) -> None:
        self.published += 1
        self.records[self.published] = part
        page = Page(verdict.version, of.content_hash, of.article_id, verdict.cluster_id, self.published)
        self._see(of.article_id, part, page)
        before, first = self.contents.get(of.content_hash, (part, page))
        self.contents[of.content_hash] = (max(part, before), first if known else page)


PARTS_S = {
    OPENERS["embedded"]: WINDOW.total_seconds() / environment.GENERATIONS_IN_WINDOW,
    OPENERS["valkey"]: WINDOW.total_seconds() / valkey.GENERATIONS_IN_WINDOW,
}
_DAYS = st.one_of(st.none(), st.just(0.0), st.floats(0, 3), st.floats(0, 100), st.integers(0, 100))
_MESSAGE = st.tuples(
    st.integers(0, 15),
    st.sampled_from([b"", b"x"]),
    st.one_of(st.none(), st.sampled_from("abc")),
    st.sampled_from(["one", "two", "three"]),
    _DAYS,
)


@pytest.mark.parametrize("opener", list(OPENERS.values()), ids=list(OPENERS))
@given(batches=st.lists(st.tuples(st.lists(_MESSAGE, max_size=6), st.booleans()), max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_stream_gets_the_verdicts_of_the_model(
    opener: Opener, batches: list[tuple[list[tuple[int, bytes, str | None, str, float | None]], bool]]
) -> None:
    """URLs, contents, message ids and times are arbitrary. Some batches fail and leave no trace."""
    model = Model(PARTS_S[opener])
    with fresh_memory(opener) as memory:
        index = Index(memory)
        first = (message(99), sketch("first", "else"))  # it has a time, so there is a watermark from the start
        assert index.decide([first]) == [model.decide(*first)]
        for messages, fails in batches:
            entries = [
                (message(offset, value=value), sketch(url, content, None if day is None else NOW_S + day * DAY_S))
                for offset, value, url, content, day in messages
            ]
            after = model.copy()
            wanted = [after.decide(*entry) for entry in entries]
            if fails:
                assert fail_after(memory, index, entries) == wanted
            else:
                assert index.decide(entries) == wanted
                model = after
