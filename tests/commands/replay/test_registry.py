from __future__ import annotations

from dataclasses import replace

import pytest

from tests.commands.replay.manifests import KEY, MANIFEST
from worker.commands.replay.manifest import Manifest, group_of, settings_of
from worker.commands.replay.registry import (
    Key,
    Replays,
    existing,
    forget,
    mark_as_removing,
    publish,
    replays,
)
from worker.config.settings import Settings
from worker.errors import FatalTransportError, SettingsError

LIVE = Settings()
OWN = settings_of(LIVE, "v2")
OURS, THEIRS = Key("article-worker", "v2"), Key("news", "v2")


def of(key: Key) -> Manifest:
    """The manifest of another replay."""
    places = {**MANIFEST.rules.places, "group_id": group_of(*key)}
    named = {name: f"{places[name].removesuffix('.v2')}.{key.name}" for name in places if places[name].endswith(".v2")}
    return replace(MANIFEST, rules=replace(MANIFEST.rules, places={**places, **named, "group_id": group_of(*key)}))


def topic(*keys: Key, **others: bytes) -> dict[bytes, bytes]:
    return {bytes(key): of(key).as_json() for key in keys} | {key.encode(): value for key, value in others.items()}


def test_all_replays_of_the_cluster_are_known_by_name() -> None:
    keys = [Key("news", "v3"), Key("a/b", "v2"), OURS, THEIRS]
    assert Replays(topic(*keys), LIVE).keys == [Key("a/b", "v2"), OURS, THEIRS, Key("news", "v3")]


@pytest.mark.parametrize("key", [b"", b"v2", b"/v2", b"news/", b"news/..", b"\xff/v2", b"news/v2\n", b"news/a b"])
def test_a_record_of_another_program_is_ignored(key: bytes) -> None:
    assert Replays({key: b"{}"}, LIVE).keys == []


def test_a_replay_without_a_manifest_is_new() -> None:
    assert Replays({}, LIVE).manifest(OURS) is None


def test_a_damaged_manifest_is_an_error_that_says_what_to_do() -> None:
    found = Replays({KEY: b"{"}, LIVE)
    assert found.keys == [OURS]
    with pytest.raises(FatalTransportError, match=r"the replay v2 of the group article-worker .*choose another name"):
        found.manifest(OURS)


def test_a_manifest_under_the_key_of_another_replay_is_refused() -> None:
    with pytest.raises(FatalTransportError, match="its clean_topic does not belong to this replay"):
        Replays({b"article-worker/v3": MANIFEST.as_json()}, LIVE).opened(Key("article-worker", "v3"))


def test_a_replay_is_found_by_its_name_alone() -> None:
    """Any machine can ask for it, without the settings of the worker."""
    found = Replays(topic(THEIRS), LIVE)
    assert found.named("v2") == THEIRS
    own, manifest = found.opened(THEIRS)
    assert (own.group_id, own.clean_topic, manifest) == ("news.replay.v2", "articles.clean.v2", of(THEIRS))


def test_the_replay_of_the_given_group_comes_first() -> None:
    assert Replays(topic(THEIRS, OURS), LIVE).named("v2") == OURS


def test_if_several_groups_have_a_replay_of_the_name_the_group_has_to_be_given() -> None:
    found = Replays(topic(THEIRS, Key("papers", "v2")), LIVE)
    with pytest.raises(
        SettingsError, match=r"several groups have a replay v2: choose one with --group-id \(news, papers\)"
    ):
        found.named("v2")


@pytest.mark.parametrize(("keys", "known"), [([], "none"), ([OURS, THEIRS], "v2")])
def test_the_error_for_an_unknown_replay_names_those_that_exist(keys: list[Key], known: str) -> None:
    with pytest.raises(SettingsError, match=rf"there is no replay v3 in articles\.replays \(it has: {known}\)"):
        Replays(topic(*keys), LIVE).named("v3")


def test_a_new_replay_may_not_publish_to_the_topics_of_another() -> None:
    """A start with the wrong group would process the range again, into the same topics."""
    found = Replays(topic(THEIRS), LIVE)
    with pytest.raises(SettingsError, match=r"the group news has a replay v2, which publishes to articles\.clean\.v2"):
        found.require_topics_for(OURS, OWN)
    found.require_topics_for(OURS, settings_of(Settings(clean_topic="c", quality_topic="q", dead_topic="d"), "v2"))
    Replays(topic(Key("news", "v3")), LIVE).require_topics_for(OURS, OWN)
    Replays({bytes(THEIRS): b"{"}, LIVE).require_topics_for(OURS, OWN)


def test_the_first_manifest_stays(table: dict[bytes, bytes]) -> None:
    other = replace(MANIFEST, ranges={"0": (5, 26)})
    assert publish(OWN, OURS, MANIFEST) == MANIFEST
    assert publish(OWN, OURS, other) == MANIFEST
    assert existing(LIVE, "v2")[1] == MANIFEST


def test_a_replay_is_marked_and_then_forgotten(table: dict[bytes, bytes]) -> None:
    publish(OWN, OURS, MANIFEST)
    mark_as_removing(OWN, OURS, MANIFEST)
    assert existing(LIVE, "v2")[1] == replace(MANIFEST, removing=True)
    forget(OWN, OURS)
    assert table == {}


def test_a_replay_that_was_removed_in_the_meantime_is_not_marked(table: dict[bytes, bytes]) -> None:
    mark_as_removing(OWN, OURS, MANIFEST)
    assert replays(LIVE).keys == []
