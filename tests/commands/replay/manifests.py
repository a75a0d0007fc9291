"""A manifest for the tests."""

from __future__ import annotations

from datetime import UTC, datetime

from worker.commands.replay.manifest import Manifest, settings_of
from worker.commands.replay.rules import Rules
from worker.config.settings import Settings

TOPIC_ID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
KEY = b"article-worker/v2"
"""The key of the replay v2 with the default group."""

MANIFEST = Manifest(
    "articles.raw",
    "-7d",
    "latest",
    datetime(2026, 11, 24, 12, tzinfo=UTC),
    {"0": (5, 25), "1": (0, 0), "10": (7, 8)},
    Rules.of(settings_of(Settings(), "v2")),
    id="0123456789abcdef",
    topic_id=TOPIC_ID,
    begun_in="one:/var/lib/article-worker/replay.v2",
)
"""A replay with the default settings."""
