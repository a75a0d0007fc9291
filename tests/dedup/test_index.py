"""Near duplicates in the index. For the rules by URL and content, see test_index_contract."""

from __future__ import annotations

from itertools import count
from random import Random

import pytest
from structlog.testing import capture_logs

from tests.dedup.made_stream import stream
from tests.dedup.prose import misspelt, prose, renumbered, respelt
from tests.dedup.sketches import (
    DAY_S,
    NOW_S,
    SEED,
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
from worker.dedup.kinds import kind_of
from worker.dedup.match import COPY_FROM, Match
from worker.dedup.memory import Memory, Wanted
from worker.dedup.profile import Profile
from worker.dedup.word_codes import words_of
from worker.messages import Change, DuplicateKind, Verdict

NEW, UPDATE, RECRAWL, EXACT, COPY, EXCERPT, SUPERSET, SPIN, POSSIBLE, CONTAINS = DuplicateKind
MINOR, MAJOR = Change

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


def test_a_copy_of_words_that_only_an_unpublished_copy_has_is_new(read: Reader) -> None:
    """Readers never got these words."""
    read("a", STORY)
    assert of_story(COPY, read("b", [*STORY, *OTHER[:30]]))
    assert read("c", OTHER[:30]).kind is NEW


def test_the_words_of_an_unpublished_copy_are_never_the_same_as_those_of_the_story(read: Reader) -> None:
    read("a", STORY)
    read("b", COPIED)
    copy = read("c", COPIED)
    assert of_story(COPY, copy)
    assert copy.evidence["order"] < 1


def test_the_keys_of_an_unpublished_copy_lead_to_the_story(memory: Memory) -> None:
    """A later copy that shares few words with the story itself is compared with it all the same."""
    read = Reader(Index(memory))
    read("a", STORY)
    copy = [*prose("extra", 30), *STORY]
    assert read("b", copy).is_duplicate
    keys = set(words_of(" ".join(copy), seed=SEED).keys) - set(words_of(" ".join(STORY), seed=SEED).keys)
    wanted = Wanted(postings=[list(keys)])
    holders = memory.atomically(wanted, lambda: [tuple(memory.holders(key)) for key in keys])
    assert len(holders) > 1
    assert set(holders) == {(0,)}


@pytest.mark.parametrize("share", [0.1, 0.15, 0.25])
def test_a_story_that_drifts_away_from_copy_to_copy_becomes_a_new_story(read: Reader, share: float) -> None:
    """Each copy is compared with the published article that it names."""
    rng, words = Random(7), prose("drifting", 300)
    texts = {article_id("0"): words}
    verdicts = [read("0", words)]
    for step in range(1, 25):
        words = respelt(words, rng, share)
        texts[article_id(str(step))] = words
        verdicts.append(read(str(step), words))
        if verdicts[-1].is_duplicate:
            assert directly(words, texts[str(verdicts[-1].of)]) >= COPY_FROM
    assert sum(verdict.is_duplicate for verdict in verdicts) > 2
    assert len({verdict.cluster_id for verdict in verdicts}) > 1


def directly(new: list[str], old: list[str]) -> float:
    """The likelihood that one is a copy of the other, in an index that knows nothing else."""
    with fresh_memory() as memory:
        read = Reader(Index(memory))
        read("old", old)
        return read("new", new).similarity or 0.0


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


# -- longer articles -------------------------------------------------------------------------------------------------


def paragraphs(seed: str, count: int) -> list[str]:
    """Paragraphs of one story: they share its names."""
    names = [f"Name{word}" for word in prose(f"{seed} names", 30) if word.isalpha() and len(word) > 4][:8]
    lines = []
    for number in range(count):
        words = prose(f"{seed} {number}", 40)
        lines.append(" ".join([*words[:20], *Random(number).sample(names, 4), *words[20:]]))
    return lines


LONG = paragraphs("long", 10)
FURNITURE = [" ".join(prose(f"furniture {number}", 7)) for number in range(12)]


def text(*lines: str) -> list[str]:
    return ["\n".join(lines)]


def named(verdict: Verdict) -> tuple[DuplicateKind, str | None, str]:
    return verdict.kind, verdict.of, verdict.cluster_id


A, B, C = (article_id(url) for url in "abc")


@pytest.mark.parametrize("kept", [slice(0, 5), slice(0, 8), slice(5, 10)])
def test_a_longer_article_is_published_in_the_place_of_the_shorter_one(read: Reader, kept: slice) -> None:
    read("a", text(*LONG[kept]))
    verdict = read("b", text(*LONG))
    assert named(verdict) == (SUPERSET, A, A)
    assert (verdict.is_duplicate, verdict.replaces) == (False, A)


def test_later_copies_of_either_name_the_longer_article(read: Reader) -> None:
    read("a", text(*LONG[:5]))
    read("b", text(*LONG))
    assert named(read("c", text(*LONG))) == (EXACT, B, A)
    assert named(read("d", text(*LONG, FURNITURE[0]))) == (COPY, B, A)
    assert named(read("e", text(*LONG[:5], FURNITURE[0]))) == (EXCERPT, B, A)
    assert named(read("f", text(*LONG[:5]))) == (EXCERPT, B, A)


def test_recrawls_of_the_shorter_article_name_itself(read: Reader) -> None:
    """Under this URL nothing has changed."""
    read("a", text(*LONG[:5]))
    read("b", text(*LONG))
    assert read("a", text(*LONG[:5])) == Verdict(RECRAWL, 1, A, 1.0, A)


def test_words_that_the_longer_article_has_lost_are_still_those_of_the_shorter_one(read: Reader) -> None:
    read("a", text(*LONG[:5]))
    read("b", text(*LONG))
    read("b", text(*paragraphs("else", 5)))
    assert named(read("c", text(*LONG[:5]))) == (EXACT, A, A)


def test_each_of_several_longer_versions_takes_the_place_of_the_one_before(read: Reader) -> None:
    read("a", text(*LONG[:5]))
    assert named(read("b", text(*LONG[:7]))) == (SUPERSET, A, A)
    assert named(read("c", text(*LONG))) == (SUPERSET, B, A)
    assert named(read("d", text(*LONG[:5], FURNITURE[0]))) == (EXCERPT, C, A)


def test_a_shorter_article_after_the_longer_one_is_an_excerpt(read: Reader) -> None:
    read("a", text(*LONG))
    for number in (2, 5, 8):
        verdict = read(str(number), text(*LONG[:number]))
        assert verdict.is_duplicate
        assert verdict.of == A


@pytest.mark.parametrize("lines", [3, 8, 12])
def test_a_copy_among_the_furniture_of_another_site_is_a_duplicate(read: Reader, lines: int) -> None:
    read("a", text(*LONG))
    half = lines // 2
    assert named(read("b", text(*FURNITURE[:half], *LONG, *FURNITURE[half:lines]))) == (COPY, A, A)


def test_a_text_that_stands_twice_in_an_article_adds_nothing(read: Reader) -> None:
    read("a", text(*LONG))
    assert named(read("b", text(*LONG, *LONG))) == (COPY, A, A)


def test_furniture_that_many_articles_have_is_no_addition_even_in_long_lines(read: Reader) -> None:
    notice = " ".join(prose("notice", 70))
    for number in range(30):
        read(f"other/{number}", text(*paragraphs(f"other {number}", 4), notice))
    read("a", text(*LONG))
    assert named(read("b", text(*LONG, notice))) == (COPY, A, A)


def test_supersets_may_be_dropped(memory: Memory) -> None:
    read = Reader(Index(memory, drop_supersets=True))
    read("a", text(*LONG[:5]))
    verdict = read("b", text(*LONG))
    assert named(verdict) == (SUPERSET, A, A)
    assert (verdict.is_duplicate, verdict.replaces) == (True, None)
    assert named(read("c", text(*LONG)))[1] == A


# -- updates ---------------------------------------------------------------------------------------------------------


def test_an_update_says_how_much_changed(read: Reader) -> None:
    read("a", text(*LONG[:3], FURNITURE[0], *LONG[3:]))
    minor = read("a", text(*LONG[:3], FURNITURE[1], *LONG[3:]))
    assert (minor.kind, minor.change, minor.is_duplicate) == (UPDATE, MINOR, False)
    assert minor.similarity is not None
    assert 0.95 < minor.similarity < 1
    major = read("a", text(*LONG[:2], *LONG[3:]))
    assert (major.kind, major.change, major.version) == (UPDATE, MAJOR, 3)


def test_minor_updates_may_be_dropped_until_they_add_up(memory: Memory) -> None:
    """Each one is compared with the version that readers have."""
    read = Reader(Index(memory, drop_minor_updates=True))
    read("a", text(*LONG))
    seen = LONG
    verdicts = []
    for number, line in enumerate(FURNITURE[:5]):
        seen = [*seen[: 2 * number + 1], line, *seen[2 * number + 1 :]]
        verdicts.append(read("a", text(*seen)))
    assert [verdict.is_duplicate for verdict in verdicts] == [True, True, True, True, False]
    assert [verdict.change for verdict in verdicts] == [MINOR, MINOR, MINOR, MINOR, MAJOR]
    assert [verdict.version for verdict in verdicts] == [2, 3, 4, 5, 6]
    assert {verdict.of for verdict in verdicts} == {A}


def test_a_recrawl_of_a_dropped_update_is_a_duplicate_of_the_version_that_readers_have(memory: Memory) -> None:
    read = Reader(Index(memory, drop_minor_updates=True))
    read("a", text(*LONG))
    update = read("a", text(*LONG[:3], FURNITURE[0], *LONG[3:]))
    recrawl = read("a", text(*LONG[:3], FURNITURE[0], *LONG[3:]))
    assert recrawl == Verdict(RECRAWL, 2, A, update.similarity, A)
    assert named(read("b", text(*LONG))) == (EXACT, A, A)
    assert named(read("c", text(*LONG[:3], FURNITURE[0], *LONG[3:]))) == (COPY, A, A)


def test_a_change_to_a_version_whose_words_are_forgotten_is_unknown_and_published(memory: Memory) -> None:
    read = Reader(Index(memory, drop_minor_updates=True))
    read("a", text(*LONG))
    read("a", text(*LONG), 20)
    update = read("a", text(*LONG, FURNITURE[0]), 45)
    assert (update.kind, update.change, update.similarity, update.is_duplicate) == (UPDATE, None, None, False)


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


def test_a_recrawl_of_a_copy_names_the_story_with_the_similarity_of_the_copy(read: Reader) -> None:
    read("a", STORY)
    copy = read("b", COPIED)
    assert read("b", COPIED) == Verdict(RECRAWL, 1, article_id("a"), copy.similarity, article_id("a"))


def test_a_copy_that_changes_is_compared_again_because_nothing_was_published_at_its_url(read: Reader) -> None:
    read("a", STORY)
    read("b", COPIED)
    changed = read("b", [*COPIED, *prose("more", 10)])
    assert (changed.kind, changed.version, changed.of) == (COPY, 2, article_id("a"))
    other = prose("other story", 150)
    assert read("b", other) == Verdict(NEW, 3, None, None, article_id("b"))
    update = read("b", [*other, *prose("more", 10)])
    assert (update.kind, update.version, update.of) == (UPDATE, 4, article_id("b"))


def test_a_copy_is_published_when_its_story_has_changed_to_other_words(read: Reader) -> None:
    read("a", STORY)
    read("b", COPIED)
    read("a", OTHER)
    assert read("c", COPIED) == Verdict(NEW, 1, None, None, article_id("c"))
    assert read("b", COPIED) == Verdict(EXACT, 1, article_id("c"), 1.0, article_id("c"))


def test_a_copy_stays_one_while_its_story_changes_little(read: Reader) -> None:
    read("a", STORY)
    read("b", COPIED)
    read("a", [*STORY, *prose("more", 8)])
    for url in ("b", "c"):
        copy = read(url, COPIED)
        assert (copy.kind, copy.of) == (COPY, article_id("a"))


# -- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "kind"), [(29.9, COPY), (45, NEW)])
def test_words_are_remembered_for_the_window(read: Reader, days: float, kind: DuplicateKind) -> None:
    read("a", STORY)
    assert read("b", COPIED, days).kind is kind


def test_an_article_is_remembered_as_long_as_its_copies(read: Reader) -> None:
    read("a", STORY)
    copy = read("b", COPIED, 25)
    assert of_story(COPY, copy)
    for days in (40, 60):
        assert read("b", COPIED, days) == Verdict(RECRAWL, 1, A, copy.similarity, A)


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


# -- bugs ------------------------------------------------------------------------------------------------------------


def test_a_bug_in_the_comparison_with_one_article_leaves_the_others(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    read("a", STORY)
    read("b", ROUND_UP)

    def broken(match: Match, new: Profile, old: Profile) -> DuplicateKind | None:
        if len(old.sequence) == len(ROUND_UP):
            raise IndexError
        return kind_of(match, new, old)

    monkeypatch.setattr("worker.dedup.candidates.kind_of", broken)
    with capture_logs() as lines:
        assert of_story(COPY, read("c", COPIED))
    failed = [(line["log_level"], line["article_id"], line["other_id"]) for line in lines]
    assert failed == [("error", article_id("c"), article_id("b"))]
    assert lines[0]["event"] == "comparison_failed"


def test_an_article_is_new_if_no_comparison_works(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    read("a", STORY)
    monkeypatch.setattr("worker.dedup.match.LCSseq.similarity", lambda *_: 1 / 0)
    assert read("b", COPIED).kind is NEW


def test_a_bug_in_the_comparison_with_the_version_before_makes_an_update_of_unknown_size(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    read("a", STORY)
    monkeypatch.setattr("worker.dedup.candidates.difference_of", lambda *_: 1 / 0)
    verdict = read("a", OTHER)
    assert (verdict.kind, verdict.version, verdict.change, verdict.similarity) == (UPDATE, 2, None, None)


def test_a_library_that_cannot_be_loaded_is_not_taken_for_such_a_bug(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ImportError

    read("a", STORY)
    monkeypatch.setattr("worker.dedup.candidates.kind_of", broken)
    with pytest.raises(ImportError):
        read("b", COPIED)
