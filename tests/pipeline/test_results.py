"""What is published of a record, in a smaller form each time that an output is too large for its topic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from worker.messages import (
    Article,
    Channel,
    DeadLetter,
    Dropped,
    DuplicateKind,
    Identity,
    Outcome,
    Output,
    PipelineInfo,
    RawRecord,
    Reason,
    Result,
    Source,
    Verdict,
)
from worker.pipeline import results as results_module
from worker.pipeline.results import Results, end
from worker.pipeline.trace import Trace

INFO = PipelineInfo("1.2.3", "0123456789abcdef")
ID = "a" * 32


@pytest.fixture
def results() -> Results:
    return Results(INFO, lambda: 0.0, lambda: 0.0, tag_duplicates=False, max_message_bytes=1 << 20)


def published(offset: int = 0) -> Trace:
    """A finished trace. The pipeline makes a new one each time the record comes."""
    record = RawRecord(Source("articles.raw", 0, offset), b"value", b"key", (("traceparent", b"00-1"),))
    identity = Identity(ID, b"0" * 32, Verdict(DuplicateKind.NEW, 1, None, None, ID))
    return Trace(record, Article(url="https://e.org/", text="Words.", measures={"score": 1.0}, identity=identity))


def made(results: Results, trace: Trace) -> Result:
    """The result as the pipeline makes it: it first asks whether the article can be published."""
    assert trace.article is not None
    if refusal := results.refusal(trace, trace.article):
        end(trace, refusal, "publish")
    return results.of(trace)


def dead() -> Trace:
    return replace(published(), article=None, outcome=Outcome.DEAD, reason=Reason.BAD_JSON, stage="decode")


def output(result: Result, channel: Channel) -> Output:
    (found,) = (each for each in result.outputs if each.channel == channel)
    return found


def letter(result: Result) -> DeadLetter:
    value = output(result, "dead").value
    assert isinstance(value, DeadLetter)
    return value


def headers(result: Result) -> list[set[str]]:
    return [{name for name, _ in each.headers if not name.startswith("source-")} for each in result.outputs]


def test_a_refused_article_becomes_a_dead_letter_without_the_input_s_headers(results: Results) -> None:
    first = made(results, published())
    assert headers(first) == [{"traceparent"}] * 2
    assert results.note_refused([first], [output(first, "clean")])
    again = made(results, published())
    assert (again.outcome, again.reason) == (Outcome.DEAD, Reason.OUTPUT_TOO_LARGE)
    assert [each.channel for each in again.outputs] == ["dead", "quality"]
    assert headers(again) == [set(), set()]
    assert (letter(again).record.value, letter(again).with_value) == (b"value", True)


def test_a_refused_dead_letter_has_no_value(results: Results) -> None:
    first = results.of(dead())
    assert results.note_refused([first], [output(first, "dead")])
    again = results.of(dead())
    assert (again.reason, letter(again).with_value) == (Reason.BAD_JSON, False)


def test_a_refused_report_does_not_keep_its_article_from_being_published(results: Results) -> None:
    first = made(results, published())
    assert results.note_refused([first], [output(first, "quality")])
    again = made(results, published())
    assert [each.channel for each in again.outputs] == ["clean", "quality"]
    report = output(again, "quality").value
    assert isinstance(report, bytes)
    assert orjson.loads(report)["url"] is None


def test_an_output_refused_in_its_smallest_form_cannot_be_made_smaller(results: Results) -> None:
    first = made(results, published())
    assert results.note_refused([first], [output(first, "clean")])
    second = made(results, published())
    assert results.note_refused([second], [output(second, "dead")])
    third = made(results, published())
    assert letter(third).with_value is False
    assert results.note_refused([third], [output(third, "quality")])
    fourth = made(results, published())
    assert not results.note_refused([fourth], [output(fourth, "dead")])
    assert not results.note_refused([fourth], [output(fourth, "quality")])


def test_the_neighbours_of_a_refused_record_are_published_unchanged(results: Results) -> None:
    batch = [made(results, published(offset)) for offset in range(3)]
    results.note_refused(batch, [output(batch[1], "clean")])
    again = [made(results, published(offset)) for offset in range(3)]
    assert [each.outcome for each in again] == [Outcome.PUBLISHED, Outcome.DEAD, Outcome.PUBLISHED]
    assert headers(again[0]) == [{"traceparent"}] * 2


def test_all_refused_outputs_of_a_batch_are_noted_at_once(results: Results) -> None:
    batch = [made(results, published(offset)) for offset in range(3)]
    assert results.note_refused(
        batch, [output(batch[0], "clean"), output(batch[2], "clean"), output(batch[2], "quality")]
    )
    again = [made(results, published(offset)) for offset in range(3)]
    assert [each.outcome for each in again] == [Outcome.DEAD, Outcome.PUBLISHED, Outcome.DEAD]
    assert not results.note_refused(again, [output(again[0], "dead"), output(again[2], "quality")])


def test_an_equal_output_is_recognised_and_one_of_another_record_cannot_be_made_smaller(results: Results) -> None:
    first = made(results, published())
    assert results.note_refused([first], [replace(output(first, "clean"))])
    assert made(results, published()).outcome is Outcome.DEAD
    assert not results.note_refused([first], [Output("clean", b"k", b"{}")])


def test_the_latest_records_with_refused_outputs_are_remembered(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_module, "MAX_REFUSED", 2)
    for offset in (0, 1, 2):
        first = made(results, published(offset))
        results.note_refused([first], [output(first, "clean")])
    assert [made(results, published(offset)).outcome for offset in (0, 1, 2)] == ["published", "dead", "dead"]


# -- for the metrics -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("article", "host"),
    [
        ({"canonical_url": "https://news.example:8443/1"}, "news.example"),
        ({"url": "https://www.News.example/1"}, "news.example"),
        ({"identity": None, "canonical_url": "https://claimed.example/", "url": "https://m.news.example/1"}, "news.example"),
        ({"identity": None, "url": "https://a.example/1", "final_url": "https://b.example/1"}, "b.example"),
        ({"identity": None, "url": "https://a.example/1", "final_url": "nonsense"}, "a.example"),
        ({"identity": None, "url": "http://["}, None),
        ({"identity": None, "url": None}, None),
    ],
)  # fmt: skip
def test_a_result_names_the_host_of_the_page(results: Results, article: dict[str, Any], host: str | None) -> None:
    trace = published()
    assert trace.article is not None
    trace.article = replace(trace.article, **article)
    if trace.identity is None:
        end(trace, Dropped(Reason.TOO_SHORT), "filter")
    assert results.of(trace).host == host


def test_a_record_without_an_article_has_no_host(results: Results) -> None:
    assert results.of(dead()).host is None


def test_a_url_that_cannot_be_read_does_not_stop_the_report(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_url: str | None) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(results_module, "host", fail)
    result = results.of(published())
    assert (result.host, result.outcome) == (None, Outcome.PUBLISHED)


def test_a_result_says_how_often_each_rule_removed_something(results: Results) -> None:
    trace = published()
    assert trace.article is not None
    trace.article = trace.article.with_text("Words.", {"ad_label": 2})
    assert results.of(trace).removed == {"ad_label": 2}
