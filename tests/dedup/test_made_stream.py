from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from tests.dedup.lookalikes import TEMPLATES
from tests.dedup.made_stream import COPIES, LANGUAGES, LOOKALIKES_FROM, Story, cut, exact, plain, stories, stream


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def every_story() -> list[Story]:
    return [story for language in LANGUAGES for story in stories(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stream_has_eight_stories_and_every_copy_comes_after_its_story(language: str) -> None:
    docs = stream(language, 1)
    kinds = Counter(doc.kind for doc in docs)
    assert kinds == {"story": LOOKALIKES_FROM, "lookalike": 8 - LOOKALIKES_FROM, **dict.fromkeys(COPIES, 8)}
    assert {doc.language for doc in docs} == {language}
    assert len({doc.text for doc in docs}) == len(docs)
    first = {doc.cluster: doc.kind for doc in reversed(docs)}
    assert set(first.values()) == {"story", "lookalike"}


def test_only_the_same_seed_gives_the_same_stream() -> None:
    assert stream("de", 1) == stream("de", 1)
    assert stream("de", 1) != stream("de", 2)


def test_every_story_has_a_title_some_paragraphs_an_update_and_furniture() -> None:
    for story in every_story():
        assert 5 <= len(story.paragraphs) <= 8
        assert len(story.update) == 2
        assert len(story.furniture) == 10


def test_an_exact_copy_keeps_every_letter_and_a_cut_copy_its_share() -> None:
    for story in every_story():
        whole = letters(plain(story))
        assert letters(exact(story, Random(1))) == whole
        for share in (0.3, 0.6):
            kept = letters(cut(story, share))
            assert whole.startswith(kept)
            assert abs(len(kept) / len(whole) - (1 - share)) < 0.15


@pytest.mark.parametrize("template", TEMPLATES)
def test_two_draws_of_a_template_differ_and_have_40_to_200_words(template: Callable[[Random], str]) -> None:
    texts = {template(Random(seed)) for seed in range(50)}
    assert len(texts) == 50
    assert all(40 <= len(text.split()) <= 200 for text in texts)
