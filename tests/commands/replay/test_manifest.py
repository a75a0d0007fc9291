from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest

from tests.commands.replay.manifests import MANIFEST
from worker.commands.replay.manifest import read, settings_of
from worker.config.settings import Settings
from worker.errors import SettingsError

# -- settings ------------------------------------------------------------------------------------------------------


def test_a_replay_has_its_own_group_state_directory_and_outputs() -> None:
    live = Settings(group_id="g", state_dir=Path("s"), clean_topic="c", min_words=7)
    own = settings_of(live, "v2")
    assert (own.group_id, own.state_dir) == ("g.replay.v2", Path("s/replay.v2"))
    assert own.index_name == "article-worker.replay.v2"
    assert (own.clean_topic, own.quality_topic, own.dead_topic) == ("c.v2", "articles.quality.v2", "articles.dead.v2")
    assert (own.raw_topic, own.min_words) == ("articles.raw", 7)
    assert own.deciding() == live.deciding()


def test_two_replays_share_nothing() -> None:
    one, other = settings_of(Settings(), "v2"), settings_of(Settings(), "v3")
    for name in ("group_id", "index_name", "state_dir", "clean_topic", "quality_topic", "dead_topic"):
        assert getattr(one, name) != getattr(other, name)


@pytest.mark.parametrize("name", ["", " ", "/x", "../x", "é", "a b", "v2\n", "a:b", "٣", ".", "..", "-", "x/../y"])
def test_a_name_that_is_invalid_in_a_topic_name_is_refused(name: str) -> None:
    with pytest.raises(
        SettingsError, match=r"the name of a replay consists of letters, digits.*and begins with a letter"
    ):
        settings_of(Settings(), name)


@pytest.mark.parametrize("name", [".v2", "-v2", "_v2", "..v2"])
def test_a_name_that_begins_with_a_dot_or_a_hyphen_is_corrected(name: str) -> None:
    with pytest.raises(SettingsError, match=f"a letter or a digit: write v2 instead of {name}"):
        settings_of(Settings(), name)


@pytest.mark.parametrize("name", ["v2", "2", "x_y", "A9", "2026-11-24.a"])
def test_a_name_that_is_valid_in_a_topic_name_is_accepted(name: str) -> None:
    assert settings_of(Settings(), name).clean_topic == f"articles.clean.{name}"


def test_a_name_that_makes_the_name_of_a_topic_too_long_is_refused() -> None:
    assert settings_of(Settings(), "a" * (249 - len("articles.quality."))).quality_topic
    with pytest.raises(
        SettingsError, match=r"a topic name would have 250 characters \(249 are allowed\): choose a shorter name"
    ):
        settings_of(Settings(), "a" * (250 - len("articles.quality.")))


def test_a_name_that_results_in_a_live_topic_is_refused() -> None:
    """A replay that publishes to the raw topic would never end."""
    live = Settings(raw_topic="news.raw", clean_topic="news", quality_topic="q", dead_topic="d")
    with pytest.raises(SettingsError, match=r"the name raw would give news\.raw, which is a live topic"):
        settings_of(live, "raw")


def test_a_replay_reads_the_topic_even_if_the_environment_names_files() -> None:
    own = settings_of(Settings(files="in", out_dir=Path("out")), "v2")
    assert own.files is None
    assert own.state_dir == Path("state/replay.v2")


# -- the manifest --------------------------------------------------------------------------------------------------


def test_the_records_of_a_manifest_are_all_offsets_of_its_ranges() -> None:
    assert MANIFEST.records == 21


def test_a_manifest_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        MANIFEST.since = "-8d"  # type: ignore[misc]


def test_a_manifest_is_read_back() -> None:
    assert read(MANIFEST.as_json(), "article-worker", "v2") == MANIFEST
    assert read(MANIFEST.as_json(), "article-worker", "v2").as_json() == MANIFEST.as_json()


def test_a_manifest_says_which_version_of_its_form_it_has() -> None:
    known = json.loads(MANIFEST.as_json())
    assert known["schema"] == "replay.v1"
    assert known["ranges"] == {"0": [5, 25], "1": [0, 0], "10": [7, 8]}


def changed(**fields: Any) -> bytes:
    return json.dumps(json.loads(MANIFEST.as_json()) | fields).encode()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"", "empty document"),
        (b"{", "unexpected end"),
        (b"\xff", "str is not valid UTF-8"),
        (b"[" * 10_000, "recursion|depth|unexpected"),
        (b"[]", "another version or another program"),
        (b"{}", "another version or another program"),
        (changed(schema="replay.v2"), "another version or another program"),
        (changed(only=["host=a.example"]), "only: Unexpected keyword argument"),
        (changed(rules={"version": 1}), "rules.version"),
        (changed(topic="a b"), "must have 1 to 249"),
        (changed(made_at="yesterday"), "made_at"),
    ],
)
def test_a_value_that_is_no_manifest_of_this_version_is_refused(value: bytes, why: str) -> None:
    """A version that fixes more than this one writes fields that this one does not know."""
    with pytest.raises(ValueError, match=why) as refused:
        read(value, "article-worker", "v2")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "ranges",
    [
        {"x": [1, 2]}, {"0": ["a", "b"]}, {"0": [-1, 2]}, {"0": [None, 2]}, {"0": [1, 2, 3]}, {"0": [1]}, 3,
        {"0": [1, 1 << 63]}, {"0": [2, 1]},
    ],
)  # fmt: skip
def test_damaged_ranges_are_refused(ranges: object) -> None:
    with pytest.raises(ValueError, match="range"):
        read(changed(ranges=ranges), "article-worker", "v2")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("clean_topic", "articles.clean"),
        ("quality_topic", "articles.quality.v22"),
        ("dead_topic", "a/../b.v2"),
        ("index_name", "article-worker"),
        ("group_id", "article-worker"),
        ("group_id", "other.replay.v2"),
    ],
)
def test_a_manifest_that_names_the_topics_of_others_is_refused(place: str, text: str) -> None:
    """To remove that replay would remove live topics."""
    rules = replace(MANIFEST.rules, places={**MANIFEST.rules.places, place: text})
    with pytest.raises(ValueError, match=f"{place} does not belong to this replay|must have 1 to 249"):
        read(replace(MANIFEST, rules=rules).as_json(), "article-worker", "v2")


def test_a_manifest_that_leaves_out_a_place_is_refused() -> None:
    places = {name: text for name, text in MANIFEST.rules.places.items() if name != "index"}
    with pytest.raises(ValueError, match="does not say where its results go"):
        read(replace(MANIFEST, rules=replace(MANIFEST.rules, places=places)).as_json(), "article-worker", "v2")
