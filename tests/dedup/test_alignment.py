from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedup.alignment import LONG, NO_NAMES, SMALL, Alignment, align, names_of
from worker.dedup.word_codes import words_of

STORY = (
    "On Monday the council of Ashford met Anna Smith and voted for a new bridge over the river, and the mayor thanked "
    "Peter Brown for his patience during the long debate about the cost of the work."
)


def aligned(new: str, old: str) -> Alignment:
    words = [words_of(text, seed=1) for text in (new, old)]
    return align(words[0].sequence, words[1].sequence, *(each.names for each in words))


def test_an_article_is_aligned_with_itself_as_a_whole() -> None:
    found = aligned(STORY, STORY)
    first, end = found.blocks
    assert first == (0, 0, found.matched)
    assert end == (found.matched, found.matched, 0)
    assert (found.gap, found.swaps, found.renamed, found.renamed_share) == (0, 0, 0, 0)
    assert found.verbatim == found.names == found.in_place == 1


def test_a_name_in_place_of_a_name_is_renamed_and_another_word_is_only_swapped() -> None:
    renamed = aligned(STORY.replace("Anna Smith", "Mary Jones").replace("Peter Brown", "Paul Green"), STORY)
    assert (renamed.swaps, renamed.renamed) == (2, 2)
    assert renamed.names < 0.6
    swapped = aligned(STORY.replace("bridge", "tunnel").replace("patience", "courage"), STORY)
    assert (swapped.swaps, swapped.renamed) == (2, 0)
    assert swapped.names == 1


def test_a_number_counts_as_a_name() -> None:
    assert aligned(STORY + " It costs 17 million.", STORY + " It costs 23 million.").renamed == 1


def test_words_on_one_side_only_are_not_swapped() -> None:
    assert aligned(STORY.replace("new bridge", "very big new bridge"), STORY).swaps == 0
    assert aligned(STORY.replace("new bridge", "bridge"), STORY).swaps == 0


def test_a_long_gap_is_not_swapped() -> None:
    words = ["seven", "quite", "unlike", "nouns", "stood", "here", "instead"]
    for count, swaps in ((SMALL, 1), (SMALL + 1, 0)):
        other = " ".join(words[:count])
        assert aligned(STORY.replace("new bridge", other), STORY).swaps == swaps


def test_only_long_stretches_are_verbatim() -> None:
    words = [f"word{chr(97 + at)}" for at in range(2 * LONG)]
    whole = " ".join(words)
    assert aligned(" ".join([*words[:LONG], "other", *words[LONG + 1 :]]), whole).verbatim == 0.5
    assert aligned(" ".join([*words[: LONG - 1], "other", *words[LONG:]]), whole).verbatim == 0.5
    assert aligned(" ".join([*words[: LONG - 1], "other", "other", *words[LONG + 1 :]]), whole).verbatim == 0


def test_the_share_of_names_is_that_of_the_shorter_article() -> None:
    part = "The mayor thanked Peter Brown for his patience."
    assert aligned(part, STORY).names == aligned(STORY, part).names == 1
    assert aligned("nobody was there at all", STORY).names == NO_NAMES


@given(st.binary(min_size=1, max_size=80), st.binary(min_size=1, max_size=80))
def test_the_counts_of_any_two_articles_fit_together(new: bytes, old: bytes) -> None:
    names = [bytes(code & 1 for code in sequence) for sequence in (new, old)]
    found = align(new, old, *names)
    blocks = found.blocks
    assert all(new[at : at + size] == old[there : there + size] for at, there, size in blocks)
    assert found.matched == sum(size for _, _, size in blocks)
    assert 0 <= found.renamed <= found.swaps <= len(blocks)
    assert 0 <= found.verbatim <= 1
    assert 0 < found.names <= 1


@pytest.mark.parametrize("bits", [[], [1], [0] * 8, [1, 0] * 20])
def test_the_bits_of_names_are_read_in_order(bits: list[int]) -> None:
    packed = bytes(
        sum(bit << 7 - place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8)
    )
    assert list(names_of(packed))[: len(bits)] == bits
