from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.commands.replay.diff.outputs import CLEAN
from worker.commands.replay.diff.facts import PRECISION, read_article
from worker.commands.replay.diff.tally import changed_between

LACKING = {name: value for name, value in CLEAN.items() if name != PRECISION}


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields that differ between two clean articles."""
    old, new = (read_article(orjson.dumps({"text": "a", **each})) for each in (before, after))
    assert old is not None
    assert new is not None
    return changed_between(old.digest(), new.digest())


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (LACKING, {**CLEAN, PRECISION: "day"}, []),
        ({**CLEAN, PRECISION: "day"}, LACKING, []),
        ({**CLEAN, PRECISION: "day"}, {**CLEAN, PRECISION: "second"}, [(PRECISION, "changed")]),
        (
            {**LACKING, "published_at": None},
            {**CLEAN, PRECISION: "day"},
            [("published_at", "added"), (PRECISION, "added")],
        ),
    ],
)
def test_a_precision_that_one_side_lacks_is_no_change_of_an_unchanged_time(
    before: dict[str, Any], after: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    assert changed(before, after) == wanted
