"""The pipeline with stages written for these tests and an index in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest

from worker.dedup.entries import SHOWN
from worker.dedup.index import Entry, Sketch
from worker.dedup.word_codes import words_of
from worker.errors import IndexStoreError, InstallationError
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise
from worker.messages import (
    Article,
    Dead,
    DeadLetter,
    Dropped,
    DuplicateKind,
    Identity,
    MessageId,
    Outcome,
    PipelineInfo,
    RawRecord,
    Reason,
    Result,
    Source,
    Verdict,
)
from worker.pipeline import outputs
from worker.pipeline.pipeline import Pipeline, RecordTimeout
from worker.pipeline.results import ROOM_BYTES
from worker.pipeline.stage import Part, Stage, Stages
from worker.pipeline.trace import Trace
from worker.sites.lines import SiteSketch, remove, sketch
from worker.sites.memory import Furniture
from worker.stages.identify import Dedup

INFO = PipelineInfo("1.2.3", "0123456789abcdef")


def record(offset: int, value: bytes | None = b"text") -> RawRecord:
    return RawRecord(Source("articles.raw", 0, offset, timestamp_ms=1_000), value, headers=(("traceparent", b"00-1"),))


def decode(raw: RawRecord) -> Article | Dropped | Dead:
    """`!name` asks for an ending; anything else is a text."""
    value = (raw.value or b"").decode()
    endings: dict[str, Dropped | Dead] = {
        "!dead": Dead(Reason.BAD_JSON, "no JSON"),
        "!dropped": Dropped(Reason.HTTP_ERROR, "status 404"),
    }
    return endings.get(value) or Article(url=f"https://example.org/{raw.source.offset}", text=value)


def shout(article: Article) -> Article | Dropped | Dead:
    """A stage that changes the text, ends the record, fails, or takes too long, depending on the text."""
    text = article.text or ""
    if text == "!boom":
        raise ValueError("a bug")
    if text == "!slow":
        raise RecordTimeout("over 20 s")
    if text == "!short":
        return Dropped(Reason.TOO_SHORT, "1 word")
    if text == "!deep":
        return Dead(Reason.TOO_DEEP, "1001 levels")
    return article.with_text(text.upper() + "!", {"shout": 1})


class Step(Dedup):
    """The step of the index, with a bug that one article triggers."""

    def sketch(self, article: Article, _record: RawRecord) -> Sketch:
        if article.text == "!UNNAMED!":
            raise KeyError("unnamed")
        content = hashlib.sha256((article.text or "").encode()).digest()
        return Sketch(hash_id(article.url or ""), article.url, content, 1.0, words_of(article.text or "", seed=1))


def measure(article: Article) -> Article:
    if article.text == "!UNMEASURED!":
        raise ZeroDivisionError
    return replace(article, measures={"words": 1, "score": 0.5})


@dataclass
class MemoryIndex:
    """Remembers contents and counts its batches. `kinds` forces verdicts by place."""

    kinds: dict[str, DuplicateKind] = field(default_factory=dict)
    seen: dict[bytes, str] = field(default_factory=dict)
    decided: list[str] = field(default_factory=list)
    batches: int = 0
    seed: int = 1

    def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        self.batches += 1
        return [self.judge(*entry) for entry in entries]

    def judge(self, message: MessageId, sketch: Sketch) -> Verdict:
        self.decided.append(message.place)
        first = self.seen.setdefault(sketch.content_hash, sketch.article_id)
        known = DuplicateKind.NEW if first == sketch.article_id else DuplicateKind.EXACT
        kind = self.kinds.get(message.place, known)
        of = None if kind is DuplicateKind.NEW else first
        return Verdict(kind, 2 if kind is DuplicateKind.UPDATE else 1, of, 1.0 if of else None, first)


def choose(article: Article) -> Article | Dropped:
    """The stage after the site lines."""
    if article.text == "":
        return Dropped(Reason.NO_ARTICLE, "nothing left")
    if article.text == "!LATE!":
        raise ValueError("a late bug")
    if article.text == "!LATER!":
        raise RecordTimeout("over 20 s")
    return article


@dataclass
class MemorySites:
    """Treats a line as furniture if an earlier article had it. Writes its calls to `log`. `!LOST!` triggers a bug."""

    seen: set[int] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    fails: bool = False
    name: str = "site_lines"

    def sketch(self, article: Article, raw: RawRecord) -> SiteSketch | None:
        self.log.append(f"sketch {raw.source.offset}")
        if article.text == "!LOST!":
            raise LookupError("lost")
        return None if article.text == "NOWHERE!" else sketch(article, 0.0)

    def decide(self, items: Sequence[tuple[MessageId, SiteSketch]]) -> list[Furniture]:
        self.log.append("begin")
        decisions = [Furniture(page, self.furniture(message, page)) for message, page in items]
        if self.fails:
            raise IndexStoreError("the disk is full")
        self.log.append("end")
        return decisions

    def furniture(self, message: MessageId, page: SiteSketch) -> frozenset[int]:
        self.log.append(f"decide {message.place}")
        known = self.seen & set(page.keys)
        self.seen.update(page.keys)
        return frozenset(known)

    def apply(self, article: Article, decision: Furniture) -> Article:
        return remove(article, decision.page, decision.keys)


def stages(
    index: MemoryIndex | None = None,
    sites: MemorySites | None = None,
    *,
    step: type[Dedup] = Step,
    instead: Mapping[str, Any] | None = None,
) -> Stages:
    """The stages of this module, some of them replaced."""
    runs: dict[str, Any] = {"decode": decode, "shout": shout, "choose": choose, "quality": measure, **(instead or {})}
    shouted = Part((Stage("shout", runs["shout"]),), sites)
    chosen = (Stage("choose", runs["choose"]), Stage("quality", runs["quality"]))
    return Stages(runs["decode"], (shouted, Part(chosen, step(index or MemoryIndex()))))


def pipeline(index: MemoryIndex | None = None, sites: MemorySites | None = None, **options: Any) -> Pipeline:
    return Pipeline(stages(index, sites), INFO, **options)


def run(
    *values: bytes | None, index: MemoryIndex | None = None, sites: MemorySites | None = None, **options: Any
) -> list[Result]:
    return pipeline(index, sites, **options).process([record(offset, value) for offset, value in enumerate(values)])


def channels(result: Result) -> list[str]:
    return [output.channel for output in result.outputs]


def report(result: Result) -> dict[str, Any]:
    (quality,) = (output for output in result.outputs if output.channel == "quality")
    assert isinstance(quality.value, bytes)
    message: dict[str, Any] = orjson.loads(quality.value)
    return message


def letter(result: Result) -> DeadLetter:
    (dead,) = (output.value for output in result.outputs if output.channel == "dead")
    assert isinstance(dead, DeadLetter)
    return dead


def ending(result: Result) -> tuple[str, str, str | None]:
    said = report(result)
    assert (said["outcome"], said["reason"]) == (result.outcome, result.reason)
    return said["outcome"], said["reason"], said["stage"]


def test_an_article_passes_all_stages_and_is_published() -> None:
    (result,) = run(b"story")
    assert ending(result) == ("published", "new", None)
    assert channels(result) == ["clean", "quality"]
    clean = result.outputs[0]
    assert isinstance(clean.value, bytes)
    assert orjson.loads(clean.value)["text"] == "STORY!"
    said = report(result)
    assert said["sizes"] == {"shout": {"before": 5, "after": 6}, "choose": {"before": 6, "after": 6}}
    assert said["removed"] == {"shout": 1}
    assert said["score"] == 0.5
    assert said["stage_ms"].keys() == {"decode", "shout", "choose", "dedup", "quality", "publish"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"!dead", ("dead", "bad_json", "decode")),
        (b"!dropped", ("dropped", "http_error", "decode")),
        (b"!short", ("dropped", "too_short", "shout")),
        (b"!deep", ("dead", "too_deep", "shout")),
        (b"!boom", ("dead", "stage_error", "shout")),
        (b"!slow", ("dead", "timeout", "shout")),
        (b"!late", ("dead", "stage_error", "choose")),
        (b"!later", ("dead", "timeout", "choose")),
        (b"!unnamed", ("dead", "stage_error", "dedup")),
        (b"!unmeasured", ("dead", "stage_error", "quality")),
        (b"\xff", ("dead", "stage_error", "decode")),
    ],
)
def test_a_record_that_ends_early_leaves_its_neighbours_alone(value: bytes, expected: tuple[str, str, str]) -> None:
    index = MemoryIndex()
    before, ended, after = run(b"one", value, b"two", index=index)
    assert ending(before) == ending(after) == ("published", "new", None)
    assert ending(ended) == expected
    assert channels(ended) == (["dead", "quality"] if expected[0] == "dead" else ["quality"])
    assert index.decided == ["articles.raw/0/0", "articles.raw/0/2"]


def test_a_stage_error_names_its_exception() -> None:
    (result,) = run(b"!boom")
    assert report(result)["detail"] == "ValueError: a bug"
    assert letter(result).record == record(0, b"!boom")
    assert (letter(result).reason, letter(result).stage) == (Reason.STAGE_ERROR, "shout")


def test_a_report_says_how_far_the_record_got() -> None:
    """What a stage removed is reported even if the next stage fails."""
    (result,) = run(b"!unnamed")
    assert report(result)["removed"] == {"shout": 1}
    assert report(result)["sizes"]["shout"] == {"before": 8, "after": 9}


def test_a_record_without_an_identity_gets_its_id_from_its_url_or_its_place() -> None:
    short, dead = run(b"!short", b"!dead")
    assert report(short)["article_id"] == hash_id("https://example.org/0")
    assert report(dead)["article_id"] == hash_id("articles.raw/0/1")
    assert {output.channel: output.key for output in dead.outputs} == {
        "dead": None,
        "quality": hash_id("articles.raw/0/1").encode(),
    }


def test_a_batch_is_one_write_to_the_index_and_no_write_without_articles() -> None:
    index = MemoryIndex()
    run(b"one", b"two", b"!dead", index=index)
    assert index.batches == 1
    run(b"!dead", b"!short", index=index)
    assert index.batches == 1


@pytest.mark.parametrize(
    ("kind", "expected", "published"),
    [
        (DuplicateKind.NEW, ("published", "new", None), True),
        (DuplicateKind.UPDATE, ("published", "update", None), True),
        (DuplicateKind.RECRAWL, ("duplicate", "recrawl", None), False),
        (DuplicateKind.EXACT, ("duplicate", "exact", None), False),
        (DuplicateKind.COPY, ("duplicate", "copy", None), False),
        (DuplicateKind.EXCERPT, ("duplicate", "excerpt", None), False),
        (DuplicateKind.SUPERSET, ("published", "superset", None), True),
        (DuplicateKind.SPIN, ("duplicate", "spin", None), False),
        (DuplicateKind.POSSIBLE, ("published", "possible", None), True),
        (DuplicateKind.CONTAINS, ("published", "contains", None), True),
    ],
)
@pytest.mark.parametrize("tag_duplicates", [False, True])
def test_the_verdict_decides_the_outcome(
    kind: DuplicateKind, expected: tuple[str, str, None], published: bool, tag_duplicates: bool
) -> None:
    index = MemoryIndex(kinds={"articles.raw/0/0": kind})
    (result,) = run(b"story", index=index, tag_duplicates=tag_duplicates)
    assert ending(result) == expected
    assert channels(result) == (["clean", "quality"] if published or tag_duplicates else ["quality"])
    assert report(result)["duplicate"]["kind"] == kind


def test_duplicates_are_published_only_on_request() -> None:
    assert [channels(result) for result in run(b"story", b"story")] == [["clean", "quality"], ["quality"]]


def test_a_tagged_duplicate_names_the_article_that_it_repeats() -> None:
    first, second = run(b"story", b"story", tag_duplicates=True)
    value = second.outputs[0].value
    assert isinstance(value, bytes)
    assert orjson.loads(value)["duplicate"] == {
        "kind": "exact",
        "is_duplicate": True,
        "of": report(first)["article_id"],
        "similarity": 1.0,
        "cluster_id": report(first)["article_id"],
        "evidence": None,
        "change": None,
        "replaces": None,
    }


def test_an_article_over_the_limit_is_dead_and_its_neighbours_are_published() -> None:
    small = run(b"x")[0].outputs[0].value
    assert isinstance(small, bytes)
    limit = len(small) + ROOM_BYTES + 100
    one, large, two = run(b"x", b"x" * 2000, b"y", max_message_bytes=limit)
    assert ending(one) == ending(two) == ("published", "new", None)
    assert ending(large) == ("dead", "output_too_large", "publish")
    assert channels(large) == ["dead", "quality"]
    assert "bytes" in report(large)["detail"]


def test_an_article_fits_with_the_longest_url_and_verdict() -> None:
    url = "https://" + ".".join(["h" * 60] * 4) + "/" + "p" * 7900
    canonical = canonicalise(url)
    assert canonical
    evidence = dict.fromkeys(SHOWN, 0.123)
    verdict = Verdict(DuplicateKind.POSSIBLE, (1 << 32) - 2, "b" * 32, 0.123, "c" * 32, evidence)
    bare = trace_of(Article(text="x"), Identity("a" * 32, bytes(32), Verdict(DuplicateKind.NEW, 1, None, None, "")))
    full = trace_of(Article(text="x", canonical_url=canonical), Identity("a" * 32, bytes(32), verdict))
    longer = len(outputs.clean_article(full, INFO)) - len(outputs.clean_article(bare, INFO))
    assert 7900 < longer < ROOM_BYTES


def trace_of(article: Article, identity: Identity) -> Trace:
    return Trace(record(0, b""), replace(article, identity=identity))


@pytest.mark.parametrize("problem", ["too large", "cannot be written"])
def test_the_index_never_hears_of_an_article_that_cannot_be_published(
    monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    """It would take the copies of an article for duplicates that nobody can read."""

    def fail(*_: object) -> bytes:
        raise TypeError("not serialisable")

    index = MemoryIndex()
    if problem == "too large":
        results = run(b"story", index=index, max_message_bytes=ROOM_BYTES)
        assert ending(results[0]) == ("dead", "output_too_large", "publish")
    else:
        monkeypatch.setattr(outputs, "clean_article", fail)
        results = run(b"story", index=index)
        assert ending(results[0]) == ("dead", "stage_error", "publish")
    assert channels(results[0]) == ["dead", "quality"]
    assert index.decided == []


def test_an_article_that_its_topic_refused_is_dead_when_it_comes_again() -> None:
    worker, records = pipeline(), [record(0, b"story"), record(1, b"other")]
    results = worker.process(records)
    assert worker.note_refused(results, [results[0].outputs[0]])
    again, other = worker.process(records)
    assert ending(again) == ("dead", "output_too_large", "publish")
    assert ending(other)[0] == "published"


def asked(answers: list[bool]) -> Callable[[], bool]:
    return iter(answers).__next__


@pytest.mark.parametrize(("answers", "done"), [([True], 1), ([False, True], 2), ([False] * 4, 4)])
def test_a_slow_batch_is_cut_to_its_first_records_but_at_least_one(answers: list[bool], done: int) -> None:
    index = MemoryIndex()
    records = [record(offset, b"story %d" % offset) for offset in range(4)]
    results = pipeline(index).process(records, enough=asked(answers))
    assert [result.record for result in results] == records[:done]
    assert len(index.decided) == done


def test_an_empty_batch_gives_nothing() -> None:
    assert run() == []


# -- lines that recur on a site --------------------------------------------------------------------------------------


def test_an_article_loses_lines_of_earlier_articles_in_its_batch() -> None:
    first, second = run(b"one\njoin us", b"two\njoin us", sites=MemorySites())
    assert report(first)["removed"] == {"shout": 1}
    assert report(second)["removed"] == {"shout": 1, "site_line": 1}
    assert report(second)["sizes"] == {
        "shout": {"before": 11, "after": 12},
        "site_lines": {"before": 12, "after": 3},
        "choose": {"before": 3, "after": 3},
    }
    assert "site_lines" in report(first)["stage_ms"]
    assert first.stage_ms["site_lines"] > 0


def test_the_slow_stages_run_outside_the_two_batches_and_the_sites_come_first() -> None:
    sites = MemorySites()

    class Watched(MemoryIndex):
        def judge(self, message: MessageId, sketch: Sketch) -> Verdict:
            sites.log.append(f"verdict {message.place}")
            return super().judge(message, sketch)

    run(b"one", b"!dead", b"nowhere", b"!late", index=Watched(), sites=sites)
    assert sites.log == [
        *("sketch 0", "sketch 2", "sketch 3"),
        *("begin", "decide articles.raw/0/0", "decide articles.raw/0/3", "end"),
        *("verdict articles.raw/0/0", "verdict articles.raw/0/2"),
    ]


def test_an_article_without_a_site_goes_on() -> None:
    (result,) = run(b"nowhere", sites=MemorySites())
    assert ending(result) == ("published", "new", None)
    assert report(result)["sizes"].keys() == {"shout", "choose"}


def test_the_next_stage_sees_what_is_left_of_an_article() -> None:
    _, second = run(b"join us", b"join us", sites=MemorySites())
    assert ending(second) == ("dropped", "no_article", "choose")


def test_a_bug_in_the_sketch_ends_only_its_record() -> None:
    one, lost, two = run(b"one", b"!lost", b"two", sites=MemorySites())
    assert ending(lost) == ("dead", "stage_error", "site_lines")
    assert ending(one) == ending(two) == ("published", "new", None)


def test_without_articles_nothing_is_written_to_the_sites() -> None:
    sites = MemorySites()
    run(b"!dead", b"nowhere", sites=sites)
    assert "begin" not in sites.log


def test_if_the_sites_cannot_be_written_nothing_is_published_or_decided() -> None:
    index = MemoryIndex()
    with pytest.raises(IndexStoreError, match="disk is full"):
        run(b"story", index=index, sites=MemorySites(fails=True))
    assert index.batches == 0


def test_the_sites_learn_only_from_records_that_are_done() -> None:
    sites = MemorySites()
    records = [record(offset, b"story %d" % offset) for offset in range(4)]
    pipeline(sites=sites).process(records, enough=asked([False, True]))
    assert [entry for entry in sites.log if entry.startswith("decide")] == [
        "decide articles.raw/0/0",
        "decide articles.raw/0/1",
    ]


# -- the guard -------------------------------------------------------------------------------------------------------


def test_crashes_in_the_second_part_of_a_record_are_counted_separately() -> None:
    """Otherwise each end of the first part would clear them, and the process would die on the record forever."""

    @contextmanager
    def guard(message: MessageId, part: int) -> Iterator[Dead | None]:
        deadly = message == record(1, b"killer").message_id and part == 1
        yield Dead(Reason.CRASH, "3 times in a row") if deadly else None

    story, killer = run(b"story", b"killer", guard=guard)
    assert ending(story) == ("published", "new", None)
    assert ending(killer) == ("dead", "crash", "choose")
    assert letter(killer).record == record(1, b"killer")


def test_a_condemned_record_is_dead_without_being_processed() -> None:
    @contextmanager
    def guard(message: MessageId, part: int) -> Iterator[Dead | None]:
        yield Dead(Reason.CRASH, "3 times in a row") if message == record(0, b"killer").message_id else None

    killer, story = run(b"killer", b"story", guard=guard)
    assert ending(killer) == ("dead", "crash", "decode")
    assert report(killer)["detail"] == "3 times in a row"
    assert report(killer)["stage_ms"].keys() == {"publish"}
    assert letter(killer).record.value == b"killer"
    assert ending(story) == ("published", "new", None)


def test_a_record_may_run_out_of_time_before_its_first_stage() -> None:
    @contextmanager
    def guard(message: MessageId, part: int) -> Iterator[Dead | None]:
        if message == record(0, b"story").message_id:
            raise RecordTimeout("over 20 s")
        yield None

    (result,) = run(b"story", guard=guard)
    assert ending(result) == ("dead", "timeout", "")


@pytest.mark.parametrize("last", [0, 1])
def test_a_record_that_times_out_at_the_end_of_a_part_leaves_nothing_in_the_stores(last: int) -> None:
    """Nobody receives it, so a later copy must be published, and must count on its site as if it were the first."""

    @contextmanager
    def guard(message: MessageId, part: int) -> Iterator[Dead | None]:
        yield None
        if message == record(1, b"slow").message_id and part == last:
            raise RecordTimeout("over 20 s")

    index, sites = MemoryIndex(), MemorySites()
    results = run(b"one", b"slow", b"two", index=index, sites=sites, guard=guard)
    assert [ending(result)[:2] for result in results] == [
        ("published", "new"),
        ("dead", "timeout"),
        ("published", "new"),
    ]
    assert index.decided == ["articles.raw/0/0", "articles.raw/0/2"]
    assert ("decide articles.raw/0/1" in sites.log) == (last == 1)
    assert report(results[1])["duplicate"] is None


def test_the_guard_is_exited_even_if_a_stage_fails() -> None:
    left = []

    @contextmanager
    def guard(message: MessageId, part: int) -> Iterator[Dead | None]:
        try:
            yield None
        finally:
            left.append((message.place, part))

    run(b"!boom", b"!slow", b"story", guard=guard)
    assert left == [*((f"articles.raw/0/{offset}", 0) for offset in range(3)), ("articles.raw/0/2", 1)]


def test_every_record_has_exactly_one_report_and_every_output_names_its_input_s_position() -> None:
    values = (b"a", b"a", b"!dead", b"!boom", b"!slow", b"!short", b"!dropped", b"!deep", None)
    results = run(*values, tag_duplicates=True)
    assert [result.record.source.offset for result in results] == list(range(len(values)))
    for offset, result in enumerate(results):
        assert channels(result).count("quality") == 1
        assert channels(result).count("dead") == (result.outcome is Outcome.DEAD)
        for output in result.outputs:
            headers = dict(output.headers)
            assert headers["source-offset"] == str(offset).encode()
            assert headers["traceparent"] == b"00-1"


def test_if_a_store_fails_nothing_is_published() -> None:
    class FullStore(MemoryIndex):
        def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
            super().decide(entries)
            raise IndexStoreError("the disk is full")

    with pytest.raises(IndexStoreError, match="disk is full"):
        run(b"story", index=FullStore())


def test_time_is_measured_by_the_clock_that_was_passed_in() -> None:
    ticks = iter(range(1000))
    (result,) = run(b"story", clock=lambda: next(ticks) / 1000)
    assert result.stage_ms == pytest.approx(
        {"decode": 1, "shout": 1, "choose": 1, "dedup": 3, "quality": 1, "publish": 2}
    )


def test_a_report_has_the_time_of_the_clock_that_was_passed_in() -> None:
    reports = [report(result) for result in run(b"story", b"!dead", now_s=lambda: 1_772_452_800.25)]
    assert [each["processed_at"] for each in reports] == ["2026-03-02T12:00:00.250Z"] * 2


def test_a_report_has_what_the_stage_that_ended_its_record_read_of_the_article() -> None:
    def gone(raw: RawRecord) -> Dropped:
        read = Article(url="https://www.example.org/gone", status=404, title="Gone", shape="nutch")
        return Dropped(Reason.HTTP_ERROR, "status 404", read)

    (result,) = Pipeline(stages(instead={"decode": gone}), INFO).process([record(0)])
    said = report(result)
    assert {name: said[name] for name in ("url", "host", "status", "title", "shape")} == {
        "url": "https://www.example.org/gone",
        "host": "example.org",
        "status": 404,
        "title": "Gone",
        "shape": "nutch",
    }
    assert said["article_id"] == hash_id("https://example.org/gone")


def test_the_time_of_a_batch_step_is_shared_among_its_records() -> None:
    ticks = iter(range(1000))
    results = run(b"one", b"two", b"!dead", clock=lambda: next(ticks) / 1000)
    assert [result.stage_ms.get("dedup") for result in results] == [pytest.approx(2.5), pytest.approx(2.5), None]


def test_the_size_of_an_article_without_a_text_is_the_size_of_its_page() -> None:
    def page(raw: RawRecord) -> Article:
        return Article(url="https://example.org/0", html="<p>story</p>")

    def extract(article: Article) -> Article:
        return replace(article, text="story")

    (result,) = Pipeline(stages(instead={"decode": page, "shout": extract}), INFO).process([record(0)])
    assert report(result)["sizes"] == {"shout": {"before": 12, "after": 5}, "choose": {"before": 5, "after": 5}}


class PanicException(BaseException):
    """Like pyo3's class, which a panic in a Rust extension raises. It is not an `Exception`."""


