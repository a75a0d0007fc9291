from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from tests.commands.replay.manifests import MANIFEST
from worker.commands.replay.manifest import MANIFEST_FILE, existing, keep, kept, names, settings_of
from worker.config.settings import Settings
from worker.errors import IndexStoreError, SettingsError

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
    with pytest.raises(SettingsError, match=r"the name of a replay has letters, digits.*and begins with a letter"):
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
    with pytest.raises(SettingsError, match="results in a topic's name of 250 characters: choose a shorter one"):
        settings_of(Settings(), "a" * (250 - len("articles.quality.")))


def test_a_name_that_results_in_a_live_topic_is_refused() -> None:
    """A replay that publishes to the raw topic would never end."""
    live = Settings(raw_topic="news.raw", clean_topic="news", quality_topic="q", dead_topic="d")
    with pytest.raises(SettingsError, match=r"the name raw results in news\.raw, which is a live topic"):
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


def test_a_kept_manifest_is_read_back(tmp_path: Path) -> None:
    assert kept(tmp_path) is None
    keep(MANIFEST, tmp_path)
    assert kept(tmp_path) == MANIFEST


def test_a_kept_manifest_can_be_read_by_a_person(tmp_path: Path) -> None:
    keep(MANIFEST, tmp_path)
    known = json.loads((tmp_path / MANIFEST_FILE).read_text(encoding="utf-8"))
    assert known["ranges"] == {"0": [5, 25], "1": [0, 0], "10": [7, 8]}
    assert {path.name for path in tmp_path.iterdir()} == {MANIFEST_FILE, "replay.lock"}


def test_of_two_processes_that_begin_a_replay_at_once_the_first_one_fixes_the_range(tmp_path: Path) -> None:
    keep(MANIFEST, tmp_path)
    keep(replace(MANIFEST, ranges={"0": (5, 26)}), tmp_path)
    assert kept(tmp_path) == MANIFEST


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"ranges": 3}', b"\xff"])
def test_a_damaged_manifest_is_an_error_that_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST_FILE).write_bytes(content)
    with pytest.raises(IndexStoreError, match=r"replay\.json cannot be read .*: choose another name for the replay"):
        kept(tmp_path)


@pytest.mark.parametrize(
    "ranges", [b'"x": [1, 2]', b'"0": ["a", "b"]', b'"0": [-1, 2]', b'"0": [NaN, 2]', b'"0": [1, 2, 3]', b'"0": [1]']
)
def test_a_manifest_with_damaged_ranges_is_an_error(tmp_path: Path, ranges: bytes) -> None:
    keep(MANIFEST, tmp_path)
    content = (tmp_path / MANIFEST_FILE).read_bytes()
    begin, end = content.index(b'"ranges": {'), content.index(b"}") + 1
    (tmp_path / MANIFEST_FILE).write_bytes(content[:begin] + b'"ranges": {%s}' % ranges + content[end:])
    with pytest.raises(IndexStoreError, match=r"replay\.json cannot be read .*: choose another name for the replay"):
        kept(tmp_path)


def test_a_state_directory_that_cannot_be_created_is_an_error_for_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexStoreError, match=r"cannot write to .*file/replay\.v2: Not a directory.*--state-dir"):
        keep(MANIFEST, tmp_path / "file" / "replay.v2")


# -- replays that exist --------------------------------------------------------------------------------------------


def test_the_names_are_those_of_all_manifests(tmp_path: Path) -> None:
    live = Settings(state_dir=tmp_path)
    for name in ("v2", "a.b"):
        keep(MANIFEST, settings_of(live, name).resolved_state_dir)
    (tmp_path / "replay.empty").mkdir()
    assert names(live) == ["a.b", "v2"]


def test_a_manifest_that_names_the_topics_of_others_is_refused(tmp_path: Path) -> None:
    """To remove that replay would remove live topics."""
    live = Settings(state_dir=tmp_path)
    rules = replace(MANIFEST.rules, places={**MANIFEST.rules.places, "clean_topic": "articles.clean"})
    keep(replace(MANIFEST, rules=rules), settings_of(live, "v2").resolved_state_dir)
    with pytest.raises(IndexStoreError, match="is damaged: clean_topic is not of this replay"):
        existing(live, "v2")
