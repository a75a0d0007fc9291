"""The memory of one site: what it learns from articles, and what it treats as furniture."""

from __future__ import annotations

import random
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.messages import Article
from worker.sites.host import MAX_COUNTED, MAX_ONCE, MAX_URLS, Host
from worker.sites.lines import SiteSketch, sketch
from worker.store.damage import DamagedError

LEAST = 5
CALL = "Join the conversation with our readers on the town square."
BYTES_AT_MOST = 8 + 16 * MAX_COUNTED + 4 * MAX_URLS + 4 * MAX_ONCE


def story(number: int, lines: int = 6) -> list[str]:
    return [f"Story {number} has a paragraph {part} that no other story has, and it is long." for part in range(lines)]


def page(lines: list[str], url: str = "https://example.com/a") -> SiteSketch:
    sketched = sketch(Article(url=url, text="\n".join(lines)), 0.0)
    assert sketched
    return sketched


def meet(host: Host, url: int, lines: list[str]) -> list[str]:
    """The lines that the site's next article loses, after packing and unpacking the host."""
    seen = page(lines)
    furniture = host.furniture(seen, LEAST)
    host.learn(seen, url)
    again = Host.unpack(host.pack())
    assert again == host
    assert list(again.counts) == list(host.counts)
    return [line for line, key in zip(seen.lines, seen.keys, strict=True) if key in furniture]


def test_a_line_that_occurred_in_five_articles_is_removed_from_the_sixth_on() -> None:
    host = Host()
    assert [meet(host, number, [*story(number), CALL]) for number in range(8)] == [[]] * 5 + [[CALL]] * 3
    assert host.articles == 8


def test_a_line_that_occurs_twice_in_an_article_counts_once() -> None:
    host = Host()
    assert [meet(host, number, [CALL, *story(number), CALL]) for number in range(5)] == [[]] * 5
    assert meet(host, 5, [CALL, *story(5), CALL]) == [CALL, CALL]


def test_ten_recrawls_of_an_article_do_not_turn_its_lines_into_furniture() -> None:
    host = Host()
    for _ in range(10):
        assert meet(host, 1, ["It is hot in here today.", *story(1)]) == []
    assert host.articles == 1
    assert host.counts == {}


def test_a_live_page_that_changes_completely_is_recognised_by_its_url() -> None:
    host = Host()
    for number in range(10):
        assert meet(host, 1, ["What we know of the fire so far", *story(number, 20)]) == []
    assert host.articles == 1


def test_updates_of_one_story_under_new_urls_do_not_turn_its_lines_into_furniture() -> None:
    host = Host()
    for number in range(12):
        update = [f"Paragraph {part} was added later, and is new.\n" for part in range(number)]
        assert meet(host, number, [*story(1, 10), *update[-4:]]) == []
    assert host.articles == 1


def test_a_line_is_known_by_all_low_32_bits_of_its_key() -> None:
    first, second = (page(story(number)) for number in range(2))
    for changed_bit, counted in ((1 << 3, 0), (1 << 20, 0), (1 << 40, 1)):
        host = Host()
        host.learn(first, 1)
        host.learn(replace(second, keys=[first.keys[0] ^ changed_bit, *second.keys[1:]]), 2)
        assert len(host.counts) == counted


def test_furniture_is_removed_from_a_known_article_too() -> None:
    host = Host()
    for number in range(6):
        meet(host, number, [*story(number), CALL])
    assert meet(host, 3, [*story(3), CALL]) == [CALL]
    assert host.articles == 6


def test_short_stories_above_long_furniture_are_kept_whole() -> None:
    host = Host()
    boxes = [f"This long box number {number} stands below each and every one of our articles." for number in range(9)]
    for number in range(30):
        assert meet(host, number, [*story(number, 2), *boxes]) == []


def test_a_line_of_one_article_in_twenty_belongs_to_the_story() -> None:
    host = Host()
    for number in range(400):
        lines = ["The war began three years ago today.", *story(number)] if number % 20 == 0 else story(number)
        assert meet(host, number, lines) == []


@pytest.mark.parametrize(("every", "gone"), [(2, [CALL]), (3, [])])
def test_a_line_of_half_of_the_articles_belongs_to_the_site(every: int, gone: list[str]) -> None:
    host = Host()
    for number in range(12 * every):
        removed = meet(host, number, [CALL, *story(number)] if number % every == 0 else story(number))
        assert number % every == 0 or removed == []
    assert meet(host, 12 * every, [CALL, *story(12 * every)]) == gone


@pytest.mark.parametrize("sections", [(0, 0, 0), (3, 0, 3), (3, 7, 7), (254, 1, 255)])
@pytest.mark.parametrize("authors", [(0, 0, 0), (9, 0, 9), (9, 4, 4)])
def test_a_count_remembers_one_section_and_one_author_or_that_there_are_several(
    sections: tuple[int, int, int], authors: tuple[int, int, int]
) -> None:
    host = Host()
    for number in range(3):
        seen = page([*story(number), CALL])
        host.learn(replace(seen, section=sections[number], author=authors[number]), number)
    count = Host.unpack(host.pack()).counts[seen.keys[-1]]

    def mark(last_two: tuple[int, ...]) -> int:
        marks = set(last_two) - {0}
        return marks.pop() if len(marks) == 1 else 255 if marks else 0

    assert count == mark(sections[1:]) << 56 | 3 << 32 | mark(authors[1:]) << 24


