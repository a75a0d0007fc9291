from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dedup.lookalikes import TEMPLATES
from tests.dedup.made_stream import LANGUAGES, plain, stories
from tests.dedup.prose import misspelt, prose, renumbered
from worker.dedup.counts import Counts
from worker.dedup.kinds import kind_of
from worker.dedup.match import (
    NO_NUMBERS,
    SHORTEST,
    Comparison,
    Evidence,
    Match,
)
from worker.dedup.profile import Profile
from worker.dedup.word_codes import MAX_NUMBERS, MAX_TITLE_WORDS, MAX_WORDS, Words, words_of
from worker.messages import DuplicateKind

COPY, EXCERPT, SUPERSET, SPIN, CONTAINS, POSSIBLE = (
    DuplicateKind(name) for name in ("copy", "excerpt", "superset", "spin", "contains", "possible")
)
LENGTHS = (60, 150, 500)
WHOLE = Evidence(1, 1, 1, 1, 1, 5, 0, 1, 1, 1, 100, 1, 0, 0, 0, 1, 0, nameless=False, same_site=False, titles=-1)


def profile(text: str | list[str]) -> Profile:
    return Profile(words_of(text if isinstance(text, str) else " ".join(text), seed=1))


def compared(new: str | list[str], old: str | list[str], counts: Counts | None = None) -> Match | None:
    (found,) = Comparison(profile(new), counts or Counts()).with_all([profile(old)])
    return found


def matched(new: str | list[str], old: str | list[str], counts: Counts | None = None) -> Match:
    found = compared(new, old, counts)
    assert found
    return found


def kind(new: str | list[str], old: str | list[str]) -> DuplicateKind | None:
    found = compared(new, old)
    return kind_of(found, profile(new), profile(old)) if found else None


# -- pairs of articles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_article_is_certainly_a_copy_in_every_language(language: str) -> None:
    for story in stories(language):
        found = matched(plain(story), plain(story))
        assert found.likelihood > 0.99
        assert found.in_old == found.in_new == pytest.approx(1)
        assert kind(plain(story), plain(story)) is COPY


@pytest.mark.parametrize("language", LANGUAGES)
def test_different_stories_do_not_match(language: str) -> None:
    texts = [plain(story) for story in stories(language)]
    for old in texts[:4]:
        assert all(kind(new, old) is None for new in texts if new is not old)


@pytest.mark.parametrize("length", LENGTHS)
def test_articles_without_common_words_are_not_even_judged(length: int) -> None:
    assert compared(prose("one", length), prose("other", length)) is None


@pytest.mark.parametrize("template", TEMPLATES)
def test_articles_of_one_template_with_other_facts_are_not_copies(template: Callable[[Random], str]) -> None:
    for seed in range(20):
        assert kind(template(Random(seed)), template(Random(1000 + seed))) in (None, POSSIBLE)


@pytest.mark.parametrize("length", [30, 60, 120, 300, 600])
def test_a_report_with_all_numbers_changed_is_not_a_copy(length: int) -> None:
    """This holds for any length. Every tenth word is a number."""
    old = [str(20 + place) if place % 10 == 4 else word for place, word in enumerate(prose("report", length))]
    assert kind(renumbered(old, Random(1)), old) in (None, POSSIBLE)
    assert kind(old, old) is COPY


# -- the evidence ----------------------------------------------------------------------------------------------------


def test_the_evidence_of_identical_articles_is_complete() -> None:
    old = prose("story", 300)
    evidence = matched(old, old).evidence
    for name in ("order", "overlap", "likeness", "numbers", "all_numbers", "diagonal", "in_place"):
        assert getattr(evidence, name) == pytest.approx(1)
    assert evidence.gap == 0
    assert evidence.shared_numbers == len(profile(old).numbers)
    assert evidence.length == len(profile(old).content)


def test_the_gap_is_the_longest_stretch_without_each_others_words() -> None:
    old = prose("story", 200)
    replaced = old[:80] + prose("other", 40) + old[120:]
    assert matched(replaced, old).evidence.gap == pytest.approx(40 / 200, abs=0.02)
    assert matched(old[:80] + old[120:], old).evidence.gap < 0.02
    assert matched(old[:80] + prose("other", 40) + old[80:], old).evidence.gap < 0.02


