"""Where capitals follow another word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.implementations import BOTH, one_of_both
from worker.text.capitals import capitals


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which code runs."""
    yield from one_of_both(request)


@pytest.mark.parametrize("before", ["a", "z", ".", "?", "!", "é", "…", "”", "’", "字", "🌍"])
@pytest.mark.parametrize("start", [0, 1, 30, 31, 32, 33, 63, 64])
def test_a_capital_after_a_word_is_found_wherever_it_stands(before: str, start: int) -> None:
    places, _ = capitals(" " * start + f"{before}The", 9)
    assert places == [start + 1]


@pytest.mark.parametrize("before", ["", " ", "\n", "A", "1", "(", "-", '"', "“", "‘"])
def test_a_capital_elsewhere_is_not_found(before: str) -> None:
    assert capitals(f"{before}The", 9)[0] == []


def test_places_count_characters_from_the_start() -> None:
    assert capitals("éA 🌍B “C " + "字" * 40 + "D", 9)[0] == [1, 4, 49]


def test_the_first_places_are_found_and_all_characters_beyond_ascii() -> None:
    places, beyond = capitals("aB" * 20 + "é…é", 3)
    assert places == [1, 3, 5]
    assert set(beyond) == {"é", "…"}


def test_half_a_character_is_no_trouble() -> None:
    assert capitals("aB\ud800C", 9) == ([1, 3], "\ud800")
