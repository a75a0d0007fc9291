from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.identity.ids import hash_id
from worker.messages import (
    MAX_EXTRA_BYTES,
    Article,
    Channel,
    DeadLetter,
    DuplicateKind,
    Identity,
    Outcome,
    Output,
    PipelineInfo,
    RawRecord,
    Reason,
    Retry,
    Source,
    Verdict,
)
from worker.pipeline import outputs
from worker.pipeline.trace import Trace
from worker.text.cleaning import MAX_LINE_CHARS, MAX_URL_CHARS
from worker.transport import dead_letters

INFO = PipelineInfo("1.2.3", "0123456789abcdef")
ID = "a" * 32
CONTENT = bytes(range(32))
IDENTITY = Identity(ID, CONTENT, Verdict(DuplicateKind.NEW, 1, None, None, ID))
NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)
SOURCE = Source("articles.raw", 3, 41, timestamp_ms=1_772_452_800_250)


def article(**fields: Any) -> Article:
    known: dict[str, Any] = {
        "url": "https://www.example.org/bridge?utm_source=x",
        "canonical_url": "https://example.org/bridge",
        "text": "The bridge reopened.",
        "markdown": "# The bridge reopened.",
        "title": "Bridge reopens",
        "authors": ("Ada Moreno", "Tom Okafor"),
        "description": "After eleven months.",
        "tags": ("bridge", "harbour"),
        "section": "Local",
        "published_at": NOON,
        "published_at_precision": "second",
        "language": "en",
        "site_name": "Example News",
        "image": "https://example.org/bridge.jpg",
        "paywalled": False,
        "page_kind": "article",
        "extractor": "trafilatura_fast",
        "status": 200,
        "removed": {"ad_label": 2},
        "measures": {"words": 3, "score": 0.5},
        "identity": IDENTITY,
    }
    return Article(**{**known, **fields})


def trace(**fields: Any) -> Trace:
    known: dict[str, Any] = {
        "record": RawRecord(SOURCE, b'{"a": 1}', key=b"k", headers=(("traceparent", b"00-1"),)),
        "article": article(),
        "article_id": ID,
        "outcome": Outcome.PUBLISHED,
        "reason": Reason.NEW,
        "sizes": {"extract": (900, 20)},
        "stage_ms": {"decode": 0.12345},
        "stage": "quality",
        "processed_at": NOON,
    }
    return Trace(**{**known, **fields})


def clean(one: Trace) -> dict[str, Any]:
    message: dict[str, Any] = orjson.loads(outputs.clean_article(one, INFO))
    return message


def report(one: Trace) -> dict[str, Any]:
    made = outputs.quality_report(one, INFO)
    assert isinstance(made.value, bytes)
    message: dict[str, Any] = orjson.loads(made.value)
    return message


def dead(record: RawRecord, detail: str = "why") -> DeadLetter:
    return DeadLetter(record, Reason.BAD_JSON, detail, "decode")


ANY_TEXT = st.text(st.characters())
ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


