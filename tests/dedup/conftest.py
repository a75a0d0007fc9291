"""The memories for the tests of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dedup.sketches import OPENERS, Opener
from worker.dedup.dump import Movable


@pytest.fixture(params=list(OPENERS), scope="module")
def back_end(request: pytest.FixtureRequest) -> str:
    """The name of a back end in `OPENERS`."""
    name: str = request.param
    return name


@pytest.fixture
def opener(back_end: str) -> Opener:
    """Opens the memory named after a path."""
    return OPENERS[back_end]


@pytest.fixture
def memory(opener: Opener, tmp_path: Path) -> Iterator[Movable]:
    """A memory for this test alone."""
    opened = opener(tmp_path)
    yield opened
    opened.close()
