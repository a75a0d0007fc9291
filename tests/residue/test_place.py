"""Where lines stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.implementations import BOTH, one_of_both
from worker.residue.place import ITEM, LABEL, NEITHER, PLACES, kind_of, places

LONG = "x" * 61


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which code runs."""
    yield from one_of_both(request)


def place(lines: Sequence[str], at: int, *, among: Sequence[int] = ()) -> dict[str, float]:
    """The place of one candidate, by name."""
    return dict(zip(PLACES, places(lines, [at, *among])[0], strict=True))


@pytest.mark.parametrize("line", ["- one", "• one", " * one", "12. one", "٣) one", "a) one", "✓ one ✓", "–\u00a0one"])
def test_an_item_begins_with_a_mark_or_a_number(line: str) -> None:
    assert kind_of(line) == ITEM
    assert place([LONG, line, LONG], 1)["item"] == 1


@pytest.mark.parametrize("line", ["", " ", "-", "- ", "-one", "1234. one", "A) one", "12 one", "²) one", "字. one"])
def test_other_lines_are_no_items(line: str) -> None:
    assert kind_of(line) == NEITHER
    assert place([LONG, line, LONG], 1)["item"] == 0


def test_a_label_between_two_marks_is_no_item_and_begins_like_no_other_line() -> None:
    lines = ["- Additions", "- Advertisement -", "- Admission", "- Advertising"]
    assert list(map(kind_of, lines)) == [ITEM, LABEL, ITEM, ITEM]
    found = place(lines, 1)
    assert (found["item"], found["items near"], found["same beginning"]) == (0, 3, 1)
    assert place(lines, 2)["same beginning"] == 4


def test_lines_count_once_that_are_the_same() -> None:
    assert place(["Tags: one", "Tags: one", "Tags: two", "Tag", LONG], 0)["same beginning"] == 2
    assert place(["", "", "a"], 0)["same beginning"] == 1


def test_two_lines_on_either_side_count() -> None:
    found = place(["a", "b: ", "candidate", "c" * 300, "d", LONG], 2, among=[1, 4])
    assert (found["short before"], found["short after"], found["candidates near"]) == (2, 0, 2)
    assert (found["colon before"], found["chars before"], found["chars after"]) == (1, 3, 255)
    assert (found["from start"], found["from end"]) == (2, 3)


def test_beyond_the_ends_is_nothing() -> None:
    found = place(["only"], 0)
    assert {name: value for name, value in found.items() if value} == {"short share": 1, "same beginning": 1}


def test_the_whole_text_counts() -> None:
    lines = ["Heading", LONG, "No heading.", LONG, "Neither", "short", LONG, "last"]
    found = place(lines, 0)
    assert (found["short share"], found["headings"]) == (5 / 8, 2)
    assert place(["Heading", LONG] * 20, 0)["headings"] == 8


def test_tabs_and_bars_separate_cells() -> None:
    assert place(["a\tb | c | | d", LONG], 0)["cells"] == 3
