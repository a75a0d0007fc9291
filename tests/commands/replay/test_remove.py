from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.commands.replay.manifests import MANIFEST
from worker.commands.replay import remove
from worker.commands.replay.manifest import MANIFEST_FILE, keep, settings_of
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings
from worker.errors import SettingsError, TransportError
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
def live(tmp_path: Path) -> Settings:
    """The settings of the worker, in whose state directory there is a replay with an index."""
    settings = Settings(state_dir=tmp_path)
    own = settings_of(settings, "v2").resolved_state_dir
    keep(MANIFEST, own)
    claim_slot(own).release()
    (own / "index").mkdir()
    (own / "index" / "data.mdb").touch()
    return settings


def removed(live: Settings, *, yes: bool = True, confirm: Callable[[str], bool] = bool) -> tuple[int, str]:
    screen = io.StringIO()
    code = remove.run_remove(live, "v2", Console(file=screen, width=200), yes=yes, confirm=confirm)
    return code, screen.getvalue()


def test_everything_of_the_replay_is_named_and_removed(live: Settings, brokers: list[Settings]) -> None:
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


@pytest.mark.parametrize("answer", [True, False])
def test_without_yes_the_user_is_asked(
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


def test_a_replay_that_runs_here_is_not_removed(live: Settings, brokers: list[Settings]) -> None:
    slot = claim_slot(settings_of(live, "v2").resolved_state_dir)
    with pytest.raises(SettingsError, match=r"1 worker\(s\) are running the replay v2: stop them first"):
        removed(live)
    slot.release()
    assert brokers == []


def test_a_replay_that_runs_elsewhere_is_not_removed(
    live: Settings, brokers: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remove, "ask", lambda manifest, _own: Standing(manifest.records, 10, workers=2))
    with pytest.raises(SettingsError, match=r"2 worker\(s\) are running"):
        removed(live)
    assert brokers == []


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


def test_the_manifest_is_removed_last(live: Settings, brokers: list[Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """An index without its manifest would be used by the next replay of this name."""
    order: list[str] = []

    def note(path: Path, *_: Any, **__: Any) -> None:
        order.append(path.name)

    monkeypatch.setattr(Path, "unlink", note)
    monkeypatch.setattr(Path, "rmdir", note)
    monkeypatch.setattr("shutil.rmtree", note)
    removed(live)
    assert order[-2:] == [MANIFEST_FILE, "replay.v2"]
    assert {"index", "slots"} <= {*order[:-2]}


def test_an_index_on_a_server_is_removed_only_from_that_server(live: Settings, brokers: list[Settings]) -> None:
    rules = replace(MANIFEST.rules, places={**MANIFEST.rules.places, "index": "valkey://host:6379/0"})
    own = settings_of(live, "v2").resolved_state_dir
    (own / MANIFEST_FILE).unlink()
    keep(replace(MANIFEST, rules=rules), own)
    for given in ("embedded", "valkey://other"):
        with pytest.raises(SettingsError, match="the index of this replay is on valkey://host:6379/0"):
            removed(live.model_copy(update={"index": given}))
    assert brokers == []
