from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.messages import Article, Dropped, Reason
from worker.stages.filter import Filter
from worker.text.words import count_words

FIVE_WORDS = "The bridge reopened on Monday."


@pytest.mark.parametrize("text", [None, "", " \n\t\n "])
def test_an_article_without_text_is_no_article(text: str | None) -> None:
    ended = Filter(0, ())(Article(text=text))
    assert isinstance(ended, Dropped)
    assert ended.reason is Reason.NO_ARTICLE


def test_a_short_article_is_dropped_with_its_count() -> None:
    ended = Filter(6, ())(Article(text=FIVE_WORDS))
    assert ended == Dropped(Reason.TOO_SHORT, "5 words, fewer than 6")


@pytest.mark.parametrize("min_words", [0, 5])
def test_an_article_with_enough_words_passes_unchanged(min_words: int) -> None:
    article = Article(text=FIVE_WORDS)
    assert Filter(min_words, ())(article) is article


def test_words_are_counted_in_scripts_without_spaces() -> None:
    article = Article(text="大桥周一恢复通车")
    assert Filter(8, ())(article) is article
    assert isinstance(Filter(9, ())(article), Dropped)


@pytest.mark.parametrize(("language", "passes"), [("de", True), ("en", True), ("fr", False), (None, True)])
def test_only_wanted_and_unknown_languages_pass(language: str | None, passes: bool) -> None:
    article = Article(text=FIVE_WORDS, language=language)
    ended = Filter(5, ("en", "de"))(article)
    assert ended is article if passes else ended == Dropped(Reason.LANGUAGE_NOT_WANTED, f"language {language}")


def test_without_a_choice_every_language_passes() -> None:
    article = Article(text=FIVE_WORDS, language="fr")
    assert Filter(5, ())(article) is article


def test_a_short_article_is_too_short_in_any_language() -> None:
    ended = Filter(25, ("en",))(Article(text=FIVE_WORDS, language="fr"))
    assert isinstance(ended, Dropped)
    assert ended.reason is Reason.TOO_SHORT


@given(st.text(st.characters()), st.integers(0, 5))
def test_any_text_passes_exactly_if_it_has_enough_words(text: str, min_words: int) -> None:
    article = Article(text=text)
    passes = bool(text.strip()) and count_words(text) >= min_words
    assert (Filter(min_words, ())(article) is article) == passes
