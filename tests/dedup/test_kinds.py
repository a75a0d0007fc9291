"""Kinds of copies. For the likelihood of a copy, see test_match."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dedup.made_stream import UNSPACED, plain, stories
from tests.dedup.prose import misspelt, prose, respelt
from tests.dedup.test_match import CONTAINS, COPY, EXCERPT, LENGTHS, POSSIBLE, SPIN, SUPERSET, WHOLE, kind, profile
from worker.dedup.changes import difference_of
from worker.dedup.counts import Counts
from worker.dedup.kinds import ROUND_UP_WORDS, is_round_up, kind_of
from worker.dedup.match import COPY_FROM, POSSIBLE_FROM, Comparison, Match
from worker.dedup.profile import Profile
from worker.dedup.word_codes import MAX_WORDS, words_of
from worker.messages import DuplicateKind


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_part_of_an_article_is_an_excerpt(length: int, share: float) -> None:
    old = prose("whole", length)
    kept = int(length * share)
    assert kind(old[:kept], old) is EXCERPT
    assert kind(old[-kept:], old) is EXCERPT


def kind_on_one_site(new: list[str], old: list[str]) -> DuplicateKind | None:
    """The kind of an article on the site of another one, under another title."""
    one = Profile(words_of(" ".join(new), "Harbour plan explained", "a.example", seed=1))
    other = Profile(words_of(" ".join(old), "Council votes on harbour plan", "a.example", seed=1))
    (found,) = Comparison(one, Counts()).with_all([other])
    return found and kind_of(found, one, other)


@pytest.mark.parametrize("length", [60, 90, 150])
def test_a_passage_of_an_article_is_an_excerpt_under_any_title(length: int) -> None:
    old = prose("whole", 500)
    for start in (0, 120, 500 - length):
        assert kind_on_one_site(old[start : start + length], old) is EXCERPT


def test_a_page_with_another_number_than_a_longer_page_of_its_site_is_no_excerpt() -> None:
    old = prose("whole", 500)
    at = next(at for at, word in enumerate(old) if word.isdecimal())
    assert kind_on_one_site([*old[at - 5 : at], "777", *old[at + 1 : at + 60]], old) is not EXCERPT


@pytest.mark.parametrize("length", [60, 150, 280])
def test_an_article_with_more_of_the_story_around_it_is_a_superset(length: int) -> None:
    old, more = prose("story", length), prose("more", length * 2 // 3)
    more[::3] = old[: len(more[::3])]  # a story repeats its words
    half = len(more) // 2
    assert kind(old + more, old) is SUPERSET
    assert kind(more[:half] + old + more[half:], old) is SUPERSET
    assert kind(old[: length // 2] + more + old[length // 2 :], old) is SUPERSET


@pytest.mark.parametrize("length", [MAX_WORDS + 400, 4000, 8000])
def test_a_long_article_is_a_superset_of_its_beginning_even_if_both_are_compared_only_in_part(length: int) -> None:
    whole = prose("whole", length)
    beginning = whole[: length * 4 // 5]
    assert kind(whole, beginning) is SUPERSET
    assert kind(beginning, whole) in (COPY, EXCERPT)


def test_long_articles_of_almost_the_same_length_are_copies() -> None:
    whole = prose("whole", 4000)
    assert kind(whole, whole[:3700]) is COPY
    assert kind(whole, whole[:3000] + prose("else", 1000)) is COPY


def test_a_long_round_up_is_no_superset_of_a_short_article_among_others() -> None:
    old = prose("story", 280)
    assert kind(prose("before", 1000) + old + prose("behind", 3000), old) is CONTAINS


def repeating(old: list[str], name: str, count: int) -> list[str]:
    """More of a story: every third word is one of the old ones."""
    more = prose(name, count)
    more[::3] = Random(name).choices(old, k=len(more[::3]))
    return more


@pytest.mark.parametrize("lacking", [0.15, 0.25])
@pytest.mark.parametrize("added", [120, 200])
def test_an_article_that_adds_to_the_story_but_lacks_a_part_of_it_is_possible(lacking: float, added: int) -> None:
    """Each of the two has a part that readers would miss."""
    old = prose("story", 400)
    lost, more = int(lacking * 400), repeating(old, "more", added)
    assert kind(old[: 200 - lost] + old[200:] + more, old) is POSSIBLE
    assert kind(old[:-lost] + more, old) is POSSIBLE
    assert kind(old[lost:] + more, old) is POSSIBLE


def test_a_longer_article_with_small_changes_all_over_is_a_superset() -> None:
    old = prose("story", 400)
    more = repeating(old, "more", 200)
    assert kind(misspelt(old, Random(4), 0.1) + more, old) is SUPERSET
    assert kind(old[:100] + old[115:] + more, old) is SUPERSET


def test_a_longer_article_with_paragraphs_in_another_order_is_a_superset() -> None:
    old = prose("story", 400)
    assert kind(old[:200] + old[300:] + old[200:300] + repeating(old, "more", 120), old) is SUPERSET


@pytest.mark.parametrize("length", [150, 280])
def test_an_article_with_other_words_around_it_is_a_copy(length: int) -> None:
    old, more = prose("story", length), prose("more", length // 2)
    assert kind(old + more, old) is COPY


ABOUT = """\
Northern Light is an independent newsroom of forty journalists in three countries. For more than twenty years we \
have reported on politics, business and culture for people who want to understand what happens around them."""
NEWSLETTER = """\
Subscribe to our free newsletter and get the most important stories of the day in your inbox every morning. You can \
unsubscribe at any time with one click, and we will never share your address with anyone."""
SOURCE = """\
This article was first published by Open Pages and is republished here under a Creative Commons licence. The views \
expressed are those of the author and do not necessarily reflect our editorial policy."""


def test_a_copy_between_paragraphs_about_the_site_is_a_copy() -> None:
    lines = (Path(__file__).parents[1] / "data" / "seed_article.txt").read_text(encoding="utf-8").split("\n")
    old = "\n".join(lines[1:12])
    for around in permutations((ABOUT, NEWSLETTER, SOURCE)):
        before, behind, end = around
        assert kind(f"{before}\n{old}\n{behind}", old) is COPY
        assert kind(f"{before}\n{old}\n{behind}\n{end}", old) is COPY


def paragraphs(words: list[str], count: int) -> list[str]:
    """The words as paragraphs of this many words."""
    return [" ".join(words[at : at + count]) for at in range(0, len(words), count)]


def woven(*stories: list[str]) -> str:
    """The paragraphs of several stories in turn."""
    return "\n".join(text for turn in zip(*stories, strict=True) for text in turn)


def test_two_stories_in_turn_are_no_copy_of_one_of_them() -> None:
    one, other = (paragraphs(prose(name, 200), 40) for name in ("one", "other"))
    assert kind(woven(one, other), "\n".join(one)) is POSSIBLE
    assert kind("\n".join(one), woven(one, other)) is EXCERPT


def test_an_article_of_which_half_is_its_own_is_no_copy() -> None:
    one, other = (paragraphs(prose(name, 320), 40) for name in ("one", "other"))
    assert kind(woven(one[::2], other[1::2]), "\n".join(one)) in (POSSIBLE, None)


def test_short_lines_around_an_article_are_no_paragraphs_of_its_own() -> None:
    story, menu = paragraphs(prose("story", 240), 40), paragraphs(prose("menu", 180), 6)
    assert kind("\n".join((*menu[:10], *story, *menu[10:])), "\n".join(story)) is COPY


def test_a_copy_with_its_paragraphs_in_another_order_has_none_of_its_own() -> None:
    story = paragraphs(prose("story", 320), 40)
    assert kind("\n".join((*story[4:], *story[:4])), "\n".join(story)) is COPY


SHORT_TAILS = {
    "function words": "it is as it was and so it is to be or not to be",
    "code": "if a: b = c for i in xs: f(i) def g(x): x = x + y end",
    "lyrics": "oh la la la la, I do, I do, oh yes I do",
    "Vietnamese": "ba tôi đi ra bờ ao để xem cá rồi bà về và ăn cơm ở nhà",
    "Hebrew": "הוא בא אל גן כי שם יש לו דג אך לא חם לו גם לי לא חם",
}
LONG_TAIL = prose("tail", 200)


@pytest.mark.parametrize("tail", SHORT_TAILS.values(), ids=SHORT_TAILS)
def test_a_tail_of_short_words_that_the_new_article_lacks_counts_like_any_other_tail(tail: str) -> None:
    story = prose("story", 280)
    more = repeating(story, "more", 150)
    short = (tail.split() * 9)[:60]
    assert kind(story + more, story) is SUPERSET
    assert kind(story + more, story + short) is kind(story + more, story + LONG_TAIL[:60]) is POSSIBLE


@pytest.mark.parametrize("tail", SHORT_TAILS.values(), ids=SHORT_TAILS)
def test_two_stories_in_turn_before_a_paragraph_of_short_words_are_no_copy_of_one_of_them(tail: str) -> None:
    one, other = (paragraphs(prose(name, 200), 40) for name in ("one", "other"))
    short = " ".join((tail.split() * 9)[:40])
    assert kind(f"{woven(one, other)}\n{short}", "\n".join(one)) is POSSIBLE


_PIECES = st.lists(st.tuples(st.booleans(), st.integers(0, 70)), max_size=3)


@given(_PIECES, _PIECES, _PIECES, _PIECES, st.integers(0, 200))
def test_any_two_articles_of_short_and_long_words_have_a_verdict(
    before: list[tuple[bool, int]],
    behind: list[tuple[bool, int]],
    old_before: list[tuple[bool, int]],
    old_behind: list[tuple[bool, int]],
    shared: int,
) -> None:
    def text(pieces: list[tuple[bool, int]], name: str) -> list[str]:
        made = ("la do it us " * size if is_short else " ".join(prose(name, size)) for is_short, size in pieces)
        return ["\n".join(made), "\n"]

    story = paragraphs(prose("story", shared), 40)
    one = text(before, "a") + story + text(behind, "b")
    other = text(old_before, "c") + story + text(old_behind, "d")
    new, old = (Profile(words_of("\n".join(each), seed=1)) for each in (one, other))
    for each, than in ((new, old), (old, new)):
        (found,) = Comparison(each, Counts()).with_all([than])
        if found:
            kind_of(found, each, than)
            kind_of(found._replace(likelihood=1.0), each, than)
            kind_of(found._replace(likelihood=COPY_FROM - 0.01), each, than)
        difference_of(each.words, than.words)


@pytest.mark.parametrize("length", [60, 150, 250])
def test_an_article_with_another_one_among_much_else_has_the_kind_contains(length: int) -> None:
    old = prose("story", length)
    before, behind = prose("before", 150), prose("behind", 200)
    assert kind(before + old + behind, old) is CONTAINS
    assert kind(old, before + old + behind) is EXCERPT


@pytest.mark.parametrize("length", [150, 250])
def test_a_whole_article_is_a_superset_of_its_part_if_the_rest_repeats_its_words(length: int) -> None:
    old = prose("story", length)
    more = repeating(old, "more", 400)
    assert kind(old + more, old) is SUPERSET
    assert kind(prose("byline", 5) + old + more, old) is SUPERSET
    assert kind(old[: length // 2] + more + old[length // 2 :], old) is SUPERSET


@pytest.mark.parametrize("length", [60, 150, 250])
def test_an_article_that_begins_with_another_one_and_goes_on_with_other_stories_is_a_round_up(length: int) -> None:
    old = prose("story", length)
    assert kind(old + prose("behind", 400), old) is CONTAINS


def test_an_article_with_the_title_and_the_site_of_its_part_is_a_superset() -> None:
    old, more = prose("story", 150), prose("more", 400)

    def under(title: str) -> DuplicateKind | None:
        whole = Profile(words_of(" ".join(more[:200] + old + more[200:]), title, "a.example", seed=1))
        part = Profile(words_of(" ".join(old), "Council votes", "a.example", seed=1))
        (found,) = Comparison(whole, Counts()).with_all([part])
        return found and kind_of(found, whole, part)

    assert under("Council votes") is SUPERSET
    assert under("Briefs") is CONTAINS


@pytest.mark.parametrize("language", sorted(UNSPACED))
def test_in_scripts_without_spaces_a_round_up_needs_three_times_the_characters(language: str) -> None:
    """A content word has three characters there."""
    first, *others = stories(language)
    brief, much = "\n".join(first.paragraphs[:2]), "".join(map(plain, others))
    assert kind(f"{brief}\n{much[: ROUND_UP_WORDS * 4]}", brief) is CONTAINS
    assert kind(f"{brief}\n{much[: ROUND_UP_WORDS * 2]}", brief) in (COPY, SUPERSET)


@pytest.mark.parametrize("length", LENGTHS[1:])
@pytest.mark.parametrize("share", [0.4, 0.5])
def test_an_article_with_other_words_in_many_places_is_spun(length: int, share: float) -> None:
    old = prose("story", length)
    assert kind(respelt(old, Random(3), share), old) is SPIN


@pytest.mark.parametrize("length", LENGTHS[1:])
def test_an_article_with_other_words_in_a_few_places_is_a_copy(length: int) -> None:
    old = prose("story", length)
    assert kind(misspelt(old, Random(4), 0.08), old) is COPY


def test_two_articles_with_only_a_part_in_common_are_not_spun() -> None:
    """The words of a spun copy stand where they stood. In two round-ups, the same story stands in different places."""
    in_common = WHOLE._replace(verbatim=0.4, order=0.4, in_place=0.0)
    assert kind_of(Match(in_common, 1.0, 0.5, 0.5, 200), profile(""), profile("")) is POSSIBLE


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
        (1, 0.1, 1, ROUND_UP_WORDS - 1, COPY),
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
        (1, 0.59, 0.75, 0, COPY),
        (1, 0.59, 0.74, 0, COPY),
        (1, 0.79, 1, 150, CONTAINS),
        (1, 0.79, 1, 149, COPY),
        (1, 0.8, 1, 150, COPY),
    ],
)
def test_the_kind_follows_from_the_likelihood_and_the_shares(
    likelihood: float, in_old: float, in_new: float, beside: float, wanted: DuplicateKind | None
) -> None:
    match = Match(WHOLE, likelihood, in_old, in_new, beside)
    assert kind_of(match, profile(""), profile("")) is wanted
    assert is_round_up(match) or wanted is not CONTAINS
