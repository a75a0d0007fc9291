"""What all tests share: no settings from the machine's environment, and properties without a clock."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from worker.settings import ENV_PREFIX

settings.register_profile("here", deadline=None)  # a shared machine pauses; a slow example is no wrong one
settings.load_profile("here")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith(ENV_PREFIX)]:
        monkeypatch.delenv(variable)
