from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.commands.replay.manifests import MANIFEST
from worker.commands import topics
from worker.commands.replay import directory, outlook, registry, run
from worker.commands.replay.directory import ID_FILE
from worker.commands.replay.manifest import Manifest, Selection, settings_of
from worker.commands.replay.registry import Key
from worker.commands.replay.rules import Rules, Verdicts
from worker.commands.replay.run import Asked
from worker.commands.replay.selection import ranges_of
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings
from worker.errors import IndexStoreError, SettingsError
from worker.memories import open_memory
from worker.transport.kafka import admin, ranges

KEY = Key("article-worker", "v2")


@pytest.fixture
def own(tmp_path: Path, table: dict[bytes, bytes]) -> Settings:
    """The settings of a replay that was begun."""
    table[bytes(KEY)] = MANIFEST.as_json()
    return settings_of(Settings(state_dir=tmp_path), "v2")


@pytest.mark.parametrize(("since", "until"), [("-7d", "latest"), (None, None), (None, "latest")])
def test_a_resumed_replay_has_the_range_of_its_first_start(own: Settings, since: str | None, until: str | None) -> None:
    assert run._kept(own, KEY, Asked(since, until)) == MANIFEST


@pytest.mark.parametrize(("since", "until"), [("-8d", "latest"), ("-7d", "-1h"), ("earliest", "latest")])
def test_the_same_name_with_another_range_is_refused(own: Settings, since: str, until: str) -> None:
    with pytest.raises(SettingsError, match=r"v2 is a replay of articles\.raw from -7d to latest: leave out --from"):
        run._kept(own, KEY, Asked(since, until))


def test_the_same_name_with_another_topic_is_refused(own: Settings) -> None:
    other = own.model_copy(update={"raw_topic": "other.raw"})
    with pytest.raises(SettingsError, match=r"v2 is a replay of articles\.raw"):
        run._kept(other, KEY, Asked("-7d", "latest"))