class TestCleanArticle:
    """The message for readers."""

    def test_every_field_comes_from_the_trace(self) -> None:
        assert clean(trace()) == {
            "schema": "clean_article.v2",
            "article_id": ID,
            "version": 1,
            "url": "https://www.example.org/bridge?utm_source=x",
            "canonical_url": "https://example.org/bridge",
            "host": "example.org",
            "title": "Bridge reopens",
            "authors": ["Ada Moreno", "Tom Okafor"],
            "description": "After eleven months.",
            "tags": ["bridge", "harbour"],
            "section": "Local",
            "published_at": "2026-03-02T12:00:00.250Z",
            "published_at_precision": "second",
            "fetched_at": None,
            "language": "en",
            "site_name": "Example News",
            "image": "https://example.org/bridge.jpg",
            "paywalled": False,
            "text": "The bridge reopened.",
            "markdown": "# The bridge reopened.",
            "word_count": 3,
            "score": 0.5,
            "content_hash": "sha256:" + CONTENT.hex(),
            "duplicate": {
                "kind": "new",
                "is_duplicate": False,
                "of": None,
                "similarity": None,
                "cluster_id": ID,
                "evidence": None,
                "change": None,
                "replaces": None,
            },
            "processed_at": "2026-03-02T12:00:00.250Z",
            "source": {
                "topic": "articles.raw",
                "partition": 3,
                "offset": 41,
                "timestamp": "2026-03-02T12:00:00.250Z",
                "value_hash": RawRecord(SOURCE, b'{"a": 1}').message_id.value_hash.hex(),
            },
            "pipeline": {"version": "1.2.3", "fingerprint": "0123456789abcdef"},
            "promoted_from": None,
        }

    @pytest.mark.parametrize(
        ("moment", "written"),
        [
            (datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=5, minutes=30))), "2026-03-02T06:30:00.000Z"),
            (datetime(1, 1, 1, 12, tzinfo=UTC), "0001-01-01T12:00:00.000Z"),
            (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), None),
            (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))), None),
        ],
    )
    def test_times_are_utc_and_a_time_outside_utc_s_years_is_unknown(
        self, moment: datetime, written: str | None
    ) -> None:
        assert clean(trace(article=article(published_at=moment)))["published_at"] == written

    @pytest.mark.parametrize("timestamp_ms", [None, -1, 1 << 62])
    def test_a_record_without_a_sensible_time_has_none(self, timestamp_ms: int | None) -> None:
        source = Source("t", 0, 0, timestamp_ms)
        assert clean(trace(record=RawRecord(source, b"")))["source"]["timestamp"] is None

    def test_the_crawlers_own_fields_are_passed_on(self) -> None:
        extra = {"crawlid": "c1", "depth": 2, "links": [{"url": "u", "text": None}]}
        assert clean(trace(article=article(extra=extra)))["extra"] == extra

    @pytest.mark.parametrize(("size", "kept"), [(MAX_EXTRA_BYTES, True), (MAX_EXTRA_BYTES + 1, False)])
    def test_crawler_fields_over_16_kib_are_left_out(self, size: int, kept: bool) -> None:
        extra = {"x": "x" * (size - len('{"x":""}'))}
        assert ("extra" in clean(trace(article=article(extra=extra)))) == kept

    def test_text_that_json_cannot_hold_is_scrubbed(self) -> None:
        odd = article(title="A\ud800B\x00C", extra={"n": 1 << 80, "d\udfff": "\ud800"})
        message = clean(trace(article=odd))
        assert message["title"] == "ABC"
        assert message["extra"] == {"n": None, "d": ""}

    @pytest.mark.parametrize("control", ["\x1b", "\x08", "\x7f", "\x9b", "\u202e", "\u2069"])
    def test_the_crawlers_own_fields_are_scrubbed(self, control: str) -> None:
        made = clean(trace(article=article(extra={f"k{control}": [f"a{control}b\tc\n", 1], "x": {"y": control}})))
        assert made["extra"] == {"k": ["ab\tc\n", 1], "x": {"y": ""}}

    def test_an_article_that_was_never_identified_is_refused(self) -> None:
        for missing in (None, article(identity=None)):
            with pytest.raises(AssertionError):
                outputs.clean_article(trace(article=missing), INFO)


