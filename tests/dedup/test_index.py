"""Near duplicates in the index. For the rules by URL and content, see test_index_contract."""

from __future__ import annotations

from itertools import count
from random import Random

import pytest

from tests.dedup.made_stream import stream
from tests.dedup.prose import misspelt, prose, renumbered, respelt
from tests.dedup.sketches import (
    DAY_S,
    NOW_S,
    Opener,
    article_id,
    fail_after,
    fresh_memory,
    in_batches,
    message,
    published,
    told,
)
from worker.dedup.entries import SHOWN
from worker.dedup.index import Index
from worker.dedup.memory import Memory
from worker.messages import DuplicateKind, Verdict

NEW, UPDATE, RECRAWL, EXACT, COPY, EXCERPT, SUPERSET, SPIN, POSSIBLE, CONTAINS = DuplicateKind

STORY = prose("story", 200)
OTHER = prose("other", 200)
COPIED = [*prose("site", 10), *STORY[20:], *prose("footer", 10)]  # with another lede, too
ROUND_UP = [*prose("before", 150), *STORY, *prose("behind", 150)]


class Reader:
    """Gives articles to an index, each in its own message and batch."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._offsets = count()

    def __call__(self, url: str | None, words: list[str], days: float = 0) -> Verdict:
        of = told(url, " ".join(words), NOW_S + days * DAY_S)
        (verdict,) = self.index.decide([(message(next(self._offsets)), of)])
        return verdict


@pytest.fixture
def read(memory: Memory) -> Reader:
    return Reader(Index(memory))


def of_story(kind: DuplicateKind, verdict: Verdict) -> bool:
    """Whether the verdict is this kind of duplicate of the story at URL a."""
    named = (verdict.kind, verdict.version, verdict.of, verdict.cluster_id)
    return named == (kind, 1, article_id("a"), article_id("a"))


# -- kinds of near duplicates ----------------------------------------------------------------------------------------


def test_a_copy_names_the_story_its_cluster_and_the_evidence(read: Reader) -> None:
    read("a", STORY)
    verdict = read("b", COPIED)
    assert of_story(COPY, verdict)
    assert verdict.is_duplicate
    assert verdict.similarity is not None
    assert 0.9 < verdict.similarity <= 1
    assert list(verdict.evidence) == list(SHOWN)
    assert all(0 <= share <= 1 for share in verdict.evidence.values())
    assert verdict.evidence["order"] == pytest.approx(0.9, abs=0.06)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (EXCERPT, STORY[:100]),
        (EXCERPT, STORY[120:]),
        (SUPERSET, STORY + OTHER[:100]),
        (SPIN, respelt(STORY, Random(1), 0.45)),
        (COPY, misspelt(STORY, Random(2), 0.05)),
    ],
)
def test_other_near_duplicates_get_the_right_kind(read: Reader, kind: DuplicateKind, words: list[str]) -> None:
    read("a", STORY)
    assert of_story(kind, read("b", words))


@pytest.mark.parametrize("url", ["b", None])
def test_an_article_with_or_without_a_url_may_be_a_copy(read: Reader, url: str | None) -> None:
    read("a", STORY)
    assert of_story(COPY, read(url, COPIED))


def test_another_story_and_a_story_with_other_numbers_are_new(read: Reader) -> None:
    report = prose("report", 80)
    read("a", report)
    for url, words in (("b", OTHER), ("c", renumbered(report, Random(1)))):
        verdict = read(url, words)
        assert verdict.kind in (NEW, POSSIBLE)
        assert verdict.cluster_id == article_id(url)


def test_articles_without_words_are_never_near_duplicates(read: Reader) -> None:
    assert read("a", ["…"]).kind is NEW
    assert read("b", ["!"]).kind is NEW
    assert read("c", ["two", "words"]).kind is NEW
    assert read("d", ["two", "words", "more"]).kind is NEW


def test_a_copy_of_a_copy_names_the_story_that_was_published(read: Reader) -> None:
    read("a", STORY)
    assert of_story(EXCERPT, read("b", STORY[:120]))
    assert of_story(EXCERPT, read("c", [*STORY[:80], *prose("c", 5)]))
    assert of_story(COPY, read("d", COPIED))


def test_a_copy_of_a_part_that_only_an_earlier_copy_has_is_found(read: Reader) -> None:
    """A copy is found by words that no other article has."""
    read("a", STORY)
    assert of_story(SUPERSET, read("b", STORY + OTHER[:150]))
    assert of_story(EXCERPT, read("c", [*OTHER[:140], *prose("c", 5)]))


def test_a_round_up_is_published_and_starts_its_own_cluster(read: Reader) -> None:
    read("a", STORY)
    verdict = read("b", ROUND_UP)
    assert (verdict.kind, verdict.of, verdict.cluster_id) == (CONTAINS, article_id("a"), article_id("b"))
    assert not verdict.is_duplicate
    copy = read("c", [*ROUND_UP, *prose("c", 10)])
    assert (copy.is_duplicate, copy.of, copy.cluster_id) == (True, article_id("b"), article_id("b"))


def test_a_copy_belongs_to_its_story_even_if_a_round_up_contains_it(read: Reader) -> None:
    read("a", STORY)
    read("b", ROUND_UP)
    assert of_story(COPY, read("c", COPIED))


# -- with URLs and contents ------------------------------------------------------------------------------------------


def test_an_update_is_never_a_near_duplicate_and_its_own_copies_are_found(read: Reader) -> None:
    read("a", STORY)
    read("b", OTHER)
    update = read("b", COPIED)
    assert (update.kind, update.version, update.of, update.cluster_id) == (UPDATE, 2, article_id("b"), article_id("b"))
    newer = prose("newer", 200)
    read("b", newer)
    copy = read("c", [*newer[20:], *prose("c", 10)])
    assert (copy.kind, copy.of, copy.cluster_id) == (COPY, article_id("b"), article_id("b"))


def test_a_recrawl_of_a_copy_and_an_exact_copy_of_it_both_name_the_story(read: Reader) -> None:
    read("a", STORY)
    read("b", COPIED)
    assert read("b", COPIED) == Verdict(RECRAWL, 1, article_id("a"), 1.0, article_id("a"))
    assert read("c", COPIED) == Verdict(EXACT, 1, article_id("a"), 1.0, article_id("a"))


def test_a_copy_that_changes_is_published_as_the_second_version_of_its_url(read: Reader) -> None:
    read("a", STORY)
    read("b", COPIED)
    longer = [*COPIED, *prose("more", 100)]
    assert read("b", longer) == Verdict(UPDATE, 2, article_id("b"), None, article_id("a"))
    assert read("b", longer) == Verdict(RECRAWL, 2, article_id("b"), 1.0, article_id("a"))
    assert read("c", longer) == Verdict(EXACT, 1, article_id("b"), 1.0, article_id("a"))
    assert read("d", [*longer, "end"]).cluster_id == article_id("a")


# -- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "kind"), [(29.9, COPY), (45, NEW)])
def test_words_are_remembered_for_the_window(read: Reader, days: float, kind: DuplicateKind) -> None:
    read("a", STORY)
    assert read("b", COPIED, days).kind is kind


def test_words_are_forgotten_even_if_their_url_was_seen_again(read: Reader) -> None:
    read("a", STORY)
    read("a", STORY, 20)
    assert read("b", COPIED, 45).kind is NEW
    assert read("a", STORY, 45).kind is RECRAWL


# -- batches, crashes, replays ---------------------------------------------------------------------------------------


def test_a_near_duplicate_in_the_same_batch_as_its_story_is_found(memory: Memory) -> None:
    entries = published(" ".join(words) for words in (STORY, OTHER, COPIED))
    verdicts = Index(memory).decide(entries)
    assert [verdict.kind for verdict in verdicts] == [NEW, NEW, COPY]
    assert verdicts[2].of == verdicts[2].cluster_id == verdicts[0].cluster_id


def test_a_story_that_comes_many_times_is_found_every_time(memory: Memory) -> None:
    """Its copies do not fill up its keys."""
    story, rng = prose("long", 400), Random(1)
    entries = published(" ".join(misspelt(story, rng, 0.05)) for _ in range(60))
    verdicts = in_batches(Index(memory), entries, 20)
    assert all(verdict.is_duplicate for verdict in verdicts[1:])
    assert {verdict.cluster_id for verdict in verdicts} == {verdicts[0].cluster_id}


def test_a_replay_in_any_order_and_any_batches_gives_the_same_verdicts(memory: Memory) -> None:
    entries = published(doc.text for doc in stream("en", 1))
    index = Index(memory)
    verdicts = dict(zip(entries, in_batches(index, entries, 16), strict=True))
    assert {COPY, EXCERPT, SUPERSET, EXACT, NEW} <= {verdict.kind for verdict in verdicts.values()}
    for seed, size in enumerate((1, 7, len(entries))):
        shuffled = Random(seed).sample(entries, len(entries))
        again = in_batches(Index(memory) if seed else index, shuffled, size)
        assert again == [verdicts[entry] for entry in shuffled]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_verdicts_do_not_depend_on_where_a_batch_ends(memory: Memory, size: int) -> None:
    entries = published(doc.text for language in ("es", "zh") for doc in stream(language, 3))
    with fresh_memory() as other:
        wanted = in_batches(Index(other), entries, 25)
    assert in_batches(Index(memory), entries, size) == wanted


def test_verdicts_do_not_depend_on_failures_and_restarts_between_the_batches(opener: Opener) -> None:
    """The word counts that an index keeps in memory equal those in the store."""
    entries = published(doc.text for language in ("en", "fr") for doc in stream(language, 2))
    with fresh_memory(opener) as memory:
        wanted = in_batches(Index(memory), entries, 10)
    with fresh_memory(opener) as memory:
        verdicts = []
        for start in range(0, len(entries), 10):
            index = Index(memory)
            fail_after(memory, index, entries[start : start + 25])
            verdicts += index.decide(entries[start : start + 10])
        assert verdicts == wanted
