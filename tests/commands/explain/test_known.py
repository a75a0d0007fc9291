from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
import redis

from tests.commands.explain.world import World, message
from tests.dedup import valkey_server
from worker.commands.explain import known
from worker.config.settings import Settings
from worker.errors import IndexStoreError


def on_server(state_dir: Path) -> Settings:
    url, _ = valkey_server.shared()
    return Settings(index=url, index_name=f"explain-{uuid4().hex[:12]}", state_dir=state_dir)


def stored(settings: Settings) -> dict[bytes, bytes | None]:
    """Everything on the server under the name of this index."""
    with redis.Redis.from_url(settings.index.replace("valkey:", "redis:")) as client:
        return {key: client.dump(key) for key in client.keys(f"*{settings.index_name}*")}


def test_an_index_that_is_not_on_its_server_is_not_created(tmp_path: Path) -> None:
    settings = on_server(tmp_path)
    with known.opened(settings) as found:
        assert (found.index, found.recall) == (None, None)
        assert found.notes[0].startswith("similar articles and lines that recur on a site are not shown: ")
    assert stored(settings) == {}


def test_an_index_on_a_server_shows_similar_articles_and_stays_as_it_is(tmp_path: Path) -> None:
    world = World(tmp_path, on_server(tmp_path))
    world.send(message(1))
    world.send(message(2))
    world.process(0, 1)
    before = stored(world.settings)
    account = world.explain("0:1")
    assert [each.now.kind for each in account.candidates if each.now] == ["copy"]
    assert account.notes[0].startswith("lines that recur on a site are not shown: ")
    assert before
    assert stored(world.settings) == before


def test_a_state_directory_without_site_lines_has_none_to_recall(world: World) -> None:
    world.send(message())
    world.process(0)
    with known.opened(world.settings) as found:
        assert found.index
        assert (found.recall, found.notes) == (None, [])
    assert not (world.state_dir / "site_lines").exists()


def test_an_index_of_another_version_is_a_note(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexStoreError("the store was made by another version")

    monkeypatch.setattr(known, "existing_memory", broken)
    with known.opened(world.settings) as found:
        assert "made by another version" in found.notes[0]