class TestQualityReport:
    """The report that every record gets, whatever it holds."""

    def test_every_field_comes_from_the_trace(self) -> None:
        made = outputs.quality_report(trace(), INFO)
        assert (made.channel, made.key) == ("quality", ID.encode())
        assert report(trace()) == {
            "schema": "quality_report.v2",
            "article_id": ID,
            "source": SOURCE.described(),
            "url": "https://www.example.org/bridge?utm_source=x",
            "host": "example.org",
            "status": 200,
            "title": "Bridge reopens",
            "outcome": "published",
            "reason": "new",
            "detail": "",
            "stage": None,
            "shape": "native",
            "extractor": "trafilatura_fast",
            "language": "en",
            "page_kind": "article",
            "value_bytes": 8,
            "headers_left_out": 0,
            "sizes": {"extract": {"before": 900, "after": 20}},
            "removed": {"ad_label": 2},
            "duplicate": {
                "kind": "new",
                "is_duplicate": False,
                "of": None,
                "similarity": None,
                "cluster_id": ID,
                "evidence": None,
                "change": None,
                "replaces": None,
            },
            "score": 0.5,
            "measures": {"words": 3},
            "attempt": 1,
            "processed_at": "2026-03-02T12:00:00.250Z",
            "stage_ms": {"decode": 0.123},
            "pipeline": {"version": "1.2.3", "fingerprint": "0123456789abcdef"},
            "promoted_from": None,
        }

    def test_a_record_that_was_never_read_still_has_a_report(self) -> None:
        made = report(trace(article=None, outcome=Outcome.DEAD, reason=Reason.NOT_UTF8))
        unknown = {name for name, value in made.items() if value is None}
        assert unknown == {
            "url", "host", "status", "title", "shape", "extractor", "language", "page_kind", "duplicate", "score",
            "measures", "promoted_from",
        }  # fmt: skip
        assert made["removed"] == {}

    @pytest.mark.parametrize(
        ("outcome", "stage"),
        [("published", None), ("duplicate", None), ("dropped", "quality"), ("dead", "quality")],
    )
    def test_the_stage_is_named_if_the_record_ended_in_one(self, outcome: str, stage: str | None) -> None:
        assert report(trace(outcome=Outcome(outcome)))["stage"] == stage

    def test_the_detail_is_one_short_line(self) -> None:
        assert report(trace(detail="a\x00\n\tb\ud800" + "c" * 600))["detail"] == "a b" + "c" * 497

    def test_a_url_of_megabytes_is_cut(self) -> None:
        made = report(trace(article=article(url="https://example.org/" + "x" * 5_000_000)))
        assert len(made["url"]) == MAX_URL_CHARS

    def test_a_title_of_megabytes_is_cut(self) -> None:
        assert len(report(trace(article=article(title="x" * 5_000_000)))["title"]) == MAX_LINE_CHARS

    def test_the_host_of_a_record_that_the_index_did_not_judge_is_that_of_its_url(self) -> None:
        ended = article(identity=None, canonical_url=None, final_url="https://m.example.org/bridge")
        assert report(trace(article=ended, outcome=Outcome.DROPPED, reason=Reason.HTTP_ERROR))["host"] == "example.org"

    def test_a_url_that_breaks_its_parser_leaves_no_host(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: str | None) -> None:
            raise RecursionError

        monkeypatch.setattr(outputs, "canonicalise", broken)
        ended = article(identity=None)
        assert report(trace(article=ended, outcome=Outcome.DEAD, reason=Reason.STAGE_ERROR))["host"] is None

    def test_a_report_that_was_too_large_for_its_topic_has_its_outcome_and_little_else(self) -> None:
        whole, small = report(trace(detail="x")), report(trace(detail="x", refused={"quality"}))
        assert {name for name in whole if whole[name] != small[name]} == {
            "url", "host", "status", "title", "detail", "shape", "extractor", "language", "page_kind", "headers_left_out", "sizes", "removed",
            "score", "measures", "stage_ms",
        }  # fmt: skip
        assert (small["outcome"], small["reason"]) == ("published", "new")

    def test_making_a_report_does_not_change_the_trace(self) -> None:
        one = trace()
        assert report(one) == report(one)
        assert one.article == article()

    @given(
        st.builds(
            Article,
            url=ANY_TEXT,
            final_url=ANY_TEXT,
            language=ANY_TEXT,
            shape=ANY_TEXT,
            text=ANY_TEXT,
            removed=st.dictionaries(ANY_TEXT, st.integers(), max_size=2),
            extra=st.dictionaries(ANY_TEXT, ANY_JSON, max_size=2),
        ),
        st.builds(Source, ANY_TEXT, st.integers(), st.integers(), st.none() | st.integers()),
        st.dictionaries(ANY_TEXT, ANY_JSON, max_size=3),
        ANY_TEXT,
    )
    def test_any_trace_can_be_written(
        self, odd: Article, source: Source, measures: dict[str, Any], detail: str
    ) -> None:
        odd = replace(odd, measures=measures, identity=IDENTITY)
        one = trace(article=odd, record=RawRecord(source, b"x"), detail=detail, outcome=Outcome.DEAD)
        one.article_id = outputs.fallback_id(one)
        assert report(one)["outcome"] == "dead"
        assert clean(one)["schema"] == "clean_article.v2"
        made = outputs.dead_letter(one)
        assert isinstance(made.value, DeadLetter)
        assert orjson.loads(dead_letters.line(made.value))["value_base64"] == "eA=="
        assert all(isinstance(value, bytes) for _, value in dead_letters.headers(made.value))

    def test_numbers_and_depths_beyond_json_are_written_as_null(self) -> None:
        deep: Any = 1
        for _ in range(500):
            deep = [deep]
        made = report(
            trace(article=article(measures={"score": math.nan, "n": -(1 << 70), "deep": deep, "object": object()}))
        )
        assert made["score"] is None
        assert made["measures"]["n"] is None
        assert made["measures"]["object"] is None
        assert isinstance(made["measures"]["deep"], list)


