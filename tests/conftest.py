"""What all tests share: no settings from the machine's environment, properties without a clock, a full pipe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import settings

from worker.config.settings import ENV_PREFIX

collect_ignore = ["chaos"]  # takes twenty minutes, and is asked for by name: `make chaos`

pytest.register_assert_rewrite("tests.transport.contract")  # a suite that others import, with asserts to be told of

settings.register_profile("here", deadline=None)  # a shared machine pauses; a slow example is no wrong one
settings.load_profile("here")


@pytest.fixture(autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:  # its own: a test's monkeypatch is to be undone before its fixtures end
        for variable in [name for name in os.environ if name.upper().startswith(ENV_PREFIX)]:
            patch.delenv(variable)
        yield


@pytest.fixture
def full_pipe() -> Iterator[int]:
    """The writing end of a pipe that is full and that nobody reads."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    with suppress(BlockingIOError):
        while True:
            os.write(write_end, b"x" * 4096)
    os.set_blocking(write_end, True)
    yield write_end
    os.close(write_end)
    os.close(read_end)
