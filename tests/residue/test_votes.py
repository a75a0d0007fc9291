"""Which lines are looked at: the votes of their words, and the terms beside these."""

from __future__ import annotations

from dataclasses import replace

import pytest

from worker.residue.candidates import TERMS, candidates, language_of, terms
from worker.residue.lexicon import lexicons
from worker.residue.model import line_model
from worker.residue.votes import MOST_WORDS, SIGNS, Votes

ENGLISH = lexicons().number["en"]
STORY = [
    f"The bridge over the river was closed for {n} years before it opened again on that morning." for n in range(9)
]


def votes(language: str = "en", /, **weights: float) -> Votes:
    return Votes(lexicons(), lexicons().number[language], [weights.get(sign, 0.0) for sign in SIGNS])


def looked_at(line: str, language: str = "en") -> bool:
    model, own = line_model(), lexicons().number[language]
    return 4 in candidates([*STORY[:4], line, *STORY[4:]], model.votes(own), model.terms)


def test_words_vote_by_their_concepts() -> None:
    telling, total = votes(subscribe=2.0, newsletter=1.0, small=-1.0).of(
        ["Subscribe", "to", "our", "newsletter", "xyzzy"]
    )
    assert telling == 2
    assert total == pytest.approx((2.0 + 1.0 - 1.0) / 5**0.5)


def test_a_phrase_votes_only_where_all_its_parts_stand() -> None:
    """`sign up` means to subscribe; a sign is no call."""
    weights = {"subscribe": 4.0}
    assert votes(**weights).of(["Sign", "up", "today"])[1] > 0
    assert votes(**weights).of(["Sign", "the", "petition", "up", "there"])[1] == 0


def test_a_phrase_votes_even_if_words_are_forgotten_then() -> None:
    for most in range(1, 12):
        full = votes(subscribe=4.0)
        full.most = most
        full.of([f"xyzzy{number}" for number in range(10)])
        assert full.of(["Sign", "up", "today"])[1] > 0


def test_long_texts_that_begin_phrases_are_forgotten_too() -> None:
    full = votes()
    full.most = 50
    for number in range(200):
        full.of([f"{number:030}/sign"])
    assert len(full._begins) <= 50


def test_a_word_of_another_language_shows_that_it_is_foreign() -> None:
    shown = [SIGNS[number] for number, _ in votes().signs(["Abonnieren"])]
    assert "foreign" in shown


def test_the_words_of_a_run_without_spaces_vote() -> None:
    telling, total = votes("ja", related=1.0).of(["関連記事"])
    assert (telling, total) == (1, 1.0)


@pytest.mark.parametrize(
    ("line", "language"), [("Subscribe to our newsletter", "en"), ("Lesen Sie auch: Die Brücke", "de")]
)
def test_boilerplate_is_looked_at(line: str, language: str) -> None:
    assert looked_at(line, language)


def test_a_sentence_of_a_story_is_not() -> None:
    assert not looked_at("She walked along the water until the light was gone and nobody called her name any more.")


def test_there_is_a_term_for_each_name() -> None:
    lines = ["(abc/def)", *STORY]
    assert len(terms(lines, 0, 0)) == len(TERMS)
    assert terms(lines, 0, 0)[TERMS.index("signature")]


def test_the_language_of_an_article_is_found_if_nobody_says_it() -> None:
    assert language_of(STORY, None) == ENGLISH
    assert language_of(STORY, "tlh") == ENGLISH


def test_languages_share_the_room_for_words_by_their_articles() -> None:
    """A crawler of all languages must not take fifty times the memory of a crawler of one."""
    model = replace(line_model())
    every = {number: model.votes(number) for number in range(1, 41)}
    for _ in range(20_000):
        assert model.votes(7) is every[7]
    assert every[7].most > 0.9 * MOST_WORDS
    assert sum(model.votes(number).most for number in every) < 4 * MOST_WORDS
