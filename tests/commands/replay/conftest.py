"""Fixtures of the tests of replays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.commands.replay.manifests import TOPIC_ID
from worker.config.settings import Settings
from worker.transport.kafka import admin, compacted


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, bytes]:
    """The topic of the manifests, without a broker: the newest value of each key. The raw topic has `TOPIC_ID`."""
    values: dict[bytes, bytes] = {}

    class Changes:
        def __init__(self, _settings: Settings) -> None:
            pass

        def make(self, key: bytes, wanted: Callable[[bytes | None], bytes | None]) -> bytes | None:
            new = wanted(values.pop(key, None))
            if new is not None:
                values[key] = new
            return new

    monkeypatch.setattr(compacted, "values", lambda _settings: dict(values))
    monkeypatch.setattr(compacted, "create", lambda _settings: None)
    monkeypatch.setattr(compacted, "Changes", Changes)
    monkeypatch.setattr(admin, "topic_id", lambda _settings: TOPIC_ID)
    return values
