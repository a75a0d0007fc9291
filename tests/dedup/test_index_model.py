"""Compares an index on every memory with a model of its rules, for articles without near duplicates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dedup.sketches import DAY_S, NOW_S, OPENERS, WINDOW, Opener, fail_after, fresh_memory, message, sketch
from worker.dedup.index import Index, Sketch
from worker.dedup.valkey import memory as valkey
from worker.messages import DuplicateKind, MessageId, Verdict
from worker.store import environment

NEW, UPDATE, RECRAWL, EXACT = (DuplicateKind(name) for name in ("new", "update", "recrawl", "exact"))


@dataclass
class Model:
    """The rules over dictionaries. Each entry has the stretch of time with which it expires."""

    part_s: float
    watermark_s: float = 0.0
    verdicts: dict[MessageId, tuple[int, Verdict]] = field(default_factory=dict)
    pages: dict[str, tuple[int, tuple[int, bytes, str, str]]] = field(default_factory=dict)
    contents: dict[bytes, tuple[int, tuple[str, str]]] = field(default_factory=dict)

    def copy(self) -> Model:
        return Model(self.part_s, self.watermark_s, self.verdicts.copy(), self.pages.copy(), self.contents.copy())

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
        verdict = self._judge(of, int(max(event_time_s, horizon_s) // self.part_s))
        self.verdicts[message] = (int(self.watermark_s // self.part_s), verdict)
        return verdict

    def _judge(self, of: Sketch, part: int) -> Verdict:
        me = of.article_id
        known_part, (version, content, cluster, origin) = self.pages.get(of.url or "", (part, (0, b"", me, me)))
        first = self.contents.get(of.content_hash)
        if version and content == of.content_hash:
            verdict = Verdict(RECRAWL, version, origin, 1.0, cluster)
        elif version:
            version, origin = version + 1, me
            verdict = Verdict(UPDATE, version, me, None, cluster)
        elif first:
            version, (origin, cluster) = 1, first[1]
            verdict = Verdict(EXACT, 1, origin, 1.0, cluster)
        else:
            version, verdict = 1, Verdict(NEW, 1, None, None, me)
        if of.url:
            self.pages[of.url] = (max(part, known_part), (version, of.content_hash, cluster, origin))
        self.contents[of.content_hash] = (max(part, first[0]), first[1]) if first else (part, (me, cluster))
        return verdict


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