def test_a_site_with_as_many_articles_as_can_be_counted_is_forgotten() -> None:
    host = Host(articles=(1 << 24) - 1, counts={7: 9 << 32})
    assert meet(host, 1, story(1)) == []
    assert (host.articles, host.counts) == (0, {})


def test_a_box_that_is_two_fifths_of_each_text_is_furniture_and_not_a_copy_of_an_article() -> None:
    box = "Subscribe to our newsletter, which tells what is new. " * 5
    host = Host()
    for number in range(5):
        assert meet(host, number, [*story(number), box]) == []
    assert meet(host, 5, [*story(5), box]) == [box]


def test_within_the_story_it_takes_ten_articles_and_a_share_of_three_tenths() -> None:
    often, seldom = Host(), Host()
    removed_often, removed_seldom = 0, 0
    for number in range(200):
        half = story(number, 10)
        with_call = [*half[:5], CALL, *half[5:]]
        removed_often += len(meet(often, number, with_call if number % 2 == 0 else half))
        removed_seldom += len(meet(seldom, number, with_call if number % 6 == 0 else half))
    assert removed_often == 90
    assert removed_seldom == 0


def test_a_line_that_the_site_dropped_loses_its_share() -> None:
    host = Host()
    for number in range(10):
        meet(host, number, [*story(number), CALL])
    for number in range(10, 150):
        meet(host, number, story(number))
    assert meet(host, 150, [*story(150), CALL]) == []


def test_a_new_line_is_found_as_fast_on_an_old_site_as_on_a_new_one() -> None:
    host = Host()
    for number in range(300):
        meet(host, number, story(number))
    assert [meet(host, 300 + number, [*story(300 + number), CALL]) for number in range(6)] == [[]] * 5 + [[CALL]]


def test_long_paragraphs_and_lines_without_letters_are_never_furniture() -> None:
    host = Host()
    for number in range(12):
        assert meet(host, number, ["* * *", *story(number), "word " * 61, "1."]) == []


def test_a_site_that_never_says_the_same_line_twice_fills_a_bounded_value() -> None:
    host = Host()
    for number in range(1000):
        meet(host, number, [f"{number} {part} is a line of its own" for part in range(100)])
    assert len(host.pack()) <= BYTES_AT_MOST
    assert host.counts == {}


def test_a_hostile_site_fills_a_bounded_value_and_evicts_no_furniture() -> None:
    """Each line comes twice, so it gets a count and takes a place among the furniture."""
    host = Host()
    sizes = set()
    for number in range(1000):
        lines = [f"{(number + odd) // 2} {part} {odd} comes twice" for odd in (0, 1) for part in range(30)]
        removed = meet(host, number, [CALL, *story(number, 30), *lines])
        assert number < LEAST or removed == [CALL]
        sizes.add(len(host.pack()))
    assert max(sizes) == BYTES_AT_MOST


@given(st.lists(st.lists(st.sampled_from([*story(1, 3), CALL, "Top", "***", "x" * 400, ""]), max_size=8), max_size=30))
def test_packing_loses_nothing_and_most_of_a_text_is_never_removed(articles: list[list[str]]) -> None:
    host = Host()
    for number, lines in enumerate(articles):
        if any(lines):
            removed = meet(host, number, lines)
            assert 2 * sum(map(len, removed)) <= len("\n".join(lines))


@pytest.mark.parametrize("seed", range(3))
def test_stories_drawn_from_common_phrases_keep_them(seed: int) -> None:
    """Every article takes some sentences from a pool, as market reports do. At first, chance makes one frequent."""
    rng, host = random.Random(seed), Host()
    pool = [f"The index number {number} closed higher on the day." for number in range(40)]
    for number in range(200):
        first, *rest = story(number)
        assert meet(host, number, [first, *rest[:2], *rng.sample(pool, 4), *rest[2:]]) == []


def packed_host(
    articles: int = 3, counts: dict[int, int] | None = None, urls: int = 1, once: bytes = bytes(8)
) -> bytes:
    counts = counts or {}
    pairs = struct.pack(f"={2 * len(counts)}Q", *counts, *counts.values())
    return struct.pack("=IHH", articles, len(counts), urls) + pairs + bytes(4 * urls) + once


@pytest.mark.parametrize(
    "packed",
    [
        *(b"", packed_host()[:7], packed_host()[:9], packed_host() + b"x", packed_host(once=bytes(4 * 1025))),
        *(packed_host(urls=257), packed_host(articles=(1 << 31) + 1), b"\xff" * 9224),
        packed_host(counts=dict.fromkeys(range(257), 2 << 32)),
        packed_host(counts={7: 2 << 32 | 3}),  # first seen after as many articles as there are now
        packed_host(counts={7: 4 << 32}),  # in four of three articles
    ],
)
def test_a_value_that_cannot_have_been_packed_is_damaged(packed: bytes) -> None:
    Host.unpack(packed_host(counts={7: 2 << 32 | 1}))
    with pytest.raises(DamagedError):
        Host.unpack(packed)
