"""How much is removed of lines of boilerplate in all languages, and how much of stories that look like them stays."""

from __future__ import annotations

import pytest

from benchmarks.lexicons import PHRASES, STORY, faults, lexicons, read, score
from tests.quality.floors import check

TAUGHT = {
    "ad_label": 0.916,
    "cookie_notice": 0.986,
    "copyright": 0.976,
    "date_stamp": 0.967,
    "interface": 0.966,
    "newsletter": 0.88,
    "photo_credit": 0.966,
    "read_time": 0.992,
    "related_link": 0.897,
    "script_notice": 0.95,
    "syndication": 0.982,
    "wire_signoff": 0.954,
    "stories kept": 0.993,
}
JUDGED = {
    "ad_label": 0.794,
    "cookie_notice": 0.936,
    "copyright": 0.966,
    "date_stamp": 0.971,
    "interface": 0.941,
    "newsletter": 0.833,
    "photo_credit": 0.877,
    "read_time": 0.936,
    "related_link": 0.843,
    "script_notice": 0.809,
    "syndication": 0.936,
    "wire_signoff": 0.922,
    "stories kept": 0.995,
}


@pytest.mark.parametrize(("split", "recorded"), [("taught", TAUGHT), ("judged", JUDGED)])
def test_boilerplate_goes_and_stories_stay_as_well_as_before(split: str, recorded: dict[str, float]) -> None:
    shares, _, _ = score(read(PHRASES, split))
    kept = {"stories kept": 1 - shares.pop(STORY)}
    check(f"phrases that are {split}, share", shares | kept, recorded)


def test_the_lexicons_are_in_order() -> None:
    assert [fault for language, lexicon in lexicons() for fault in faults(language, lexicon)] == []
