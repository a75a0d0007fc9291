from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.replay.manifests import MANIFEST
from worker.commands.replay import run
from worker.commands.replay.manifest import keep, settings_of
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings
from worker.errors import SettingsError


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """The settings of a replay whose manifest is already kept."""
    settings = settings_of(Settings(state_dir=tmp_path), "v2")
    keep(MANIFEST, settings.resolved_state_dir)
    return settings


@pytest.mark.parametrize(("since", "until"), [("-7d", "latest"), (None, None), (None, "latest")])
def test_a_resumed_replay_has_the_range_of_its_first_start(own: Settings, since: str | None, until: str | None) -> None:
    assert run._planned(own, "v2", since, until) == MANIFEST


@pytest.mark.parametrize(("since", "until"), [("-8d", "latest"), ("-7d", "-1h"), ("earliest", "latest")])
def test_the_same_name_with_another_range_is_refused(own: Settings, since: str, until: str) -> None:
    with pytest.raises(SettingsError, match=r"v2 is a replay of articles\.raw from -7d to latest: leave out --from"):
        run._planned(own, "v2", since, until)


def test_the_same_name_with_another_topic_is_refused(own: Settings) -> None:
    other = own.model_copy(update={"raw_topic": "other.raw"})
    with pytest.raises(SettingsError, match=r"v2 is a replay of articles\.raw"):
        run._planned(other, "v2", "-7d", "latest")


@pytest.mark.parametrize(
    ("since", "until"),
    [("latest", "latest"), ("earliest", "earliest"), ("-1h", "-2h"), ("-1h", "-1h"), ("2026-01-02", "2026-01-01")],
)
def test_an_empty_range_is_refused_before_a_broker_is_asked(tmp_path: Path, since: str, until: str) -> None:
    with pytest.raises(SettingsError, match=f"the range from {since} to {until} is empty"):
        run._planned(Settings(state_dir=tmp_path), "v2", since, until)


# -- other rules ---------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many offsets the group of each replay has committed, without a broker."""
    counts: dict[str, int] = {}
    monkeypatch.setattr(run, "ask", lambda manifest, own: Standing(manifest.records, counts[own.group_id]))
    return counts


def test_a_replay_is_not_resumed_with_other_rules(own: Settings, committed: dict[str, int]) -> None:
    committed["article-worker.replay.v2"] = 20
    with pytest.raises(SettingsError) as refused:
        run._planned(own.model_copy(update={"min_words": 40}), "v2", None, None)
    first, difference, advice = refused.value.lines
    assert first.startswith("the replay v2 began with other rules than those of now.")
    assert difference == "  min_words: 25 then, 40 now"
    assert advice.startswith("To resume it, use those of then.")
    assert advice.endswith("or first remove this replay: article-worker replay remove v2")


def test_a_replay_that_has_ended_by_other_rules_says_so(own: Settings, committed: dict[str, int]) -> None:
    committed["article-worker.replay.v2"] = 21
    with pytest.raises(SettingsError) as refused:
        run._planned(own.model_copy(update={"group_id": "other"}), "v2", None, None)
    first, difference, advice = refused.value.lines
    assert first == "the replay v2 has ended, and its rules were others than those of now. What differs:"
    assert difference == "  group_id: article-worker.replay.v2 then, other now"
    assert advice.startswith("To replay the range with those of now, choose another name")
