"""The judgement on the lines of one article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lexicons import BODY
from tests.implementations import BOTH, one_of_both
from worker.residue import judge
from worker.residue.judge import verdicts
from worker.residue.lexicon import lexicons
from worker.residue.model import line_model
from worker.residue.place import ITEM, kind_of
from worker.residue.reading import Reader
from worker.residue.shape import NAMES

STORY = BODY.strip().split("\n")


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which code runs."""
    yield from one_of_both(request)


LINES = st.lists(
    st.sampled_from(["- one", "2. two", "• three •", "- ad -", "* ", "", "a b"])
    | st.tuples(st.sampled_from(["", "At ", "٣"]), st.integers(0, 30), st.sampled_from(["", ":00", "٤"])).map(
        lambda parts: "".join(map(str, parts))
    ),
    max_size=20,
)


def removed(lines: Sequence[str], language: str = "en") -> list[str]:
    """The lines that are boilerplate."""
    return [lines[at] for at in sorted(verdicts(lines, language))]


@given(LINES, st.data())
def test_lines_stay_with_their_siblings(lines: list[str], data: st.DataObject) -> None:
    """The siblings of the lines that would go are looked up; the result is as if all lines were grouped."""
    gone = sorted(data.draw(st.sets(st.sampled_from(range(len(lines)))) if lines else st.just(set())))
    runs = groupby(range(len(lines)), lambda at: kind_of(lines[at]) == ITEM)
    groups = [list(run) for is_item, run in runs if is_item]
    series: dict[str, dict[str, int]] = defaultdict(dict)
    for at, line in enumerate(lines):
        if (form := judge._NUMBERS.sub("0", line)) != line:
            series[form].setdefault(line, at)
    groups += [list(one.values()) for one in series.values()]
    stay = {at for one in groups if len(one) >= 3 and 2 * len(set(one) & set(gone)) < len(one) for at in one}
    found = {*judge._items(lines, gone, Reader(lexicons().number["en"])), *judge._alike(lines, gone)}
    assert found & set(gone) == stay & set(gone)


def test_time_stamps_of_a_live_blog_stay() -> None:
    """A single one goes."""
    stamps = [f"1{number}:45 Updated" for number in range(8)]
    blog = [line for stamp, paragraph in zip(stamps, STORY, strict=False) for line in (stamp, paragraph)]
    assert removed([*STORY[:5], stamps[0], *STORY[5:]]) == stamps[:1]
    assert not removed(blog)


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_each_line_is_named_as_if_it_were_alone(count: int) -> None:
    x = np.random.default_rng(count).random((len(NAMES), count), np.float32)
    model = line_model()
    assert model.names_of(x, range(count)) == [model.names_of(x, [at])[0] for at in range(count)]


def test_a_line_that_tells_nothing_has_no_verdict() -> None:
    assert not verdicts(STORY, "en")


LIST = [
    "- The bridge will be closed at night.",
    "- Buses will take another road.",
    "- Additional ferries sail from both towns.",
    "- Administrators of the port were told.",
    "- Admission is free for all passengers.",
]


@pytest.mark.parametrize("credit", ["- AFP", "- Reuters", "– dpa", "— AP", "- Agence France-Presse", "- AFP, Reuters"])
def test_an_agency_below_a_list_is_no_item_of_it(credit: str) -> None:
    assert removed([*STORY, *LIST, credit]) == [credit]
    assert removed([*STORY, *LIST, credit, "", "All rights reserved."]) == [credit, "All rights reserved."]


@pytest.mark.parametrize("last", ["- Reuters and the BBC reported", "- AFP", "- Reuters", "- Share"])
@pytest.mark.parametrize(
    "before",
    [
        ["- Canon", "- Nikon", "- Bank of America"],
        [
            "- Reuters, which is based in London",
            "- Kyodo, which is based in Tokyo",
            "- Xinhua and its paid subscribers",
        ],
    ],
)
def test_an_item_stays_that_may_be_an_agency_among_others(before: list[str], last: str) -> None:
    """It may be one in a list of names, and in a list of agencies."""
    assert not removed([*STORY, *before, last])


def test_an_agency_in_the_middle_of_a_list_or_before_more_story_stays() -> None:
    assert not removed([*STORY, *LIST[:3], "- AFP", *LIST[3:]])
    assert not removed([*STORY, *LIST, "- AFP", STORY[0]])


@pytest.mark.parametrize("after", [["© 2024 The Paper"], ["All rights reserved.", "[ad_2]", STORY[0]]])
def test_an_agency_after_a_dash_goes_even_if_lines_follow(after: list[str]) -> None:
    """Unless items of a list stand beside it."""
    assert "- AFP" in removed([*STORY, "- AFP", *after])
    assert "- AFP" not in removed([*STORY, LIST[0], "- AFP", LIST[1], *after])


@pytest.mark.parametrize("mark", "-–—*•·")
@pytest.mark.parametrize("label", ["Advertisement", "ADVERTISEMENT"])
@pytest.mark.parametrize("space", ["", " "])
def test_a_label_between_two_marks_is_no_item(mark: str, label: str, space: str) -> None:
    """The beginning that it shares with items, `- Ad`, says nothing."""
    line = f"{space}{mark} {label} {mark}{space}"
    for at in range(len(LIST) + 1):
        assert removed([*STORY, *LIST[:at], line, *LIST[at:]]) == [line]
