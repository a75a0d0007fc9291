"""How much is removed of lines of boilerplate in all languages, and how much of stories that look like them stays."""

from __future__ import annotations

import pytest

from benchmarks.lexicons import PHRASES, STORY, faults, lexicons, read, score
from tests.quality.floors import check

TAUGHT = {
    "ad_label": 0.961,
    "cookie_notice": 0.969,
    "copyright": 0.996,
    "date_stamp": 0.973,
    "interface": 0.996,
    "newsletter": 0.957,
    "photo_credit": 1.0,
    "read_time": 0.996,
    "related_link": 0.937,
    "script_notice": 0.984,
    "syndication": 0.965,
    "wire_signoff": 0.89,
    "stories kept": 1.0,
}
JUDGED = {
    "ad_label": 0.779,
    "cookie_notice": 0.931,
    "copyright": 0.912,
    "date_stamp": 0.961,
    "interface": 0.681,
    "newsletter": 0.745,
    "photo_credit": 0.882,
    "read_time": 0.966,
    "related_link": 0.779,
    "script_notice": 0.52,
    "syndication": 0.838,
    "wire_signoff": 0.696,
    "stories kept": 0.993,
}


@pytest.mark.parametrize(("split", "recorded"), [("taught", TAUGHT), ("judged", JUDGED)])
def test_boilerplate_goes_and_stories_stay_as_well_as_before(split: str, recorded: dict[str, float]) -> None:
    shares, _, _ = score(read(PHRASES, split))
    kept = {"stories kept": 1 - shares.pop(STORY)}
    check(f"phrases that are {split}, share", shares | kept, recorded)


def test_the_lexicons_are_in_order() -> None:
    assert [fault for language, lexicon in lexicons() for fault in faults(language, lexicon)] == []
