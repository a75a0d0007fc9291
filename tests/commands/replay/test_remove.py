from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from tests.commands.replay.manifests import KEY, MANIFEST
from worker.commands.replay import directory, remove
from worker.commands.replay.manifest import settings_of
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings
from worker.errors import IndexStoreError, SettingsError, TransportError
from worker.store.slots import claim_slot
from worker.transport.kafka import removal


@pytest.fixture
def brokers(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings whose topics and group were deleted on the brokers."""
    deleted: list[Settings] = []
    monkeypatch.setattr(removal, "remove", deleted.append)
    monkeypatch.setattr(remove, "ask", lambda manifest, _own: Standing(manifest.records, 10))
    return deleted


@pytest.fixture
def live(tmp_path: Path, table: dict[bytes, bytes]) -> Settings:
    """The settings of the worker, in whose state directory there is a replay with an index."""
    settings = Settings(state_dir=tmp_path)
    table[KEY] = MANIFEST.as_json()
    own = settings_of(settings, "v2").resolved_state_dir
    claim_slot(own).release()
    (own / "index").mkdir()
    (own / "index" / "data.mdb").touch()
    return settings


def removed(live: Settings, *, yes: bool = True, confirm: Callable[[str], bool] = bool) -> tuple[int, str]:
    screen = io.StringIO()
    code = remove.run_remove(live, "v2", Console(file=screen, width=200), yes=yes, confirm=confirm)
    return code, screen.getvalue()


def test_everything_that_belongs_to_the_replay_is_listed_and_removed(
    live: Settings, brokers: list[Settings], table: dict[bytes, bytes]
) -> None:
    (live.resolved_state_dir / "index").mkdir()
    code, said = removed(live)
    assert code == 0
    assert [line.strip() for line in said.splitlines()] == [
        "the replay v2 (stopped, 10 of 21 (47 %) records done):",
        "topics articles.clean.v2, articles.quality.v2, articles.dead.v2",
        "group article-worker.replay.v2",
        f"directory {live.state_dir}/replay.v2",
        "removed",
    ]
    assert [path.name for path in live.resolved_state_dir.iterdir()] == ["index"]  # that of the worker
    (own,) = brokers
    assert (own.clean_topic, own.group_id) == ("articles.clean.v2", "article-worker.replay.v2")
    assert table == {}


@pytest.mark.parametrize("answer", [True, False])
def test_without_yes_the_user_is_asked_first(
    live: Settings, brokers: list[Settings], monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    code, _ = removed(live, yes=False, confirm=lambda _text: answer)
    assert (code, len(brokers)) == ((0, 1) if answer else (1, 0))
    assert settings_of(live, "v2").resolved_state_dir.exists() is not answer


def test_without_a_terminal_nobody_is_asked_and_nothing_is_removed(
    live: Settings, brokers: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(SettingsError, match="add --yes"):
        removed(live, yes=False)
    assert brokers == []


def test_a_replay_that_is_running_here_is_not_removed(live: Settings, brokers: list[Settings]) -> None:
    slot = claim_slot(settings_of(live, "v2").resolved_state_dir)
    with pytest.raises(SettingsError, match=r"1 worker\(s\) are running the replay v2: stop them first"):
        removed(live)
    slot.release()
    assert brokers == []


def test_a_replay_that_is_running_elsewhere_is_not_removed(
    live: Settings, brokers: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remove, "ask", lambda manifest, _own: Standing(manifest.records, 10, workers=2))
    with pytest.raises(SettingsError, match=r"2 worker\(s\) are running"):
        removed(live)
    assert brokers == []


def test_the_state_of_another_group_s_replay_of_this_name_stays(
    live: Settings, brokers: list[Settings], table: dict[bytes, bytes]
) -> None:
    """Without it, that replay could not go on. Even while it runs, this one can be removed."""
    state_dir = settings_of(live, "v2").resolved_state_dir
    (state_dir / directory.ID_FILE).write_text("another")
    slot = claim_slot(state_dir)
    code, said = removed(live)
    slot.release()
    assert (code, table) == (0, {})
    assert (state_dir / "index" / "data.mdb").exists()
    assert str(state_dir) not in said
    assert said.endswith("removed. Its state is in one:/var/lib/article-worker/replay.v2: remove it there\n")


def test_a_replay_that_was_started_before_the_answer_is_not_removed(
    live: Settings, brokers: list[Settings], table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def start_and_agree(_text: str) -> bool:
        monkeypatch.setattr(remove, "ask", lambda manifest, _own: Standing(manifest.records, 10, workers=1))
        return True

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    with pytest.raises(SettingsError, match=r"1 worker\(s\) are running"):
        removed(live, yes=False, confirm=start_and_agree)
    assert (brokers, json.loads(table[KEY])["removing"]) == ([], False)


def test_if_the_brokers_refuse_the_replay_can_be_removed_again(
    live: Settings, brokers: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_own: Settings) -> None:
        raise TransportError("no")

    with monkeypatch.context() as patched:
        patched.setattr(removal, "remove", refuse)
        with pytest.raises(TransportError):
            removed(live)
    assert removed(live)[0] == 0


def test_the_manifest_is_removed_last(
    live: Settings, brokers: list[Settings], table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it is there, the removal can be repeated. Meanwhile, no machine starts the replay."""

    def fail(_state_dir: Path) -> None:
        assert json.loads(table[KEY])["removing"]
        raise IndexStoreError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr(directory, "remove", fail)
        with pytest.raises(IndexStoreError):
            removed(live)
    assert removed(live)[0] == 0
    assert table == {}


def shared(table: dict[bytes, bytes]) -> None:
    """Let the replay have an index server."""
    rules = replace(MANIFEST.rules, places={**MANIFEST.rules.places, "index": "valkey://host:6379/0"})
    table[KEY] = replace(MANIFEST, rules=rules).as_json()


def test_an_index_on_a_server_is_removed_only_from_that_server(
    live: Settings, brokers: list[Settings], table: dict[bytes, bytes]
) -> None:
    shared(table)
    for given in ("embedded", "valkey://other"):
        with pytest.raises(SettingsError, match="the index of this replay is on valkey://host:6379/0"):
            removed(live.model_copy(update={"index": given}))
    assert brokers == []


def test_the_state_on_other_machines_is_pointed_out(
    live: Settings, brokers: list[Settings], table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remove, "remove_from_server", lambda _own, _waiting: None)
    shared(table)
    _, said = removed(live.model_copy(update={"index": "valkey://host"}))
    assert said.endswith(
        "removed. Other machines that worked on it still have a directory replay.v2: remove it there\n"
    )


def test_a_machine_that_has_no_state_removes_the_rest(
    tmp_path: Path, brokers: list[Settings], table: dict[bytes, bytes]
) -> None:
    table[KEY] = MANIFEST.as_json()
    _, said = removed(Settings(state_dir=tmp_path / "elsewhere"))
    assert "directory" not in said
    assert said.endswith("removed. Its state is in one:/var/lib/article-worker/replay.v2: remove it there\n")
    assert (len(brokers), table) == (1, {})


def test_with_yes_the_replay_of_another_group_is_not_removed(
    live: Settings, brokers: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = live.model_copy(update={"group_id": "other"})
    with pytest.raises(SettingsError, match="to remove it with --yes, add --group-id article-worker"):
        removed(other)
    assert brokers == []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert removed(other, yes=False, confirm=lambda _text: True)[0] == 0
    assert len(brokers) == 1
