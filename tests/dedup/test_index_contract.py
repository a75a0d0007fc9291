"""What an index must do on every memory. To test another back end, add it to `tests.dedup.sketches.OPENERS`."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.dedup.prose import prose
from tests.dedup.sketches import (
    DAY_S,
    NOW_S,
    OPENERS,
    SEED,
    Offsets,
    Opener,
    article_id,
    decide,
    fail_after,
    message,
    sketch,
    told,
)
from worker.dedup.index import Index, Sketch
from worker.dedup.memory import Memory, Wanted
from worker.dedup.word_codes import words_of
from worker.identity.ids import hash_id
from worker.messages import Change, DuplicateKind, MessageId, Verdict

NEW, UPDATE, RECRAWL, EXACT, COPY = (DuplicateKind(name) for name in ("new", "update", "recrawl", "exact", "copy"))


def updated(url: str, version: int) -> Verdict:
    """The verdict on an update of an article whose sketch has no words."""
    name = article_id(url)
    return Verdict(UPDATE, version, name, 0.0, name, change=Change.MAJOR)


@pytest.fixture
def index(memory: Memory) -> Index:
    return Index(memory)


@pytest.fixture
def new_id() -> Offsets:
    return Offsets()


# -- the rules -------------------------------------------------------------------------------------------------------


def test_an_unknown_article_is_new(index: Index, new_id: Offsets) -> None:
    assert decide(index, new_id(), sketch("a", "one")) == Verdict(NEW, 1, None, None, article_id("a"))


def test_a_repeated_message_gets_its_old_verdict_whatever_the_sketch_says(index: Index, new_id: Offsets) -> None:
    """Never `duplicate of itself` after a failed commit."""
    first, second, third, fourth = new_id(), new_id(), new_id(), new_id()
    pages = {
        first: sketch("a", "one"),
        second: sketch("a", "one"),
        third: sketch("b", "one"),
        fourth: sketch("a", "two"),
    }
    verdicts = {each: decide(index, each, of) for each, of in pages.items()}
    assert [verdict.kind for verdict in verdicts.values()] == [NEW, RECRAWL, EXACT, UPDATE]
    for each, of in reversed(pages.items()):
        assert decide(index, each, of) == verdicts[each]
        changed = Sketch(
            of.article_id, "https://example.com/else", bytes(32), NOW_S + DAY_S, words_of("all else", seed=SEED)
        )
        assert decide(index, each, changed) == verdicts[each]


def test_an_article_whose_id_has_changed_keeps_its_verdict(index: Index, new_id: Offsets) -> None:
    """The rules for URLs may have changed. An article that was new is still the first of its story."""
    first, second = new_id(), new_id()
    for each in (first, second):
        decide(index, each, sketch("a", "one"))
    assert decide(index, first, sketch("b", "one")) == Verdict(NEW, 1, None, None, article_id("b"))
    assert decide(index, second, sketch("b", "one")) == Verdict(RECRAWL, 1, article_id("a"), 1.0, article_id("a"))


def test_another_message_at_the_same_place_gets_its_own_verdict(index: Index, new_id: Offsets) -> None:
    """This happens with a recreated topic, a mirrored cluster, or another file of the same name."""
    old, new = message(0, value=b"old"), message(0, value=b"new")
    page = sketch("a", "one")
    first = decide(index, old, page)
    assert decide(index, new, sketch("b", "two")) == Verdict(NEW, 1, None, None, article_id("b"))
    assert decide(index, new, sketch("b", "two")) == Verdict(NEW, 1, None, None, article_id("b"))
    assert decide(index, old, page) == first
    assert decide(index, message(0, value=b"newer"), page).kind is RECRAWL
    assert decide(index, new_id(), sketch("b", "two")).kind is RECRAWL


def test_different_messages_at_one_place_are_distinguished_within_a_batch(index: Index) -> None:
    pages = [sketch(f"{number}", f"{number}") for number in range(3)]
    entries = [(message(number % 2, value=b"%d" % number), page) for number, page in enumerate(pages)]
    assert [verdict.kind for verdict in index.decide(entries)] == [NEW] * 3


def test_a_message_that_is_twice_in_a_batch_gets_one_verdict(index: Index, new_id: Offsets) -> None:
    one = new_id()
    first, again = index.decide([(one, sketch("a", "one")), (one, sketch("a", "one"))])
    assert first == again == Verdict(NEW, 1, None, None, article_id("a"))


def test_each_message_of_a_batch_sees_those_before_it(index: Index, new_id: Offsets) -> None:
    pages = [("a", "one"), ("a", "one"), ("b", "one"), ("a", "two"), ("b", "one"), ("c", "two"), ("c", "one")]
    verdicts = index.decide([(new_id(), sketch(*page)) for page in pages])
    assert [verdict.kind for verdict in verdicts] == [NEW, RECRAWL, EXACT, UPDATE, NEW, EXACT, EXACT]
    assert [verdict.of for verdict in verdicts[-2:]] == [article_id("a"), article_id("b")]
    assert index.decide([]) == []


def test_the_same_url_with_the_same_content_is_a_recrawl(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    for _ in range(2):
        assert decide(index, new_id(), sketch("a", "one")) == Verdict(RECRAWL, 1, article_id("a"), 1.0, article_id("a"))


def test_the_same_url_with_new_content_is_the_next_version(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    assert decide(index, new_id(), sketch("a", "two")) == updated("a", 2)
    assert decide(index, new_id(), sketch("a", "two")) == Verdict(RECRAWL, 2, article_id("a"), 1.0, article_id("a"))


def test_a_return_to_an_older_text_is_an_update_too(index: Index, new_id: Offsets) -> None:
    """Readers hold the newer text."""
    for content in ("one", "two"):
        decide(index, new_id(), sketch("a", content))
    assert decide(index, new_id(), sketch("a", "one")) == updated("a", 3)


def test_another_url_with_the_same_content_is_exact(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    for url in ("b", "c", None):
        assert decide(index, new_id(), sketch(url, "one")) == Verdict(EXACT, 1, article_id("a"), 1.0, article_id("a"))


def test_a_text_that_readers_no_longer_have_is_new_again(index: Index, new_id: Offsets) -> None:
    """The first version of article a is gone: its update took its place."""
    for content in ("one", "two"):
        decide(index, new_id(), sketch("a", content))
    assert decide(index, new_id(), sketch("b", "one")) == Verdict(NEW, 1, None, None, article_id("b"))
    assert decide(index, new_id(), sketch("c", "one")) == Verdict(EXACT, 1, article_id("b"), 1.0, article_id("b"))
    assert decide(index, new_id(), sketch("c", "two")) == Verdict(EXACT, 2, article_id("a"), 1.0, article_id("a"))


def test_the_recrawl_of_a_copy_is_published_once_readers_no_longer_have_its_words(
    index: Index, new_id: Offsets
) -> None:
    for url, content in (("a", "one"), ("b", "one"), ("a", "two")):
        decide(index, new_id(), sketch(url, content))
    assert decide(index, new_id(), sketch("b", "one")) == Verdict(NEW, 1, None, None, article_id("b"))
    assert decide(index, new_id(), sketch("b", "one")) == Verdict(RECRAWL, 1, article_id("b"), 1.0, article_id("b"))


def test_an_update_to_known_words_leaves_these_words_to_the_first_article(index: Index, new_id: Offsets) -> None:
    for url, content in (("a", "one"), ("b", "two"), ("b", "one")):
        decide(index, new_id(), sketch(url, content))
    assert decide(index, new_id(), sketch("c", "one")).of == article_id("a")


def test_an_update_never_becomes_a_duplicate_of_another_story(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("b", "two"))
    assert decide(index, new_id(), sketch("b", "one")) == updated("b", 2)
    assert decide(index, new_id(), sketch("c", "one")).of == article_id("a")


def test_the_recrawl_of_a_copy_points_to_the_article_that_was_published(index: Index, new_id: Offsets) -> None:
    for url in ("a", "b"):
        decide(index, new_id(), sketch(url, "one"))
    assert decide(index, new_id(), sketch("b", "one")) == Verdict(RECRAWL, 1, article_id("a"), 1.0, article_id("a"))


def test_a_copy_that_changes_is_judged_like_an_article_at_a_new_url(index: Index, new_id: Offsets) -> None:
    """Readers have no article under its URL that must be brought up to date."""
    for url in ("a", "b"):
        decide(index, new_id(), sketch(url, "one"))
    assert decide(index, new_id(), sketch("b", "two")) == Verdict(NEW, 2, None, None, article_id("b"))
    assert decide(index, new_id(), sketch("b", "two")) == Verdict(RECRAWL, 2, article_id("b"), 1.0, article_id("b"))
    assert decide(index, new_id(), sketch("b", "three")) == updated("b", 3)
    assert decide(index, new_id(), sketch("a", "one")).kind is RECRAWL


def test_a_copy_of_an_update_joins_its_cluster(index: Index, new_id: Offsets) -> None:
    for content in ("one", "two"):
        decide(index, new_id(), sketch("a", content))
    assert decide(index, new_id(), sketch("c", "two")) == Verdict(EXACT, 1, article_id("a"), 1.0, article_id("a"))


def test_an_article_without_a_url_is_known_by_its_content_only(index: Index, new_id: Offsets) -> None:
    name = sketch(None, "one").article_id
    assert decide(index, new_id(), sketch(None, "one")) == Verdict(NEW, 1, None, None, name)
    assert decide(index, new_id(), sketch(None, "one")) == Verdict(EXACT, 1, name, 1.0, name)
    assert decide(index, new_id(), sketch("a", "one")) == Verdict(EXACT, 1, name, 1.0, name)


@pytest.mark.parametrize("url", ["", "\ud800", "é" * 5000, "x" * 100_000])
def test_any_url_can_be_remembered(index: Index, new_id: Offsets, url: str) -> None:
    page = Sketch(hash_id(url), url, b"\x01" * 32, NOW_S, words_of("", seed=SEED))
    assert decide(index, new_id(), page).kind is NEW
    assert decide(index, new_id(), page).kind is RECRAWL


@pytest.mark.parametrize(
    "places",
    [
        ("t/0/1", "t/0/2", "t/1/1", "u/0/1", "t/0/01", "t/00/1", "t/0/-1", "t/0/1/1", "t/0/١", "t/0", "t"),
        ("", "/", "//", "/0/1", "\ud800/0/1", "\n/0/1", "é.jsonl/0/1"),
        ("t/4294967296/1", "t/0/18446744073709551616", "t/0/99999999999999999999999", "t" * 100_000 + "/0/1"),
    ],
)
def test_messages_at_places_of_any_form_are_distinguished(
    index: Index, new_id: Offsets, places: tuple[str, ...]
) -> None:
    for number in range(len(places)):
        decide(index, new_id(), sketch(f"{number}", f"{number}"))
    ids = [MessageId(place, bytes(8)) for place in places]
    copies = [(one, sketch(f"copy-{number}", f"{number}")) for number, one in enumerate(ids)]
    verdicts = [decide(index, *copy) for copy in copies]
    assert [verdict.of for verdict in verdicts] == [article_id(f"{number}") for number in range(len(places))]
    assert index.decide(copies) == verdicts


# -- batches ---------------------------------------------------------------------------------------------------------


def test_nothing_of_a_batch_is_stored_if_its_body_raises(memory: Memory, index: Index, new_id: Offsets) -> None:
    first, second = new_id(), new_id()
    text = " ".join(prose("story", 150))
    failed = fail_after(memory, index, [(first, told("a", text)), (second, told("b", text))])
    assert [verdict.kind for verdict in failed] == [NEW, EXACT]
    assert decide(index, second, told("c", f"{text} and more")).kind is NEW
    assert decide(index, first, told("a", text)).of == article_id("c")


def test_an_exception_of_a_body_is_raised_unchanged(memory: Memory, index: Index) -> None:
    def body() -> None:
        index.begin()
        raise OSError("of the body")

    with pytest.raises(OSError, match="of the body"):
        memory.atomically(Wanted(), body)


def test_nothing_is_decided_outside_a_batch(index: Index, new_id: Offsets) -> None:
    with pytest.raises(RuntimeError):
        index.judge(new_id(), sketch("a", "one"))


def test_a_batch_within_a_batch_is_refused_and_fails_the_outer_one(
    memory: Memory, index: Index, new_id: Offsets
) -> None:
    def body() -> None:
        index.begin()
        index.judge(new_id(), sketch("a", "one"))
        index.decide([(new_id(), sketch("b", "two"))])

    with pytest.raises(RuntimeError):
        memory.atomically(Wanted(), body)
    assert decide(index, new_id(), sketch("a", "one")).kind is NEW
    assert decide(index, new_id(), sketch("b", "two")).kind is NEW


def test_a_reopened_index_remembers(opener: Opener, tmp_path: Path, new_id: Offsets) -> None:
    first = new_id()
    before = opener(tmp_path)
    verdict = decide(Index(before), first, sketch("a", "one"))
    before.close()
    before.close()
    after = opener(tmp_path)
    assert decide(Index(after), first, sketch("a", "one")) == verdict
    assert decide(Index(after), new_id(), sketch("a", "one")).kind is RECRAWL
    after.close()


# -- time ------------------------------------------------------------------------------------------------------------


def test_an_article_is_remembered_for_the_window(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("x", "else", NOW_S + 30 * DAY_S - 1))
    assert decide(index, new_id(), sketch("b", "one", NOW_S + 30 * DAY_S)).kind is EXACT


def test_an_article_is_forgotten_at_most_a_part_of_the_window_later(
    opener: Opener, index: Index, new_id: Offsets
) -> None:
    """A thirtieth of it, or a quarter on a server, where each part is read over the network."""
    later_s = NOW_S + (31 if opener is OPENERS["embedded"] else 37.5) * DAY_S
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("x", "else", later_s))
    assert decide(index, new_id(), sketch("a", "one", later_s)).kind is NEW


def test_an_article_that_is_seen_again_is_remembered_for_longer(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("a", "one", NOW_S + 20 * DAY_S))
    decide(index, new_id(), sketch("x", "else", NOW_S + 45 * DAY_S))
    assert decide(index, new_id(), sketch("a", "one", NOW_S + 45 * DAY_S)).kind is RECRAWL
    assert decide(index, new_id(), sketch("b", "one", NOW_S + 45 * DAY_S)).kind is EXACT


@pytest.mark.parametrize("again", ["a", "b"])
def test_a_content_that_is_seen_again_is_remembered_for_longer(index: Index, new_id: Offsets, again: str) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch(again, "one", NOW_S + 20 * DAY_S))
    decide(index, new_id(), sketch("x", "else", NOW_S + 45 * DAY_S))
    verdict = decide(index, new_id(), sketch("c", "one", NOW_S + 45 * DAY_S))
    assert (verdict.kind, verdict.of) == (EXACT, article_id("a"))


def test_a_message_without_a_time_does_not_move_the_window(index: Index, new_id: Offsets) -> None:
    """Old articles, some of them without a time, are followed by copies of all of them."""
    pages = [(f"{number}", None if number % 10 == 5 else NOW_S - 900 * DAY_S + number) for number in range(50)]
    with capture_logs() as logs:
        for url, at_s in pages:
            assert decide(index, new_id(), sketch(url, f"story {url}", at_s)).kind is NEW
        for url, at_s in pages:
            assert decide(index, new_id(), sketch(f"copy-{url}", f"story {url}", at_s)).kind is EXACT
    assert logs == []


def test_old_messages_after_a_first_one_without_a_time_find_each_other(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one", None))
    for day in range(0, 100, 10):
        decide(index, new_id(), sketch(f"{day}", f"{day}", NOW_S - (900 - day) * DAY_S))
    for day in range(0, 100, 10):
        assert decide(index, new_id(), sketch(f"copy-{day}", f"{day}", NOW_S - 700 * DAY_S)).kind is EXACT
    assert decide(index, new_id(), sketch("a", "one", NOW_S)).kind is RECRAWL


def test_a_jump_of_the_window_is_logged_once_after_it_is_stored(memory: Memory, index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one", NOW_S - 900 * DAY_S))
    with capture_logs() as logs:
        fail_after(memory, index, [(new_id(), sketch("b", "two"))])
        assert logs == []
        decide(index, new_id(), sketch("b", "two"))
        decide(index, new_id(), sketch("c", "three"))
    (told,) = logs
    assert (told["event"], told["log_level"], told["setting"]) == ("window_jumped", "warning", "dedup_window")
    assert (told["jumped_s"], told["generations_forgotten"]) == (900 * DAY_S, 1)


def test_messages_out_of_order_within_the_window_find_each_other(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    assert decide(index, new_id(), sketch("a", "two", NOW_S - 20 * DAY_S)).version == 2
    assert decide(index, new_id(), sketch("a", "two", NOW_S - 10 * DAY_S)) == Verdict(
        RECRAWL, 2, article_id("a"), 1.0, article_id("a")
    )


def test_messages_from_before_the_window_find_each_other_too(index: Index, new_id: Offsets) -> None:
    """They come from a lagging partition or a replay. They are decided as usual, and remembered for a while."""
    decide(index, new_id(), sketch("x", "else"))
    old, again = new_id(), new_id()
    first = decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S))
    assert first.kind is NEW
    assert decide(index, again, sketch("a", "one", NOW_S - 200 * DAY_S)).kind is RECRAWL
    assert decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S)) == first


def test_the_verdict_on_an_old_event_is_remembered_for_the_whole_window(index: Index, new_id: Offsets) -> None:
    """A message may be read again after any failure, however old its event is."""
    decide(index, new_id(), sketch("x", "else"))
    old = new_id()
    verdict = decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S))
    decide(index, new_id(), sketch("y", "more", NOW_S + 30 * DAY_S - 1))
    assert decide(index, new_id(), sketch("a", "one", NOW_S)).kind is NEW
    assert decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S)) == verdict
