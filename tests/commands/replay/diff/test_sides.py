from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commands.replay.manifests import MANIFEST
from worker.commands.replay.diff import sides
from worker.commands.replay.diff.sides import common, compared
from worker.commands.replay.manifest import Manifest, keep, settings_of
from worker.commands.replay.rules import Rules
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings
from worker.errors import SettingsError

DEFAULT = Settings().raw_topic


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a worker whose state directory has the replay v2, half done."""
    monkeypatch.setattr(sides, "ask", lambda manifest, _own: Standing(manifest.records, 10, 1))
    settings = Settings(state_dir=tmp_path)
    begin(settings, "v2", MANIFEST)
    return settings


def begin(settings: Settings, name: str, manifest: Manifest) -> None:
    own = settings_of(settings, name)
    keep(replace(manifest, rules=Rules.of(own)), own.resolved_state_dir)


def test_a_replay_is_compared_with_the_live_topics_of_its_range(live: Settings) -> None:
    found = compared(live, "v2", None)
    assert (found.topic, found.ranges) == (DEFAULT, {0: (5, 25), 1: (0, 0), 10: (7, 8)})
    assert (found.before.name, found.before.clean_topic, found.before.quality_topic) == (
        "live", "articles.clean", "articles.quality",
    )  # fmt: skip
    assert (found.after.clean_topic, found.after.quality_topic) == ("articles.clean.v2", "articles.quality.v2")
    assert found.before.since == datetime(2026, 11, 16, 12, tzinfo=UTC)  # a week and a day before the first start
    assert found.after.since is None
    assert (found.before.standing, found.after.standing) == (None, Standing(21, 10, 1))


def test_the_live_topics_are_those_of_the_first_start_whatever_the_settings_are_now(live: Settings) -> None:
    other = live.model_copy(update={"clean_topic": "other", "quality_topic": "other.q"})
    assert compared(other, "v2", None).before.clean_topic == "articles.clean"


def test_a_replay_from_the_earliest_record_reads_the_live_topics_from_their_beginning(live: Settings) -> None:
    begin(live, "v3", replace(MANIFEST, since="earliest"))
    assert compared(live, "v3", None).before.since is None


def test_two_replays_are_compared_where_their_ranges_overlap(live: Settings) -> None:
    begin(live, "v3", replace(MANIFEST, ranges={"0": (10, 40), "1": (0, 9), "2": (0, 9)}))
    found = compared(live, "v3", "v2")
    assert found.ranges == {0: (10, 25)}
    assert (found.before.name, found.before.clean_topic, found.after.name) == ("v2", "articles.clean.v2", "v3")


def test_replays_without_a_common_record_are_refused(live: Settings) -> None:
    begin(live, "later", replace(MANIFEST, ranges={"0": (25, 40)}))
    begin(live, "other", replace(MANIFEST, topic="other.raw"))
    for name in ("later", "other"):
        with pytest.raises(
            SettingsError, match=rf"the replays v2 and {name} have no records in common: the first covers"
        ):
            compared(live, name, "v2")


def test_a_replay_is_not_compared_with_itself_or_with_one_that_does_not_exist(live: Settings) -> None:
    with pytest.raises(SettingsError, match="give another replay than v2"):
        compared(live, "v2", "v2")
    with pytest.raises(SettingsError, match="there is no replay v9"):
        compared(live, "v2", "v9")


def test_ranges_overlap_by_partition() -> None:
    assert common({0: (0, 5), 1: (0, 5), 2: (3, 9)}, {2: (0, 4), 1: (5, 9), 0: (2, 3), 3: (0, 1)}) == {
        0: (2, 3),
        2: (3, 4),
    }


def test_a_selection_knows_the_fingerprint_of_the_replay(live: Settings) -> None:
    found = compared(live, "v2", None, ["fingerprint!=current,host=www.a.example"])
    assert found.only == {"fingerprint!": [MANIFEST.rules.fingerprint], "host": ["a.example"]}
    with pytest.raises(SettingsError, match="there is no outcome 'ded'"):
        compared(live, "v2", None, ["outcome=ded"])
