"""How much is removed of lines of boilerplate in all languages, and how much of stories that look like them stays."""

from __future__ import annotations

import pytest

from benchmarks.lexicons import PHRASES, STORY, faults, lexicons, read, score
from tests.quality.floors import check

TAUGHT = {
    "ad_label": 0.91,
    "cookie_notice": 0.986,
    "copyright": 0.972,
    "date_stamp": 0.965,
    "interface": 0.961,
    "newsletter": 0.868,
    "photo_credit": 0.96,
    "read_time": 0.978,
    "related_link": 0.891,
    "script_notice": 0.942,
    "syndication": 0.982,
    "wire_signoff": 0.954,
    "stories kept": 0.996,
}
JUDGED = {
    "ad_label": 0.794,
    "cookie_notice": 0.936,
    "copyright": 0.966,
    "date_stamp": 0.961,
    "interface": 0.936,
    "newsletter": 0.804,
    "photo_credit": 0.873,
    "read_time": 0.922,
    "related_link": 0.824,
    "script_notice": 0.779,
    "syndication": 0.926,
    "wire_signoff": 0.897,
    "stories kept": 0.997,
}


@pytest.mark.parametrize(("split", "recorded"), [("taught", TAUGHT), ("judged", JUDGED)])
def test_boilerplate_goes_and_stories_stay_as_well_as_before(split: str, recorded: dict[str, float]) -> None:
    shares, _, _ = score(read(PHRASES, split))
    kept = {"stories kept": 1 - shares.pop(STORY)}
    check(f"phrases that are {split}, share", shares | kept, recorded)


def test_the_lexicons_are_in_order() -> None:
    assert [fault for language, lexicon in lexicons() for fault in faults(language, lexicon)] == []
