"""The command: what it refuses, shows and asks before it publishes anything."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.commands.replay.manifests import KEY, MANIFEST
from tests.commands.replay.promote.world import Made, Topic, World, id_of
from worker.commands.replay.promote import run
from worker.commands.replay.promote.run import Options, run_promote
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings
from worker.errors import IndexStoreError, SettingsError
from worker.memories import open_memory
from worker.messages import Output, Reason
from worker.transport.kafka import published

ENDED = replace(MANIFEST, ranges={"0": (10, 20)})


class Opened(Topic):
    """A topic that is opened from its beginning."""

    def __init__(self, topic: Topic) -> None:
        super().__init__()
        self.records = topic.records
        self.extend()

    @property
    def offsets(self) -> int:
        return len(self.records)


class Writer:
    """Publishes to the topics in memory."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name, self.closed = world, name, False

    def publish(self, outputs: list[Output]) -> None:
        self.world.publish(outputs)

    def close(self) -> None:
        self.closed = True


class Scene:
    """A worker with an index, and a replay that has ended."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: dict[bytes, bytes]) -> None:
        self.table = table
        self.settings = Settings(state_dir=tmp_path)
        self.world = World()
        self.world.live(Made(10, 0, "The old text."), Made(11, 1, "Another."), Made(12, 2, "The same."))
        self.world.replay(
            Made(10, 0, "The new text."), Made(11, 1, "Another.", Reason.TOO_SHORT), Made(12, 2, "The same.")
        )
        self.writers: list[Writer] = []
        table[KEY] = ENDED.as_json()
        monkeypatch.setattr(run, "ask", lambda manifest, _own: Standing(manifest.records, manifest.records))
        monkeypatch.setattr(published, "opened", self.opened)
        monkeypatch.setattr(run, "SoleWriter", self.writer)

    def make_index(self) -> None:
        open_memory(self.settings, self.settings.resolved_state_dir).close()

    @contextmanager
    def opened(
        self, _settings: Settings, topic: str, _since: datetime | None = None, *, settled: bool = False
    ) -> Iterator[Opened]:
        assert settled in (True, False)
        world = self.world
        topics = {
            "articles.clean": world.clean,
            "articles.quality": world.quality,
            "articles.clean.v2": world.replayed,
            "articles.quality.v2": world.reports,
        }
        yield Opened(topics[topic])

    def writer(self, _settings: Settings, name: str) -> Writer:
        self.writers.append(Writer(self.world, name))
        return self.writers[-1]

    def promote(self, confirm: Callable[[str], bool] = bool, **options: Any) -> tuple[int, str]:
        screen = io.StringIO()
        code = run_promote(Options("v2", **options), self.settings, Console(file=screen, width=200), confirm)
        return code, screen.getvalue()

    def texts(self) -> dict[int, str]:
        return self.world.texts()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: dict[bytes, bytes]) -> Scene:
    return Scene(tmp_path, monkeypatch, table)


OLD = {0: "The old text.", 1: "Another.", 2: "The same."}
NEW = {0: "The new text.", 2: "The same."}


def test_the_replay_is_promoted_and_the_last_line_says_what_was_done(scene: Scene) -> None:
    scene.make_index()
    code, said = scene.promote(yes=True)
    assert (code, scene.texts()) == (0, NEW)
    assert [line.split()[:2] for line in said.splitlines()[:3]] == [["new", "0"], ["changed", "1"], ["withdrawn", "1"]]
    assert said.splitlines()[-1] == "the replay v2 is promoted: new 0, changed 1, withdrawn 1, repaired 0"
    (writer,) = scene.writers
    assert (writer.name, writer.closed) == ("replay-promote-v2", True)
    assert "nothing to promote" in scene.promote(yes=True)[1]
    assert len(scene.writers) == 1


def test_a_dry_run_publishes_nothing_and_needs_no_index(scene: Scene) -> None:
    assert scene.promote(dry_run=True)[0] == 0
    assert (scene.texts(), scene.writers) == (OLD, [])


@pytest.mark.parametrize("answer", [True, False])
def test_without_yes_the_user_is_asked_before_another_promotion_is_ended(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    scene.make_index()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    code, _ = scene.promote(lambda _text: answer)
    assert (code, scene.texts(), len(scene.writers)) == ((0, NEW, 1) if answer else (1, OLD, 0))


def test_without_a_terminal_nobody_is_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(SettingsError, match="add --yes to promote"):
        scene.promote()
    assert scene.texts() == OLD


def test_only_what_is_selected_is_promoted(scene: Scene) -> None:
    scene.make_index()
    scene.promote(yes=True, only=("outcome=dropped",))
    assert scene.texts() == {0: OLD[0], 2: OLD[2]}
    with pytest.raises(SettingsError, match="NAME is one of host"):
        scene.promote(only=("page=1",))


def test_a_replay_that_has_not_ended_is_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ask", lambda manifest, _own: Standing(manifest.records, 4, workers=1))
    with pytest.raises(SettingsError, match=r"v2 has not ended \(running, 4 of 10 \(40 %\) records done\)"):
        scene.promote(yes=True)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("raw_topic", "other.raw"), ("clean_topic", "other.clean"), ("group_id", "other"), ("index_name", "other")],
)
def test_a_replay_of_another_worker_is_refused(scene: Scene, setting: str, value: str) -> None:
    scene.settings = scene.settings.model_copy(update={setting: value})
    with pytest.raises(SettingsError, match=f"the replay v2 has {setting} .*, but with these settings it would be"):
        scene.promote(yes=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"removing": True}, "is being removed"), ({"topic_id": "other"}, "was deleted and created again")],
)
def test_a_replay_that_is_removed_or_of_an_earlier_topic_is_refused(
    scene: Scene, change: dict[str, Any], message: str
) -> None:
    scene.table[KEY] = replace(ENDED, **change).as_json()
    with pytest.raises(SettingsError, match=message):
        scene.promote(yes=True)


def test_without_an_index_of_a_worker_nothing_is_promoted(scene: Scene) -> None:
    with pytest.raises(IndexStoreError, match="give the worker's state directory with --state-dir"):
        scene.promote(yes=True)
    assert scene.texts() == OLD


def test_records_that_no_worker_wrote_are_skipped(scene: Scene) -> None:
    scene.make_index()
    article = id_of(0).encode()
    for topic in (scene.world.clean, scene.world.replayed, scene.world.reports):
        for key, value, headers in (
            (b"odd", b"{}", ()), (article, b"{", ()), (article, b"[]", (("source-topic", b"\xff"),)),
            (article, b'{"outcome": []}', (("source-topic", b"articles.raw"), ("source-partition", b"0"),
                                           ("source-offset", b"9" * 99))),
        ):  # fmt: skip
            topic.put(Output("clean", key, value, headers))
    code, said = scene.promote(yes=True)
    assert (code, said.splitlines()[-1]) == (0, "the replay v2 is promoted: new 0, changed 1, withdrawn 1, repaired 0")
