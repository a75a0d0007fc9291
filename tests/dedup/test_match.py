from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dedup.lookalikes import TEMPLATES
from tests.dedup.made_stream import LANGUAGES, UNSPACED, plain, stories
from tests.dedup.prose import misspelt, prose, renumbered, respelt
from worker.dedup.counts import Counts
from worker.dedup.match import (
    COPY_FROM,
    NO_NUMBERS,
    POSSIBLE_FROM,
    ROUND_UP_WORDS,
    SHORTEST,
    Comparison,
    Evidence,
    Match,
    Profile,
    is_round_up,
    kind_of,
)
from worker.dedup.word_codes import MAX_NUMBERS, MAX_TITLE_WORDS, MAX_WORDS, Words, words_of
from worker.messages import DuplicateKind

COPY, EXCERPT, SUPERSET, SPIN, CONTAINS, POSSIBLE = (
    DuplicateKind(name) for name in ("copy", "excerpt", "superset", "spin", "contains", "possible")
)
LENGTHS = (60, 150, 500)
WHOLE = Evidence(1, 1, 1, 1, 1, 5, 0, 1, 1, 1, 100, 1, 0, 0, 0, 1, same_site=False, titles=-1)


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
    return kind_of(found) if found else None


# -- pairs of articles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_article_is_certainly_a_copy_in_every_language(language: str) -> None:
    for story in stories(language):
        found = matched(plain(story), plain(story))
        assert found.likelihood > 0.99
        assert found.in_old == found.in_new == pytest.approx(1)
        assert kind_of(found) is COPY


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


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_part_of_an_article_is_an_excerpt(length: int, share: float) -> None:
    old = prose("whole", length)
    kept = int(length * share)
    assert kind(old[:kept], old) is EXCERPT
    assert kind(old[-kept:], old) is EXCERPT


@pytest.mark.parametrize("length", [60, 150, 280])
def test_an_article_with_more_around_it_is_a_superset(length: int) -> None:
    old, more = prose("story", length), prose("more", length * 2 // 3)
    half = len(more) // 2
    assert kind(old + more, old) is SUPERSET
    assert kind(more[:half] + old + more[half:], old) is SUPERSET
    assert kind(old[: length // 2] + more + old[length // 2 :], old) is SUPERSET


@pytest.mark.parametrize("length", [60, 150, 250])
def test_an_article_with_another_one_among_much_else_has_the_kind_contains(length: int) -> None:
    old = prose("story", length)
    before, behind = prose("before", 150), prose("behind", 200)
    assert kind(before + old + behind, old) is CONTAINS
    assert kind(old, before + old + behind) is EXCERPT


@pytest.mark.parametrize("language", sorted(UNSPACED))
def test_in_scripts_without_spaces_a_round_up_needs_twice_the_characters(language: str) -> None:
    """A word has two characters there."""
    first, *others = stories(language)
    brief, much = "\n".join(first.paragraphs[:2]), "".join(map(plain, others))
    assert kind(f"{brief}\n{much[: ROUND_UP_WORDS * 3]}", brief) is CONTAINS
    assert kind(f"{brief}\n{much[: ROUND_UP_WORDS * 3 // 2]}", brief) is SUPERSET


@pytest.mark.parametrize("length", LENGTHS[1:])
@pytest.mark.parametrize("share", [0.4, 0.5])
def test_an_article_with_other_words_in_many_places_is_spun(length: int, share: float) -> None:
    old = prose("story", length)
    assert kind(respelt(old, Random(3), share), old) is SPIN


@pytest.mark.parametrize("length", LENGTHS[1:])
def test_an_article_with_other_words_in_a_few_places_is_a_copy(length: int) -> None:
    old = prose("story", length)
    assert kind(misspelt(old, Random(4), 0.08), old) is COPY


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
        counted = match.evidence._replace(shared_numbers=0, length=0, swaps=0, renamed=0, titles=0)
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


# -- kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("likelihood", "in_old", "in_new", "beside", "wanted"),
    [
        (POSSIBLE_FROM - 0.01, 1, 1, 0, None),
        (POSSIBLE_FROM - 0.01, 0.1, 1, 500, None),
        (POSSIBLE_FROM, 1, 1, 0, POSSIBLE),
        (COPY_FROM - 0.01, 1, 1, 0, POSSIBLE),
        (COPY_FROM, 1, 1, 0, COPY),
        (POSSIBLE_FROM, 0.1, 1, 500, CONTAINS),
        (1, 0.1, 1, 500, CONTAINS),
        (1, 0.1, 1, ROUND_UP_WORDS - 1, SUPERSET),
        (1, 0.1, 0.6, 500, COPY),
        (1, 1, 0.1, 0, EXCERPT),
        (1, 1, 0.85, 0, COPY),
        (1, 0.85, 1, 500, COPY),
        (1, 0.5, 0.5, 10, SPIN),
        (1, 0.6, 0.3, 10, COPY),
        # at the thresholds
        (1, 0.54, 0.54, 0, SPIN),
        (1, 0.55, 0.54, 0, COPY),
        (1, 0.75, 0.59, 0, EXCERPT),
        (1, 0.74, 0.59, 0, COPY),
        (1, 0.59, 0.75, 0, SUPERSET),
        (1, 0.59, 0.74, 0, COPY),
        (1, 0.79, 1, 250, CONTAINS),
        (1, 0.79, 1, 249, SUPERSET),
        (1, 0.8, 1, 250, COPY),
    ],
)
def test_the_kind_follows_from_the_likelihood_and_the_shares(
    likelihood: float, in_old: float, in_new: float, beside: float, wanted: DuplicateKind | None
) -> None:
    match = Match(WHOLE, likelihood, in_old, in_new, beside)
    assert kind_of(match) is wanted
    assert is_round_up(match) or wanted is not CONTAINS
