from __future__ import annotations

from tests.dedup.prose import prose
from tests.dedup.test_match import compared, profile
from worker.dedup.alignment import align
from worker.dedup.counts import Counts
from worker.dedup.match import COPY_FROM, IN_DOUBT, TURNED, Comparison
from worker.dedup.opening import OPENING, turned
from worker.dedup.profile import Profile
from worker.dedup.word_codes import words_of

STORY = prose("story", 200)
BACKGROUND = STORY[30:]


def measured(new: list[str], old: list[str] = STORY) -> float:
    one, other = profile(new).words, profile(old).words
    return turned(one, other, align(one.sequence, other.sequence, one.names, other.names).blocks)


PLACES = [at for at, word in enumerate(STORY) if len(word) > 4 and word.isalpha()]


def swapped(words: list[str], *places: int) -> list[str]:
    return [f"wakomi{at}" if at in places else word for at, word in enumerate(words)]


def test_words_swapped_in_the_opening_of_an_otherwise_equal_article_count() -> None:
    assert measured(STORY) == 0
    assert measured(swapped(STORY, PLACES[4])) == 1
    assert measured(swapped(STORY, PLACES[4], PLACES[12])) == 2


def test_words_swapped_further_down_do_not_count() -> None:
    assert measured(swapped(STORY, OPENING + 20, OPENING + 60)) == 0


def test_swaps_do_not_count_if_the_rest_differs_as_often() -> None:
    """Such as in a copy in which a program swapped words."""
    assert measured(swapped(STORY, *PLACES[4::8])) == 0


def test_another_opening_is_no_swap() -> None:
    assert measured(prose("another", 25) + BACKGROUND) == 0
    assert measured(BACKGROUND) == measured(prose("byline", 3) + STORY) == 0


def test_two_swaps_in_the_opening_make_an_article_possible() -> None:
    old = " ".join(STORY)
    assert compared(" ".join(swapped(STORY, PLACES[4], PLACES[12])), old).likelihood == IN_DOUBT  # type: ignore[union-attr]
    assert compared(" ".join(swapped(STORY, PLACES[4])), old).likelihood > COPY_FROM  # type: ignore[union-attr]


def test_typing_mistakes_in_the_opening_are_no_swaps() -> None:
    places = PLACES[2:20:6]
    mistyped = [f"{word[:2]}x{word[3:]}" if at in places else word for at, word in enumerate(STORY)]
    assert measured(mistyped) < TURNED < measured(swapped(STORY, *places))
    assert compared(" ".join(mistyped), " ".join(STORY)).likelihood > COPY_FROM  # type: ignore[union-attr]


def test_articles_with_equal_titles_do_not_count_as_turned() -> None:
    """Opposite news has another title."""
    new, old = " ".join(swapped(STORY, PLACES[4], PLACES[12])), " ".join(STORY)

    def told(title: str, other: str) -> float:
        (found,) = Comparison(Profile(words_of(new, title, seed=1)), Counts()).with_all(
            [Profile(words_of(old, other, seed=1))]
        )
        assert found
        return found.evidence.turned

    assert told("", "") == told("Bank cuts rate", "Bank leaves rate unchanged") == 2
    assert told("Bank cuts rate", "Bank cuts rate") == 0