def test_words_at_another_place_do_not_count_as_in_place() -> None:
    old = prose("story", 300)
    moved = matched(old[100:] + old[:100], old).evidence
    assert moved.diagonal < 0.1
    assert moved.in_place < 0.1
    assert moved.order == pytest.approx(2 / 3, abs=0.05)


def test_shared_numbers_are_a_share_of_the_fewer_and_of_all() -> None:
    text = prose("story", 60)
    text = [word for word in text if not word.isdecimal()]
    evidence = matched([*text, "17", "21", "33"], [*text, "17", "21", "45", "56", "67"]).evidence
    assert evidence.shared_numbers == 2
    assert evidence.numbers == pytest.approx(3 / 4)
    assert evidence.all_numbers == pytest.approx(3 / 7)
    assert matched(text, [*text, "17"]).evidence.numbers == NO_NUMBERS


def test_pairs_that_many_articles_have_weigh_less() -> None:
    """The furniture of a site is not evidence of a copy."""
    furniture, counts = prose("furniture", 60), Counts()
    one, other = prose("one", 100) + furniture, prose("other", 80) + furniture
    before = matched(one, other, counts)
    for _ in range(100):
        counts.add(profile(furniture).pairs)
    after = matched(one, other, counts)
    assert after.in_old < before.in_old / 3
    assert after.in_new < before.in_new / 3
    assert after.likelihood <= before.likelihood


def test_swapping_the_articles_swaps_their_shares() -> None:
    old = prose("story", 200)
    new = old[:90] + prose("other", 30)
    one, other = matched(new, old), matched(old, new)
    assert (one.in_old, one.in_new) == (other.in_new, other.in_old)
    assert one.in_old > one.in_new
    assert one.beside < other.beside


SEQUENCES = st.one_of(st.binary(max_size=MAX_WORDS), st.lists(st.sampled_from([1, 40, 41, 42, 250])).map(bytes))
NUMBERS = st.frozensets(st.integers(0, 9), max_size=MAX_NUMBERS)
NAMES, TITLES = st.binary(min_size=MAX_WORDS // 8, max_size=MAX_WORDS // 8), st.binary(max_size=MAX_TITLE_WORDS)


def any_profile(sequence: bytes, numbers: frozenset[int], names: bytes, title: bytes, site: int) -> Profile:
    return Profile(Words(sequence, numbers, names[: -(-len(sequence) // 8)], title, site))


PROFILES = st.builds(any_profile, SEQUENCES, NUMBERS, NAMES, TITLES, st.integers(0, 2))


@given(new=PROFILES, olds=st.lists(PROFILES, max_size=4))
def test_any_two_articles_can_be_compared(new: Profile, olds: list[Profile]) -> None:
    found = Comparison(new, Counts()).with_all(olds)
    assert len(found) == len(olds)
    for old, match in zip(olds, found, strict=True):
        if match is None:
            continue
        assert min(len(new.content), len(old.content)) == match.evidence.length >= SHORTEST
        assert 0 <= match.likelihood <= 1
        assert 0 <= match.evidence.renamed <= match.evidence.swaps
        assert match.evidence.titles == -1 or 0 <= match.evidence.titles <= 1
        counted = match.evidence._replace(shared_numbers=0, length=0, swaps=0, renamed=0, turned=0, titles=0)
        shares = (*counted, match.in_old, match.in_new)
        assert all(0 <= share <= 1.01 for share in shares)
        assert 0 <= match.beside <= len(new.sequence)


def test_each_of_several_articles_is_judged_as_if_alone() -> None:
    new = prose("story", 120)
    olds = [prose("else", 100), new[:60], misspelt(new, Random(1), 0.2), [], new]
    together = Comparison(profile(new), Counts()).with_all(map(profile, olds))
    assert together == [compared(new, old) for old in olds]
    assert [match is None for match in together] == [True, False, False, True, False]
    assert Comparison(profile(new), Counts()).with_all([]) == []


@pytest.mark.parametrize("text", ["", "of the in", "goal goal"])
def test_articles_with_too_few_words_are_never_compared(text: str) -> None:
    assert compared(text, text) is None
    assert compared(" ".join(prose("one", SHORTEST * 3)), text) is None
