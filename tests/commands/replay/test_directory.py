from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.replay.manifests import MANIFEST
from worker.commands.replay import directory
from worker.errors import IndexStoreError, SettingsError

SHARED = replace(
    MANIFEST,
    rules=replace(MANIFEST.rules, places={**MANIFEST.rules.places, "index": "valkey://host:6379/0"}),
)
"""A replay with an index server."""


def with_state(state_dir: Path) -> Path:
    (state_dir / "slots").mkdir(parents=True)
    return state_dir


def test_a_new_directory_is_noted_once(tmp_path: Path) -> None:
    with directory.locked(tmp_path / "replay.v2"):
        directory.take(tmp_path / "replay.v2", "a")
    with_state(tmp_path / "replay.v2")
    directory.take(tmp_path / "replay.v2", "a")


def test_a_start_that_was_killed_before_it_was_known_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    with directory.locked(tmp_path):
        directory.take(tmp_path, "a")
        directory.take(tmp_path, "b")


def test_the_state_of_a_replay_that_was_removed_elsewhere_is_not_used(tmp_path: Path) -> None:
    """Its index knows every article of the range, so each would be a duplicate of itself."""
    directory.take(tmp_path, "a")
    with_state(tmp_path)
    with pytest.raises(IndexStoreError, match=r"has the state of another replay .* remove the directory"):
        directory.take(tmp_path, "b")


def test_a_directory_that_no_replay_has_noted_may_have_an_index(tmp_path: Path) -> None:
    """It may be rebuilt from the clean topic first."""
    with_state(tmp_path)
    directory.take(tmp_path, "a")
    directory.join(tmp_path, replace(MANIFEST, id="a"), "v2")


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"x" * 1000])
def test_a_damaged_note_is_that_of_another_replay(tmp_path: Path, content: bytes) -> None:
    (tmp_path / directory.ID_FILE).write_bytes(content)
    with pytest.raises(SettingsError, match="in another state directory"):
        directory.join(tmp_path, MANIFEST, "v2")


def test_with_an_index_server_any_machine_can_join(tmp_path: Path) -> None:
    directory.join(tmp_path, SHARED, "v2")
    with_state(tmp_path)
    directory.join(tmp_path, SHARED, "v2")
    with pytest.raises(IndexStoreError, match="another replay"):
        directory.join(tmp_path, replace(SHARED, id="another"), "v2")


def test_with_an_embedded_index_only_the_machine_that_has_it_can_resume(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for each in (here, there):
        each.mkdir()
    directory.take(here, MANIFEST.id)
    directory.join(here, MANIFEST, "v2")
    with pytest.raises(SettingsError, match=r"in another state directory, one:/var/lib/.*--index valkey://HOST"):
        directory.join(there, MANIFEST, "v2")
    assert list(there.iterdir()) == []


def test_if_the_directory_of_the_index_was_deleted_the_user_is_not_sent_to_another_machine(tmp_path: Path) -> None:
    begun_here = replace(MANIFEST, begun_in=directory.described(tmp_path))
    with pytest.raises(SettingsError, match=r"the index of the replay v2 is lost.*replay remove v2"):
        directory.join(tmp_path, begun_here, "v2")


def test_a_directory_is_removed_with_everything_in_it(tmp_path: Path) -> None:
    state_dir = with_state(tmp_path / "replay.v2")
    directory.remove(state_dir)
    directory.remove(state_dir)
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    other = with_state(tmp_path / "other")
    (tmp_path / "replay.v2").symlink_to(other)
    with pytest.raises(IndexStoreError, match="symbolic link"):
        directory.remove(tmp_path / "replay.v2")
    with pytest.raises(IndexStoreError, match="symbolic link"), directory.locked(tmp_path / "replay.v2"):
        pass
    assert (other / "slots").exists()


def test_a_state_directory_that_cannot_be_created_is_an_error_for_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(IndexStoreError, match=r"cannot write to .*file/replay\.v2: Not a directory.*--state-dir"),
        directory.locked(tmp_path / "file" / "replay.v2"),
    ):
        pass
