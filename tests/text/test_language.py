from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.news_page import ENGLISH, GERMAN, JAPANESE, STORIES, Story
from worker.text import language
from worker.text.language import decide_language, detect, normalise_language

NORWEGIAN = (
    "Ferja over fjorden går igjen fra mandag, etter at den nye kaia ble godkjent i helgen. Kommunen har betalt for "
    "arbeidet, og billettene blir ikke dyrere enn før, sier ordføreren, som selv tok den første turen sammen med barna."
)


def text(story: Story) -> str:
    return "\n".join(story.paragraphs)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("EN_gb", "en"),
        (" de ", "de"),
        ("zh-Hant-TW", "zh"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("iw", "he"),
        ("jp", "ja"),
        ("cz", "cs"),
        ("nb", "nb"),
        ("und", None),
        ("mul", None),
        ("default", None),
        ("english", None),
        ("x", None),
        ("", None),
        (None, None),
        ("-", None),
        ("İ", None),
        ("\ud800", None),
    ],
)
def test_language_tags_become_iso_639_1(tag: str | None, code: str | None) -> None:
    assert normalise_language(tag) == code


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_the_language_of_an_article_is_detected(story: Story) -> None:
    found, score = detect(text(story))
    assert found == story.language
    assert score > 0.8


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_the_text_decides_if_no_language_is_declared(story: Story) -> None:
    assert decide_language(None, text(story)) == story.language


def test_a_template_in_english_does_not_make_a_german_article_english() -> None:
    assert decide_language("en", text(GERMAN)) == "de"


def test_the_declared_language_is_used_if_the_text_agrees() -> None:
    assert decide_language("en", text(ENGLISH)) == "en"


def test_a_text_that_looks_like_the_declared_language_at_a_glance_is_read_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A prediction costs 1 µs a character, so most texts get one of a short sample."""
    asked: list[str] = []
    predict = language._predict()

    def ask(sample: str, *rest: Any) -> Any:
        asked.append(sample)
        return predict(sample, *rest)

    monkeypatch.setattr(language, "_predict", lambda: ask)
    for declared, times in (("de", 1), (None, 1), ("en", 2)):
        asked.clear()
        assert decide_language(declared, text(GERMAN)) == "de"
        assert len(asked) == times


def test_a_short_text_does_not_overrule_its_page() -> None:
    assert detect("Die Fähre fährt wieder.")[0] == "de"
    assert decide_language("en", "Die Fähre fährt wieder.") == "en"


def test_a_short_text_with_many_bytes_may_overrule_its_page() -> None:
    assert decide_language("en", JAPANESE.paragraphs[0]) == "ja"


def test_a_text_does_not_overrule_its_page_between_similar_languages() -> None:
    assert detect(NORWEGIAN)[0] == "no"
    assert decide_language("nb", NORWEGIAN) == "nb"
    assert decide_language("da", NORWEGIAN) == "da"
    assert decide_language("en", NORWEGIAN) == "no"


@pytest.mark.parametrize("nothing", ["", " \n ", "12 34 / 56", "…", "\ud800"])
def test_no_language_is_invented_for_text_without_words(nothing: str) -> None:
    assert decide_language(None, nothing) is None
    assert decide_language("fr", nothing) == "fr"


def test_the_middle_of_a_text_counts_too() -> None:
    """An English notice before a German article, say of a paywall, does not make it English."""
    notice = "This article is free to read because our readers pay for it."
    assert decide_language(None, "\n".join([notice, *GERMAN.paragraphs])) == "de"


def test_nothing_is_fetched_from_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    language._predict.cache_clear()
    assert detect(text(GERMAN))[0] == "de"


@given(st.text(), st.sampled_from([None, "en", "nb"]))
def test_any_text_gets_a_language_or_none(anything: str, declared: str | None) -> None:
    assert normalise_language(anything) in language._CODES | {None}
    assert decide_language(declared, anything) in language._CODES | {None}
