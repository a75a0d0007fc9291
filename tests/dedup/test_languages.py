"""The index over news in eleven languages, over look-alikes, and over a flood of one story.

The limits are close to the measured values, so that the tests notice a change for the worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

import pytest

from tests.dedup.lookalikes import TEMPLATES
from tests.dedup.made_stream import COPIES, LANGUAGES, UNSPACED, Doc, Story, furnished, plain, stories, stream
from tests.dedup.sketches import fresh_index, in_batches, published
from worker.dedup.memory import MAX_HOLDERS
from worker.messages import DuplicateKind, Verdict

SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Decided:
    """An article of a stream, the verdict on it, and the cluster of its story."""

    doc: Doc
    verdict: Verdict
    cluster_id: str

    @property
    def is_found(self) -> bool:
        joins = self.verdict.is_duplicate or self.verdict.kind is DuplicateKind.SUPERSET
        return joins and self.verdict.cluster_id == self.cluster_id


@cache
def decided() -> tuple[Decided, ...]:
    """All streams. Those of one seed share an index, and the languages take turns of ten articles."""
    return tuple(each for seed in SEEDS for each in _decided(seed))


def _decided(seed: int) -> Iterator[Decided]:
    docs = list(_mixed([stream(language, seed) for language in LANGUAGES]))
    with fresh_index() as index:
        verdicts = in_batches(index, published(doc.text for doc in docs), 100)
    clusters: dict[str, str] = {}
    for doc, verdict in zip(docs, verdicts, strict=True):
        yield Decided(doc, verdict, clusters.setdefault(doc.cluster, verdict.cluster_id))


def _mixed(streams: Sequence[Sequence[Doc]], turn: int = 10) -> Iterator[Doc]:
    for start in range(0, max(map(len, streams)), turn):
        for each in streams:
            yield from each[start : start + turn]


def of(language: str, kind: str) -> list[Decided]:
    return [each for each in decided() if (each.doc.language, each.doc.kind) == (language, kind)]


# -- languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["story", "lookalike"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_stories_are_published_even_if_they_use_the_words_of_another(language: str, kind: str) -> None:
    told = of(language, kind)
    assert len(told) == 4 * len(SEEDS)
    assert not any(each.verdict.is_duplicate for each in told)
    assert sum(each.verdict.kind is not DuplicateKind.NEW for each in told) <= 3


@pytest.mark.parametrize("kind", COPIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_are_found_and_linked_to_their_story(language: str, kind: str) -> None:
    copies = of(language, kind)
    assert len(copies) == 8 * len(SEEDS)
    assert sum(not each.is_found for each in copies) <= 1


def test_over_all_languages_at_most_one_copy_in_a_thousand_is_missed() -> None:
    copies = [each for each in decided() if each.doc.kind in COPIES]
    assert len(copies) == 8 * len(COPIES) * len(LANGUAGES) * len(SEEDS)
    assert sum(not each.is_found for each in copies) <= len(copies) // 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_get_the_kind_that_fits_their_change(language: str) -> None:
    same = DuplicateKind.COPY if language in UNSPACED else DuplicateKind.EXACT
    named = {
        "exact": {same, DuplicateKind.COPY, DuplicateKind.EXCERPT},  # the last two if the update came before
        "cut60": {DuplicateKind.EXCERPT},
        "furnished": {DuplicateKind.COPY},
        "updated": {DuplicateKind.SUPERSET, DuplicateKind.COPY},
        "lede": {DuplicateKind.COPY, DuplicateKind.EXCERPT},
    }
    for kind, names in named.items():
        assert {each.verdict.kind for each in of(language, kind)} <= names


# -- look-alikes -----------------------------------------------------------------------------------------------------


@cache
def drawn() -> dict[str, list[Verdict]]:
    """The verdicts on a hundred articles of each template. The templates take turns."""
    names = [template.__name__ for template in TEMPLATES] * 100
    texts = [template(Random(f"{template.__name__} {seed}")) for seed in range(100) for template in TEMPLATES]
    with fresh_index() as index:
        verdicts = in_batches(index, published(texts), 50)
    return {name: [verdict for other, verdict in zip(names, verdicts, strict=True) if other == name] for name in names}


@pytest.mark.parametrize("template", [template.__name__ for template in TEMPLATES])
def test_at_most_one_of_a_hundred_articles_of_one_template_is_called_a_copy(template: str) -> None:
    verdicts = drawn()[template]
    assert len(verdicts) == 100
    assert sum(verdict.is_duplicate for verdict in verdicts) <= 1


def test_at_most_one_in_a_hundred_of_all_template_articles_is_called_a_copy() -> None:
    verdicts = [verdict for each in drawn().values() for verdict in each]
    assert sum(verdict.kind is not DuplicateKind.NEW for verdict in verdicts) <= len(verdicts) // 100


# -- floods ----------------------------------------------------------------------------------------------------------


def misspelt(text: str, rng: Random, share: float) -> str:
    """The text, with this share of its letters replaced."""
    letters = [char for char in text if char.isalpha()]
    return "".join(rng.choice(letters) if char.isalpha() and rng.random() < share else char for char in text)


def republished(story: Story, rng: Random) -> str:
    """The story with a site's furniture around and between its paragraphs, and a misspelling in every twentieth word."""
    lines = tuple(rng.sample(story.furniture, 7))
    letters_in_word = 1 if story.language in UNSPACED else 6
    changed = replace(story, furniture=lines)
    return misspelt(furnished(changed, rng), rng, 0.05 / letters_in_word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_a_hundred_copies_of_a_story_are_found(language: str) -> None:
    """There are many more copies than a posting key can have holders, and they all share the site's furniture."""
    story, *others = stories(language)
    rng = Random(language)
    copies = [republished(story, rng) for _ in range(100)]
    assert len(set(copies)) == 100 > MAX_HOLDERS
    with fresh_index() as index:
        in_batches(index, published(map(plain, others), "others"), 10)
        verdicts = in_batches(index, published([plain(story), *copies]), 20)
    first, *rest = verdicts
    assert first.kind is DuplicateKind.NEW
    assert all(verdict.is_duplicate or verdict.kind is DuplicateKind.SUPERSET for verdict in rest)
    assert {verdict.cluster_id for verdict in rest} == {first.cluster_id}
