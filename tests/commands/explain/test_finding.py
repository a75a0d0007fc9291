from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from tests.commands.explain.world import DAY_MS, NOW_MS, World, message
from worker.commands.explain.asked import Page, parse
from worker.commands.explain.reports import MOST_LISTED, Key, Sighting, read_sighting

PAGE = parse("https://paper.example/1")
assert isinstance(PAGE, Page)


def key(world: World, offset: int) -> Key:
    return Key(world.settings.raw_topic, 0, offset)


def offsets(found: list[Sighting]) -> list[int]:
    return [each.key.offset for each in found]


def test_all_messages_of_a_page_are_found_newest_first_whatever_their_url_looks_like(world: World) -> None:
    urls = ["https://paper.example/1", "https://paper.example/2", "http://www.paper.example/1?utm_source=a"]
    for number, url in enumerate(urls):
        world.send(message(url=url), NOW_MS + number)
    world.send(message(url="https://other.example/9", final_url="https://paper.example/1"), NOW_MS + 10)
    world.send(message(url="https://paper.example/1", final_url="https://other.example/8"), NOW_MS + 11)
    world.send(b'{"url": "https://paper.example/1"}', NOW_MS + 12)
    world.process(*range(6))
    assert isinstance(PAGE, Page)
    assert offsets(world.finder.history(PAGE, None).newest_first) == [5, 4, 3, 2, 0]
    assert offsets(world.finder.history(Page(PAGE.article_id), None).newest_first) == [5, 3, 2, 0]
    since = datetime.fromtimestamp((NOW_MS + 1010) / 1000, UTC)
    assert offsets(world.finder.history(PAGE, since).newest_first) == [5, 4, 3]


def test_only_the_newest_of_many_messages_are_kept(world: World) -> None:
    for number in range(MOST_LISTED + 3):
        world.send(message(), NOW_MS + number)
    world.process(*range(MOST_LISTED + 3))
    assert isinstance(PAGE, Page)
    history = world.finder.history(PAGE, None)
    assert offsets(history.newest_first) == list(range(MOST_LISTED + 2, 2, -1))
    assert history.left_out == 3


def test_records_that_are_no_reports_are_skipped(world: World) -> None:
    world.send(message())
    world.process(0)
    reports = world.topics[world.settings.quality_topic]
    foreign = [b"{", b"[]", b'{"url": "https://paper.example/1"}', b'{"url": 7}', None]
    reports += [reports[0]._replace(value=value) for value in foreign]
    assert isinstance(PAGE, Page)
    assert len(world.finder.history(PAGE, None).newest_first) == 1


def test_the_search_for_the_report_begins_right_after_the_message(world: World) -> None:
    world.send(message(), NOW_MS)
    world.process(0)
    assert world.finder.report_on(key(world, 0), NOW_MS, None)
    ((_, since, until),) = world.read
    assert since is not None
    assert until is not None
    assert until - since < timedelta(hours=2)


@pytest.mark.parametrize("later_ms", [-DAY_MS, 5 * DAY_MS])
def test_a_report_is_found_although_a_clock_was_wrong_or_the_worker_was_late(world: World, later_ms: int) -> None:
    world.send(message(), NOW_MS)
    world.process(0, later_ms=later_ms)
    assert world.finder.report_on(key(world, 0), NOW_MS, None)


@pytest.mark.parametrize("written_ms", [None, -1, 0, 1 << 60, 253_402_300_799_000])
def test_a_message_may_have_no_time_or_an_impossible_one(world: World, written_ms: int | None) -> None:
    world.send(message())
    world.process(0)
    assert world.finder.report_on(key(world, 0), written_ms, None)
    assert world.finder.report_on(key(world, 1), written_ms, None) is None


def test_of_a_message_that_was_retried_the_last_attempt_counts(world: World) -> None:
    world.send(message(text="", odd=orjson.loads(message())["text"]))
    world.process(0)
    world.process(0, later_ms=2 * DAY_MS, attempt=2)
    world.process(0, later_ms=3 * DAY_MS, attempt=3, map=("text=odd",))
    found = world.finder.report_on(key(world, 0), NOW_MS, None)
    assert found
    assert (found.report.attempt, found.report.outcome) == (3, "published")


