"""How much is removed of lines of boilerplate in all languages, and how much of stories that look like them stays."""

from __future__ import annotations

import pytest

from benchmarks.lexicons import PHRASES, STORY, faults, lexicons, read, score
from tests.quality.floors import check

TAUGHT = {
    "ad_label": 0.897,
    "cookie_notice": 0.986,
    "copyright": 0.978,
    "date_stamp": 0.965,
    "interface": 0.961,
    "newsletter": 0.839,
    "photo_credit": 0.953,
    "read_time": 0.972,
    "related_link": 0.874,
    "script_notice": 0.915,
    "syndication": 0.986,
    "wire_signoff": 0.947,
    "stories kept": 0.994,
}
JUDGED = {
    "ad_label": 0.789,
    "cookie_notice": 0.936,
    "copyright": 0.956,
    "date_stamp": 0.936,
    "interface": 0.931,
    "newsletter": 0.775,
    "photo_credit": 0.877,
    "read_time": 0.917,
    "related_link": 0.819,
    "script_notice": 0.755,
    "syndication": 0.926,
    "wire_signoff": 0.907,
    "stories kept": 0.995,
}


@pytest.mark.parametrize(("split", "recorded"), [("taught", TAUGHT), ("judged", JUDGED)])
def test_boilerplate_goes_and_stories_stay_as_well_as_before(split: str, recorded: dict[str, float]) -> None:
    shares, _, _ = score(read(PHRASES, split))
    kept = {"stories kept": 1 - shares.pop(STORY)}
    check(f"phrases that are {split}, share", shares | kept, recorded)


def test_the_lexicons_are_in_order() -> None:
    assert [fault for language, lexicon in lexicons() for fault in faults(language, lexicon)] == []
