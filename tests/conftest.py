"""Shared by all tests: no settings from the machine's environment, no deadline for properties, a full pipe."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings

from worker.config.sources import ENV_PREFIX

collect_ignore = ["chaos"]  # takes twenty minutes; `make chaos` runs it

pytest.register_assert_rewrite("tests.transport.contract")  # other tests import this suite and need its assert messages

settings.register_profile("here", deadline=None)  # a shared machine pauses, so a slow example is not a failure
settings.register_profile("many", deadline=None, max_examples=2_000)  # for `make asan`
settings.load_profile("here")


TOGETHER = {
    "tests/kafka/test_exactly_once.py": "workers",
    "tests/kafka/test_shared_index.py": "workers",
    "tests/kafka/": "kafka",
    "tests/fuzz/test_growth.py": "growth",
}
"""Tests that share something slow to create: a broker, or the pages that are within the limits.

The tests that run whole workers get a broker of their own, because they spend most of their time waiting.
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `-n`, the processes take single tests, but each group in `TOGETHER` runs in one process."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - only needed where processes share the tests

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((group for start, group in TOGETHER.items() if nodeid.startswith(start)), nodeid)

    return Groups(config, log)


@pytest.fixture(autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:  # separate, so that a test's own monkeypatch can be undone first
        for variable in [name for name in os.environ if name.upper().startswith(ENV_PREFIX)]:
            patch.delenv(variable)
        yield


_LOGGERS = [logging.getLogger(name) for name in ("", "kafka", "kafka.net.connection", "kafka.protocol.parser")]


@pytest.fixture(autouse=True)
def _log_levels_stay() -> Iterator[None]:
    """A command sets the levels of the process's loggers. Other tests must see theirs."""
    levels = [logger.level for logger in _LOGGERS]
    yield
    for logger, level in zip(_LOGGERS, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def full_pipe() -> Iterator[int]:
    """The writing end of a full pipe that nobody reads."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    with suppress(BlockingIOError):
        while True:
            os.write(write_end, b"x" * 4096)
    os.set_blocking(write_end, True)
    yield write_end
    os.close(write_end)
    os.close(read_end)