def test_the_search_for_titles_begins_shortly_before_the_message(world: World) -> None:
    for number in range(3):
        world.send(message(number), NOW_MS - number * 3 * DAY_MS)
    world.process(*range(3))
    ids = [orjson.loads(each.value or b"")["article_id"] for each in world.topics[world.settings.quality_topic]]
    near = list(world.finder.reports_of(ids[:1], NOW_MS, None))
    assert [each.report.url for each in near] == ["https://paper.example/0"]
    assert len(world.read) == 1
    assert {each.report.article_id for each in world.finder.reports_of(ids, NOW_MS, None)} == set(ids)
    world.read.clear()
    assert list(world.finder.reports_of(["f" * 32], NOW_MS, None)) == []
    assert len(world.read) == 4


def test_another_message_at_the_same_place_is_not_taken_for_it(world: World) -> None:
    world.send(message())
    world.process(0)
    raw = world.topics[world.settings.raw_topic]
    sighting = world.finder.report_on(key(world, 0), NOW_MS, None)
    assert world.finder.message(key(world, 0), sighting).record
    for other in (raw[0]._replace(value=b"{}"), raw[0]._replace(written_ms=NOW_MS + 1)):
        raw[0] = other
        found = world.finder.message(key(world, 0), sighting)
        assert found.record is None
        assert "there is another message at articles.raw:0:0 now" in found.note


def test_a_message_that_has_expired_is_no_longer_available_unless_it_died(world: World) -> None:
    world.send(message(), NOW_MS)
    world.send(b"{odd", NOW_MS, (("traceparent", b"00"),), b"key")
    world.send(message(2), NOW_MS + DAY_MS)
    world.process(0, 1)
    world.expired = 2
    published, dead = (world.finder.report_on(key(world, offset), NOW_MS, None) for offset in (0, 1))
    gone = world.finder.message(key(world, 0), published)
    assert gone.record is None
    assert gone.note == (
        "the message articles.raw:0:0 has expired from its partition, which now begins at 2024-10-05T00:00:00.000Z"
    )
    record = world.finder.message(key(world, 1), dead).record
    assert record
    assert (record.value, record.key, record.headers) == (b"{odd", b"key", (("traceparent", b"00"),))
    assert record.source.timestamp_ms == NOW_MS
    letters = world.topics[world.settings.dead_topic]
    letters[0] = letters[0]._replace(value=b"{")
    assert "has only a part of it" in world.finder.message(key(world, 1), dead).note
    letters.clear()
    assert "its dead letter was not found" in world.finder.message(key(world, 1), dead).note


def test_an_offset_that_is_not_written_yet_says_where_the_partition_ends(world: World) -> None:
    assert "ends before offset 0" in world.finder.message(key(world, 7), None).note


def test_the_article_of_a_report_is_the_last_one_before_it(world: World) -> None:
    world.send(message())
    world.process(0)
    world.process(0, later_ms=2000, attempt=2)
    old, new = world.topics[world.settings.clean_topic]
    other = {**orjson.loads(new.value or b""), "title": "Second"}
    world.topics[world.settings.clean_topic] = [old, new._replace(value=orjson.dumps(other))]
    reports = [read_sighting(each.value, each.written_ms) for each in world.topics[world.settings.quality_topic]]
    articles = [world.finder.clean_article(each) for each in reports if each]
    assert [each and each["title"] for each in articles] == ["Bridge reopened", "Second"]


def test_the_article_of_a_promoted_report_is_the_promoted_one(world: World) -> None:
    world.send(message())
    world.process(0)
    (own,) = world.topics[world.settings.clean_topic]
    promoted = {**orjson.loads(own.value or b""), "promoted_from": "v2"}
    world.topics[world.settings.clean_topic].append(own._replace(value=orjson.dumps(promoted)))
    (report,) = world.topics[world.settings.quality_topic]
    sighting = read_sighting(report.value, report.written_ms)
    assert sighting
    assert world.finder.clean_article(sighting) == orjson.loads(own.value or b"")
    sighting.whole["promoted_from"] = "v2"
    assert world.finder.clean_article(sighting) == promoted