class TestOutput:
    """Keys and headers of every message."""

    def test_the_inputs_headers_come_first_and_then_its_position(self) -> None:
        made = outputs.output("clean", trace(), b"{}")
        assert made == Output(
            "clean",
            ID.encode(),
            b"{}",
            (
                ("traceparent", b"00-1"),
                ("source-topic", b"articles.raw"),
                ("source-partition", b"3"),
                ("source-offset", b"41"),
            ),
        )

    def test_headers_of_an_output_that_is_an_input_again_are_replaced(self) -> None:
        old = (("source-topic", b"old"), ("a", b"1"), ("source-offset", b"7"), ("a", b"2"), ("reason", b"timeout"),
               ("promoted-from", b"v2"))  # fmt: skip
        one = trace(record=RawRecord(SOURCE, b"x", headers=old))
        own = (("source-topic", b"articles.raw"), ("source-partition", b"3"), ("source-offset", b"41"))
        kept = (("a", b"1"), ("a", b"2"))
        assert outputs.output("clean", one, b"{}").headers == (*kept, ("reason", b"timeout"), *own)
        assert report(one)["headers_left_out"] == 0
        made = outputs.dead_letter(trace(record=one.record, outcome=Outcome.DEAD))
        assert made.headers == (*kept, *own)
        assert isinstance(made.value, DeadLetter)
        names = [name for name, _ in (*made.headers, *dead_letters.headers(made.value))]
        assert names.count("reason") == names.count("source-topic") == 1

    @pytest.mark.parametrize(
        ("outcome", "is_last", "gives_up"),
        [(Outcome.DEAD, True, True), (Outcome.DEAD, False, False), (Outcome.DROPPED, True, False)],
    )
    def test_every_output_of_a_retry_names_its_dead_letter_and_its_attempt(
        self, outcome: Outcome, is_last: bool, gives_up: bool
    ) -> None:
        retry = Retry("articles.dead/1/5", 3, is_last)
        one = trace(record=RawRecord(SOURCE, b"x", retry=retry), outcome=outcome)
        marks = {"retry-of": b"articles.dead/1/5", "retry-attempt": b"3"}
        if gives_up:
            marks["retry-gave-up"] = b"true"
        for made in (outputs.dead_letter(one), outputs.quality_report(one, INFO), outputs.output("clean", one, b"{}")):
            assert {name: value for name, value in made.headers if name.startswith("retry-")} == marks
        assert report(one)["attempt"] == 3

    def test_an_input_cannot_claim_to_be_a_retry(self) -> None:
        claimed = (("retry-of", b"articles.dead/1/5"), ("retry-attempt", b"2"), ("retry-gave-up", b"true"))
        one = trace(record=RawRecord(SOURCE, b"x", headers=claimed))
        assert not [name for name, _ in outputs.quality_report(one, INFO).headers if name.startswith("retry-")]
        assert report(one)["attempt"] == 1

    @pytest.mark.parametrize(("size", "left_out"), [(outputs.MAX_HEADER_BYTES - 1, 0), (outputs.MAX_HEADER_BYTES, 1)])
    def test_headers_are_passed_on_up_to_16_kib_names_and_values_together(self, size: int, left_out: int) -> None:
        one = trace(record=RawRecord(SOURCE, b"x", headers=(("n", b"v" * size),)))
        assert len(outputs.output("clean", one, b"{}").headers) == 4 - left_out
        assert report(one)["headers_left_out"] == left_out

    def test_a_header_that_does_not_fit_leaves_room_for_those_after_it(self) -> None:
        headers = (("a", b"1"), ("huge", b"x" * 9_000_000), ("traceparent", b"00-1"), ("long", b"x" * 16_380))
        one = trace(record=RawRecord(SOURCE, b"x", headers=headers))
        for made in (outputs.output("clean", one, b"{}"), outputs.quality_report(one, INFO), outputs.dead_letter(one)):
            assert [name for name, _ in made.headers[:-3]] == ["a", "traceparent"]
        assert report(one)["headers_left_out"] == 2

    def test_the_headers_of_a_dead_letter_that_dies_again_are_not_counted_as_left_out(self) -> None:
        own = (("a", b"1"), ("huge", b"x" * 9_000_000))
        earlier = dead_letters.headers(dead(RawRecord(SOURCE, b"{"), "d" * 400))
        record = RawRecord(SOURCE, b"{", headers=(*own, ("source-offset", b"1"), *earlier))
        for refused, left_out in ((frozenset[Channel](), 1), (frozenset[Channel]({"clean"}), 2)):
            one = trace(record=record, outcome=Outcome.DEAD, refused=refused)
            made = (outputs.dead_letter(one), outputs.quality_report(one, INFO))
            for each in made:
                assert [name for name, _ in each.headers[:-3]] == ["a"][: 2 - left_out]
            assert report(one)["headers_left_out"] == left_out

    def test_a_name_counts_by_its_bytes(self) -> None:
        headers = (("é" * 8_192, b""), ("a", b""))
        one = trace(record=RawRecord(SOURCE, b"x", headers=headers))
        assert [name for name, _ in outputs.output("clean", one, b"{}").headers[:-3]] == ["é" * 8_192]

    def test_only_the_first_of_very_many_headers_are_passed_on_but_all_are_counted(self) -> None:
        many = (("source-topic", b"t"), *[("", b"")] * 100_000, ("source-offset", b"1"))
        one = trace(record=RawRecord(SOURCE, b"x", headers=many))
        assert len(outputs.output("clean", one, b"{}").headers) == outputs.MAX_HEADERS + 3
        assert report(one)["headers_left_out"] == 100_000 - outputs.MAX_HEADERS

    def test_the_headers_of_a_record_are_examined_once(self) -> None:
        class Counted(tuple):  # type: ignore[type-arg] # iterates over any
            times = 0
            __slots__ = ()

            def __iter__(self) -> Iterator[Any]:
                Counted.times += 1
                return super().__iter__()

        one = trace(record=RawRecord(SOURCE, b"x", headers=Counted((("a", b"1"),))), outcome=Outcome.DEAD)
        outputs.dead_letter(one)
        outputs.quality_report(one, INFO)
        assert Counted.times == 1

    def test_after_a_refused_output_no_header_is_passed_on(self) -> None:
        one = trace(refused={"clean"})
        for made in (outputs.quality_report(one, INFO), outputs.dead_letter(one)):
            assert [name for name, _ in made.headers] == ["source-topic", "source-partition", "source-offset"]
        assert report(one)["headers_left_out"] == 1

    def test_a_topic_name_may_have_any_characters(self) -> None:
        one = trace(record=RawRecord(Source("ärtikel\ud800.jsonl", 0, 1), b"x"))
        assert ("source-topic", "ärtikel.jsonl".encode()) in outputs.output("quality", one, b"{}").headers


