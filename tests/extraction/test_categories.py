from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extraction import categories as module
from worker.extraction.categories import CATEGORIES, categories_of


def names(name: str) -> set[str]:
    bits = categories_of(name)
    return {category for bit, category in enumerate(CATEGORIES) if bits >> bit & 1}


@pytest.mark.parametrize(
    ("name", "categories"),
    [
        ("article-body__share-bar", {"article", "body", "share"}),
        ("shareBar", {"share"}),
        ("ShareBar", {"share"}),
        ("SHARE", {"share"}),
        ("commentsList", {"comment", "list"}),
        ("kommentare", {"comment"}),
        ("newsletter-signup", {"newsletter"}),
        ("ad", {"ad"}),
        ("ads-1", {"ad"}),
        ("adress", set()),
        ("address", set()),
        ("header", {"header"}),
        ("heading", {"title"}),
        ("tabs", {"nav"}),
        ("xyz", set()),
        ("", set()),
        ("123 -- __", set()),
        ("日本語", set()),
    ],
)
def test_names_are_split_into_words_that_have_categories(name: str, categories: set[str]) -> None:
    assert names(name) == categories


def test_the_longest_prefix_wins() -> None:
    assert names("blockquote") == {"quote"}


def test_the_bits_of_categories_and_structure_fit_into_one_number() -> None:
    assert len(CATEGORIES) == len(set(CATEGORIES))
    assert len(CATEGORIES) + 14 < 63


@given(st.text(), st.text())
def test_a_name_made_of_two_names_has_the_categories_of_both(one: str, other: str) -> None:
    """Up to the length that is read."""
    one, other = one[:140], other[:140]
    assert categories_of(f"{one} {other}") == categories_of(one) | categories_of(other)


def test_an_endless_name_is_cut() -> None:
    assert names("xyz " * 100_000 + "share") == set()


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_CACHED", 10)
    cache: dict[str, int] = {}
    monkeypatch.setattr(module, "_OF_NAME", cache)
    for number in range(100):
        categories_of(f"name{number}")
        assert len(cache) <= 10
    assert names("share") == {"share"}


def test_a_long_name_is_cached_under_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    cache: dict[str, int] = {}
    monkeypatch.setattr(module, "_OF_NAME", cache)
    assert names("share " + "x" * 100_000) == {"share"}
    assert max(map(len, cache)) <= 300
