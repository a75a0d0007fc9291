"""Each kind of change makes a copy of the kind that it names."""

from __future__ import annotations

import re
from random import Random

import pytest

from tests.training.real_articles import pages
from training.changes import CHANGES, Block, Story
from training.newsroom import Desk, phrases

TEXTS = pages(1, 12)[0]["gold"].split("\n\n")
STORY = Story("The council pays 12 million for the harbour", tuple(Block("p", text) for text in TEXTS))
FURNITURE = [f"Furniture line number {number} of another page" for number in range(40)]


def changed(kind: str, seed: int = 1) -> Story:
    desk = Desk(Random(seed), "Halton Courier", "Halton", seed, ["A headline from elsewhere"], [FURNITURE])
    return CHANGES[kind](STORY, desk)


def words(story: Story) -> list[str]:
    return re.findall(r"\w+", story.text.lower())


def kept_words(story: Story) -> float:
    """The share of the words of the original that are still in the story."""
    return len({*words(STORY)} & {*words(story)}) / len({*words(STORY)})


@pytest.mark.parametrize("kind", CHANGES)
def test_the_same_seed_gives_the_same_copy_and_another_seed_gives_another(kind: str) -> None:
    assert changed(kind, 1) == changed(kind, 1)
    if kind != "brief":
        assert len({changed(kind, seed) for seed in range(8)}) > 1


@pytest.mark.parametrize("kind", CHANGES)
def test_every_copy_differs_from_the_original_and_has_no_gap_left(kind: str) -> None:
    for seed in range(8):
        story = changed(kind, seed)
        assert story.text != STORY.text
        assert not re.search(r"[{}]", story.title + story.text)
        assert all(block.text.strip() for block in story.blocks)


@pytest.mark.parametrize("kind", ["links_between", "furnished", "headed", "localised", "print_page", "credited"])
def test_what_surrounds_a_text_leaves_it_whole(kind: str) -> None:
    for text in TEXTS:
        assert text in changed(kind).text


@pytest.mark.parametrize("seed", range(8))
def test_a_cut_tail_leaves_40_to_70_percent_and_ends_with_a_sentence(seed: int) -> None:
    story = changed("cut_tail", seed)
    assert STORY.text.startswith(story.text[:200])
    assert 0.38 < len(words(story)) / len(words(STORY)) < 0.8
    assert story.text[-1] in '."'


@pytest.mark.parametrize("seed", range(8))
def test_a_dropped_middle_leaves_the_first_and_the_last_paragraph(seed: int) -> None:
    texts = changed("dropped_middle", seed).texts
    assert texts[0] == TEXTS[0]
    assert texts[-1] == TEXTS[-1]
    assert 0.45 * len(TEXTS) <= len(texts) < len(TEXTS)


def test_a_brief_is_the_first_third_and_the_last_paragraph() -> None:
    texts = changed("brief").texts
    assert texts[-1] == TEXTS[-1]
    assert 0.3 < len(" ".join(texts[:-1]).split()) / len(" ".join(TEXTS).split()) < 0.42


@pytest.mark.parametrize("seed", range(8))
def test_reshaped_paragraphs_have_the_same_words(seed: int) -> None:
    assert sorted(words(changed("reshaped", seed))) == sorted(words(STORY))


@pytest.mark.parametrize("seed", range(8))
def test_a_correction_changes_one_number_and_few_words(seed: int) -> None:
    old, new = (re.findall(r"\b\d+\b", story.text) for story in (STORY, changed("corrected", seed)))
    assert sum(one != other for one, other in zip(old, new, strict=True)) == 1
    assert kept_words(changed("corrected", seed)) > 0.85


@pytest.mark.parametrize("seed", range(8))
def test_furniture_stands_above_and_below_the_text(seed: int) -> None:
    blocks = changed("furnished", seed).blocks
    assert [block.text for block in blocks if block.tag == "p"] == TEXTS
    for lines in (blocks[: blocks.index(STORY.blocks[0])], blocks[blocks.index(STORY.blocks[-1]) + 1 :]):
        assert 30 <= len(" ".join(block.text for block in lines).split()) <= 150 + 8


def test_pull_quotes_repeat_the_text() -> None:
    for seed in range(8):
        pulled = [block.text for block in changed("headed", seed).blocks if block.tag == "blockquote"]
        assert pulled
        assert all(text in STORY.text for text in pulled)


def test_a_new_lede_replaces_the_headline_and_the_first_paragraph() -> None:
    story = changed("new_lede")
    assert story.title != STORY.title
    assert story.texts[1:] == TEXTS[1:]
    assert story.texts[0] != TEXTS[0]


def test_a_copy_on_the_same_site_keeps_its_title() -> None:
    assert changed("print_page").title == STORY.title


def test_british_and_american_houses_spell_differently() -> None:
    spelled = {word for seed in range(20) for word in words(changed("house_style", seed))}
    assert {"color", "colour", "organized", "organised"} <= spelled


def test_the_newsroom_has_no_gap_that_nobody_fills() -> None:
    known = {"town", "paper", "headline", "reporter", "other", "agency", "name", "one", "two"}
    assert {gap for lines in phrases().values() for line in lines for gap in re.findall(r"\{(\w+)\}", line)} <= known