def fail_with(error: type[BaseException]) -> Callable[..., Any]:
    def fail(*_: object) -> Any:
        raise error("entered unreachable code")

    return fail


def stages_where(name: str, fail: Callable[..., Any]) -> Stages:
    """The stages of this module, except that the one with this name fails for "bad" records."""

    def instead(stage: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: fail() if "bad" in repr(given).lower() else stage(*given)

    class Failing(Step):
        def sketch(self, article: Article, record: RawRecord) -> Sketch:
            if "bad" in repr(article).lower():
                fail()
            return super().sketch(article, record)

    if name == "dedup":
        return stages(step=Failing)
    runs: dict[str, Callable[..., Any]] = {"decode": decode, "shout": shout, "choose": choose, "quality": measure}
    return stages(instead={name: instead(runs[name])})


STEPS = ["decode", "shout", "choose", "dedup", "quality"]


@pytest.mark.parametrize("step", STEPS)
def test_a_panic_in_a_stage_ends_only_its_record(step: str) -> None:
    failing = stages_where(step, fail_with(PanicException))
    records = [record(offset, value) for offset, value in enumerate([b"one", b"bad", b"two"])]
    before, panicked, after = Pipeline(failing, INFO).process(records)
    assert ending(before) == ending(after) == ("published", "new", None)
    assert ending(panicked) == ("dead", "stage_error", step)
    assert report(panicked)["detail"] == "PanicException: entered unreachable code"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("step", STEPS)
def test_an_exception_that_ends_the_process_is_not_taken_for_a_bug(step: str, error: type[BaseException]) -> None:
    failing = stages_where(step, fail_with(error))
    with pytest.raises(error):
        Pipeline(failing, INFO).process([record(0, b"bad")])


def test_a_library_that_a_batch_step_cannot_load_ends_the_process() -> None:
    class Unloaded(Step):
        def decide(self, _items: Sequence[Entry]) -> Any:
            raise ImportError("no such library")

    with pytest.raises(InstallationError, match="Reinstall article-worker"):
        Pipeline(stages(step=Unloaded), INFO).process([record(0, b"story")])


def test_an_article_that_the_last_step_does_not_identify_ends_its_record_alone() -> None:
    class Forgetful(Step):
        def sketch(self, article: Article, record: RawRecord) -> Any:
            return None if article.text == "FORGET!" else super().sketch(article, record)

    records = [record(offset, value) for offset, value in enumerate([b"one", b"forget"])]
    one, forgotten = Pipeline(stages(step=Forgetful), INFO).process(records)
    assert ending(one) == ("published", "new", None)
    assert ending(forgotten)[:2] == ("dead", "stage_error")


def test_a_library_that_cannot_be_loaded_is_not_the_record_s_fault() -> None:
    failing = stages_where("shout", fail_with(ImportError))
    with pytest.raises(InstallationError, match="Reinstall article-worker, or give it more memory"):
        Pipeline(failing, INFO).process([record(0, b"bad")])


@pytest.mark.parametrize("name", ["clean_article", "canonicalise"])
def test_a_panic_while_an_output_is_made_ends_only_its_record(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may come when an article is written, or when the id of a dead record is made."""
    monkeypatch.setattr(outputs, name, fail_with(PanicException))
    story, dead = run(b"story", b"!boom")
    assert ending(story)[:2] == (("dead", "stage_error") if name == "clean_article" else ("published", "new"))
    assert ending(dead) == ("dead", "stage_error", "shout")


@pytest.mark.parametrize("name", ["clean_article", "canonicalise"])
def test_a_stop_while_an_output_is_made_ends_the_process(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, name, fail_with(SystemExit))
    with pytest.raises(SystemExit):
        run(b"story", b"!boom")