def test_a_raw_topic_that_was_deleted_and_created_again_is_refused(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other records have the offsets of the range."""
    monkeypatch.setattr(admin, "topic_id", lambda _own: "another")
    with pytest.raises(SettingsError, match=r"articles\.raw was deleted and created again .*replay remove v2"):
        run._kept(own, KEY, Asked())


def test_brokers_that_give_topics_no_id_are_trusted(
    own: Settings, table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    table[bytes(KEY)] = replace(MANIFEST, topic_id="").as_json()
    assert run._kept(own, KEY, Asked())
    table[bytes(KEY)] = MANIFEST.as_json()
    monkeypatch.setattr(admin, "topic_id", lambda _own: "")
    assert run._kept(own, KEY, Asked())


def test_a_replay_that_is_being_removed_is_not_started(own: Settings, table: dict[bytes, bytes]) -> None:
    table[bytes(KEY)] = replace(MANIFEST, removing=True).as_json()
    with pytest.raises(
        SettingsError, match=r"v2 is being removed\. Complete that first: article-worker replay remove v2"
    ):
        run._kept(own, KEY, Asked())


def test_a_new_replay_of_another_group_may_not_share_its_topics(own: Settings) -> None:
    with pytest.raises(SettingsError, match="the group article-worker has a replay v2"):
        run._kept(own, Key("other", "v2"), Asked())


@pytest.mark.parametrize(
    ("since", "until"),
    [("latest", "latest"), ("earliest", "earliest"), ("-1h", "-2h"), ("-1h", "-1h"), ("2026-01-02", "2026-01-01")],
)
def test_an_empty_range_is_refused_before_a_broker_is_asked(tmp_path: Path, since: str, until: str) -> None:
    with pytest.raises(SettingsError, match=f"the range from {since} to {until} is empty"):
        run._planned(Settings(), Settings(state_dir=tmp_path), Asked(since, until))


# -- several machines ----------------------------------------------------------------------------------------------


@pytest.fixture
def machines(tmp_path: Path, table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Settings]:
    """The settings of the worker on two machines with an index server."""
    monkeypatch.setattr(ranges, "resolve", lambda *_: {"0": (0, 10)})
    monkeypatch.setattr(topics, "create_outputs", lambda _live, _own: None)
    monkeypatch.setattr(run, "_run", note)
    started.clear()
    one, two = (Settings(state_dir=tmp_path / name, index="valkey://host") for name in ("one", "two"))
    return one, two


started: list[Manifest] = []


def note(_live: Settings, _own: Settings, _name: str, manifest: Manifest, *_: object) -> int:
    started.append(manifest)
    return 0


def start(live: Settings, until: str | None = None) -> Manifest:
    """The manifest with which the machine begins to work."""
    assert run.run_replay(live, "v2", Asked(until=until), dry_run=False, console=Console()) == 0
    return started[-1]


def id_on(live: Settings) -> str:
    return (settings_of(live, "v2").resolved_state_dir / ID_FILE).read_text()


def test_two_machines_work_on_one_replay(machines: tuple[Settings, Settings]) -> None:
    one, two = map(start, machines)
    assert one == two
    assert one.begun_in.endswith("/one/replay.v2")
    assert [id_on(live) for live in machines] == [one.id, one.id]


@pytest.fixture
def first(machines: tuple[Settings, Settings], table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """What the first machine has fixed. The second one has not found it, and plans another range."""

    def overtaken(*place: Any) -> None:
        take(*place)
        table[bytes(KEY)] = manifest.as_json()

    manifest, take = start(machines[0]), directory.take
    table.clear()
    monkeypatch.setattr(ranges, "resolve", lambda *_: {"0": (0, 11)})
    monkeypatch.setattr(directory, "take", overtaken)
    return manifest


def test_if_two_machines_start_at_once_the_first_one_fixes_the_range(
    machines: tuple[Settings, Settings], first: Manifest
) -> None:
    assert start(machines[1]) == first
    assert id_on(machines[1]) == first.id


def test_if_two_machines_start_at_once_with_different_ranges_one_is_refused(
    machines: tuple[Settings, Settings], first: Manifest
) -> None:
    with pytest.raises(SettingsError, match=r"v2 is a replay of articles\.raw from earliest to latest"):
        start(machines[1], until="-1h")


def test_if_two_processes_start_at_once_on_one_machine_both_continue(
    machines: tuple[Settings, Settings], table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one has read the topic before, and waits for the lock."""
    live = machines[0].model_copy(update={"index": "embedded"})
    manifest = start(live)
    kept = [manifest, None]
    monkeypatch.setattr(run, "_kept", lambda *_: kept.pop())
    assert start(live) == manifest
    assert kept == []


def test_with_embedded_indexes_a_second_machine_is_refused(machines: tuple[Settings, Settings]) -> None:
    one, two = (live.model_copy(update={"index": "embedded"}) for live in machines)
    manifest = start(one)
    with pytest.raises(SettingsError, match="the index of the replay v2 is in another state directory"):
        start(two)
    assert start(one) == manifest


def test_a_start_that_was_killed_before_the_manifest_was_written_can_be_repeated(
    machines: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> Manifest:
        raise KeyboardInterrupt

    live = machines[0].model_copy(update={"index": "embedded"})
    with monkeypatch.context() as patched:
        patched.setattr(registry, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            start(live)
    manifest = start(live)
    assert id_on(live) == manifest.id


def test_a_dry_run_keeps_nothing(
    machines: tuple[Settings, Settings], table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlook, "show", lambda *_: None)
    assert run.run_replay(machines[0], "v2", Asked(), dry_run=True, console=Console()) == 0
    assert (table, started) == ({}, [])
    assert not machines[0].resolved_state_dir.exists()


# -- other records -------------------------------------------------------------------------------------------------


SELECTED = replace(MANIFEST, selection=Selection({"host": ["a.example", "b.example"]}, {"0": 9}))


@pytest.fixture
def selected(own: Settings, table: dict[bytes, bytes]) -> Settings:
    """The settings of a replay of two hosts."""
    table[bytes(KEY)] = SELECTED.as_json()
    return own


@pytest.mark.parametrize("only", [(), ("host=b.example,host=a.example",), ("host=a.example", "host=b.example")])
def test_a_resumed_replay_has_the_selection_of_its_first_start(selected: Settings, only: tuple[str, ...]) -> None:
    assert run._kept(selected, KEY, Asked(only=only)) == SELECTED


@pytest.mark.parametrize("only", ["host=a.example", "host!=a.example,host!=b.example", "reason=new"])
def test_the_same_name_with_another_selection_is_refused(selected: Settings, only: str) -> None:
    with pytest.raises(SettingsError, match=r"v2 is a replay of --only host=a\.example,host=b\.example: leave out"):
        run._kept(selected, KEY, Asked(only=[only]))


def test_a_replay_of_all_records_is_not_resumed_with_a_selection(own: Settings) -> None:
    with pytest.raises(SettingsError, match="v2 is a replay of all records of its range: leave out --only"):
        run._kept(own, KEY, Asked(only=["host=a.example"]))


def test_the_first_start_fixes_the_selection_and_the_end_of_the_reports(
    tmp_path: Path, table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"articles.raw": {"0": (5, 25)}, "articles.quality": {"0": (100, 200), "1": (0, 7)}}
    monkeypatch.setattr(ranges, "resolve", lambda settings, _since, _until: found[settings.raw_topic])
    live = Settings(state_dir=tmp_path)
    own, asked = settings_of(live, "v2"), Asked(only=["fingerprint!=current"])
    made = run._planned(live, own, asked)
    assert made.selection == Selection({"fingerprint!": [made.rules.fingerprint]}, {"0": 200, "1": 7})
    table[bytes(KEY)] = made.as_json()
    assert run._kept(own, KEY, asked) == made


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
        run._kept(own.model_copy(update={"min_words": 40}), KEY, Asked())
    first, difference, advice = refused.value.lines
    assert first.startswith("the replay v2 began with other rules than the current ones.")
    assert difference == "  min_words: 25 then, 40 now"
    assert advice.startswith("To resume it, use the rules that it began with.")
    assert advice.endswith("or first remove this replay: article-worker replay remove v2")


def test_a_replay_that_has_ended_with_other_rules_says_so(own: Settings, committed: dict[str, int]) -> None:
    committed["article-worker.replay.v2"] = 21
    with pytest.raises(SettingsError) as refused:
        run._kept(own.model_copy(update={"group_id": "other"}), KEY, Asked())
    first, difference, advice = refused.value.lines
    assert first == "the replay v2 has ended, and its rules differ from the current ones. What differs:"
    assert difference == "  group_id: article-worker.replay.v2 then, other now"
    assert advice.startswith("To replay the range with the current rules, choose another name")


# -- the rate --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("processes", "share"), [(1, 100), (2, 50), (3, 50), (64, 50)])
def test_processes_that_have_something_to_do_share_the_rate(processes: int, share: float) -> None:
    assert run._share(100, Settings(processes=processes), ranges_of(MANIFEST, None)) == share


def test_a_rate_that_is_too_small_to_be_shared_is_refused() -> None:
    with pytest.raises(SettingsError, match="--max-rate 2 is too low for 3 processes"):
        run.run_replay(Settings(processes=3), "v2", Asked(max_rate=2), dry_run=False, console=Console())


# -- verdicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("then", "now"), [("fresh", "keep"), ("keep", "fresh")])
def test_a_replay_is_not_resumed_with_other_verdicts(
    own: Settings, table: dict[bytes, bytes], committed: dict[str, int], then: Verdicts, now: Verdicts
) -> None:
    manifest = replace(MANIFEST, rules=Rules.of(own, then))
    table[bytes(KEY)] = manifest.as_json()
    committed["article-worker.replay.v2"] = 20
    assert run._kept(own, KEY, Asked()) == run._kept(own, KEY, Asked(verdicts=then)) == manifest
    with pytest.raises(SettingsError) as refused:
        run._kept(own, KEY, Asked(verdicts=now))
    assert refused.value.lines[1] == f"  verdicts: {then} then, {now} now"


def test_the_seed_of_the_index_follows_from_the_topic() -> None:
    assert run._seed_of("one") == run._seed_of("one") != run._seed_of("other")
    assert 0 <= run._seed_of("one") < 1 << 64


@pytest.mark.parametrize("site_lines", [0, 5])
def test_the_verdicts_of_a_worker_that_never_ran_cannot_be_kept(tmp_path: Path, site_lines: int) -> None:
    live = Settings(state_dir=tmp_path, site_lines=site_lines)
    with pytest.raises(IndexStoreError, match=r"there is no store in .*/index: give the --state-dir"):
        run._require_verdicts_of(live)
    assert list(tmp_path.iterdir()) == []
    open_memory(live, tmp_path).close()
    if site_lines:
        with pytest.raises(IndexStoreError, match=r"there is no store in .*/site_lines"):
            run._require_verdicts_of(live)
    else:
        run._require_verdicts_of(live)


def test_a_replay_without_records_says_so_instead_of_ending_with_zeros(tmp_path: Path) -> None:
    said = run._ending("v2", Standing(0, 0), settings_of(Settings(state_dir=tmp_path), "v2"), Console())
    assert said.startswith("the replay v2 has no record to process: check --from, --to and --only")
