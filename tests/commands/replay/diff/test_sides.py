from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.commands.replay.manifests import MANIFEST
from worker.commands.replay.diff import sides
from worker.commands.replay.diff.sides import common, compared
from worker.commands.replay.manifest import Manifest, Selection, settings_of, settings_then
from worker.commands.replay.rules import Rules
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings
from worker.errors import SettingsError

LIVE = Settings()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> dict[str, Manifest]:
    """The replays that were begun, by name. Each is half done."""
    found = {"v2": MANIFEST}

    def existing(live: Settings, name: str) -> tuple[Settings, Manifest]:
        rules = Rules.of(settings_of(Settings(), name))
        return settings_then(live, replace(found[name], rules=rules)), found[name]

    monkeypatch.setattr(sides, "existing", existing)
    monkeypatch.setattr(sides, "ask", lambda manifest, _own: Standing(manifest.records, 10, 1))
    return found


def test_a_replay_is_compared_with_the_live_topics_of_its_range(begun: dict[str, Manifest]) -> None:
    found = compared(LIVE, "v2", None)
    assert (found.topic, found.ranges) == (LIVE.raw_topic, {0: (5, 25), 1: (0, 0), 10: (7, 8)})
    assert (found.before.name, found.before.clean_topic, found.before.quality_topic) == (
        "live", "articles.clean", "articles.quality",
    )  # fmt: skip
    assert (found.after.clean_topic, found.after.quality_topic) == ("articles.clean.v2", "articles.quality.v2")
    assert found.before.since == datetime(2026, 11, 16, 12, tzinfo=UTC)  # a week and a day before the first start
    assert found.after.since is None
    assert (found.before.standing, found.after.standing) == (None, Standing(21, 10, 1))


def test_the_live_topics_are_those_of_the_first_start_whatever_the_settings_are_now(begun: dict[str, Manifest]) -> None:
    other = LIVE.model_copy(update={"clean_topic": "other", "quality_topic": "other.q"})
    assert compared(other, "v2", None).before.clean_topic == "articles.clean"


def test_a_replay_from_the_earliest_record_reads_the_live_topics_from_their_beginning(
    begun: dict[str, Manifest],
) -> None:
    begun["v3"] = replace(MANIFEST, since="earliest")
    assert compared(LIVE, "v3", None).before.since is None


def test_two_replays_are_compared_where_their_ranges_overlap(begun: dict[str, Manifest]) -> None:
    begun["v3"] = replace(MANIFEST, ranges={"0": (10, 40), "1": (0, 9), "2": (0, 9)})
    found = compared(LIVE, "v3", "v2")
    assert found.ranges == {0: (10, 25)}
    assert (found.before.name, found.before.clean_topic, found.after.name) == ("v2", "articles.clean.v2", "v3")


def test_replays_without_a_common_record_are_refused(begun: dict[str, Manifest]) -> None:
    begun["later"] = replace(MANIFEST, ranges={"0": (25, 40)})
    begun["other"] = replace(MANIFEST, topic="other.raw")
    begun["again"] = replace(MANIFEST, topic_id="of a topic that was created again")
    for name in ("later", "other", "again"):
        with pytest.raises(
            SettingsError, match=rf"the replays v2 and {name} have no records in common: the first covers"
        ):
            compared(LIVE, name, "v2")


def test_only_what_a_replay_has_selected_is_compared_unless_other_records_are_named(
    begun: dict[str, Manifest],
) -> None:
    begun["v3"] = replace(MANIFEST, selection=Selection({"host": ["a.example"]}, {"0": 9}))
    assert compared(LIVE, "v3", None).only == {"host": ["a.example"]}
    assert compared(LIVE, "v3", None, ["outcome=dead"]).only == {"outcome": ["dead"]}
    assert compared(LIVE, "v2", None).only == {}


def test_a_replay_is_not_compared_with_itself(begun: dict[str, Manifest]) -> None:
    with pytest.raises(SettingsError, match="give a replay other than v2 itself"):
        compared(LIVE, "v2", "v2")


def test_a_replay_that_is_being_removed_is_not_compared(begun: dict[str, Manifest]) -> None:
    """Its topics may be gone."""
    begun |= {"v2": replace(MANIFEST, removing=True), "v3": MANIFEST}
    for name, against in (("v2", None), ("v3", "v2")):
        with pytest.raises(SettingsError, match="the replay v2 is being removed"):
            compared(Settings(), name, against)


def test_ranges_overlap_by_partition() -> None:
    assert common({0: (0, 5), 1: (0, 5), 2: (3, 9)}, {2: (0, 4), 1: (5, 9), 0: (2, 3), 3: (0, 1)}) == {
        0: (2, 3),
        2: (3, 4),
    }


def test_a_selection_knows_the_fingerprint_of_the_replay(begun: dict[str, Manifest]) -> None:
    found = compared(LIVE, "v2", None, ["fingerprint!=current,host=www.a.example"])
    assert found.only == {"fingerprint!": [MANIFEST.rules.fingerprint], "host": ["a.example"]}
    with pytest.raises(SettingsError, match="there is no outcome 'ded'"):
        compared(LIVE, "v2", None, ["outcome=ded"])