class TestFallbackId:
    """The id of a record that was never identified."""

    def test_it_is_the_id_of_its_canonical_url(self) -> None:
        assert outputs.fallback_id(trace()) == hash_id("https://example.org/bridge")

    def test_an_invalid_url_identifies_the_record_unchanged(self) -> None:
        odd = Article(url="urn:isbn:123\ud800")
        assert outputs.fallback_id(trace(article=odd)) == hash_id("urn:isbn:123\ud800")

    @pytest.mark.parametrize("nothing", [None, Article(), Article(url="")])
    def test_without_a_url_its_place_identifies_it(self, nothing: Article | None) -> None:
        assert outputs.fallback_id(trace(article=nothing)) == hash_id("articles.raw/3/41")

    def test_a_bug_in_the_urls_does_not_stop_a_record_from_ending(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RecursionError

        monkeypatch.setattr(outputs, "canonicalise", fail)
        url = "https://www.example.org/bridge?utm_source=x"
        assert outputs.fallback_id(trace(article=article(identity=None))) == hash_id(url)


class TestDeadLetter:
    """The bytes as they arrived, and why the record died."""

    def test_it_carries_the_record_and_a_short_clean_detail(self) -> None:
        record = RawRecord(SOURCE, b"\xff\x00")
        one = trace(
            record=record, outcome=Outcome.DEAD, reason=Reason.NOT_UTF8, detail="bad\nbyte " * 99, stage="decode"
        )
        made = outputs.dead_letter(one)
        assert made.channel == "dead"
        assert isinstance(made.value, DeadLetter)
        assert made.value.record is record
        assert (made.value.reason, made.value.stage) == (Reason.NOT_UTF8, "decode")
        assert made.value.detail.startswith("bad byte bad byte")
        assert len(made.value.detail) == outputs.MAX_DETAIL_CHARS

    @pytest.mark.parametrize(("key", "published"), [(b"https://e.org/", b"https://e.org/"), (b"", b""), (None, None)])
    def test_its_key_is_the_records_own(self, key: bytes | None, published: bytes | None) -> None:
        assert outputs.dead_letter(trace(record=RawRecord(SOURCE, b"x", key))).key == published

    @pytest.mark.parametrize(("length", "kept"), [(8192, True), (8193, False)])
    def test_a_letter_that_was_too_large_for_its_topic_has_no_value_and_no_long_key(
        self, length: int, kept: bool
    ) -> None:
        record = RawRecord(SOURCE, b"x" * 100, b"k" * length)
        made = outputs.dead_letter(trace(record=record, refused={"dead"}))
        assert made.key == (record.key if kept else None)
        assert isinstance(made.value, DeadLetter)
        assert dead_letters.value(made.value, 1000) is None
        headers = dict(dead_letters.headers(made.value))
        assert headers["value-length"] == b"100"
        assert headers["value-sha256"] == hashlib.sha256(b"x" * 100).hexdigest().encode()
