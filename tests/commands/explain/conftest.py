from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.explain.world import World
from worker.config.settings import Settings


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Empty topics, and a state directory without an index."""
    state_dir = tmp_path / "state"
    state_dir.mkdir()
    return World(state_dir, Settings(state_dir=state_dir))
