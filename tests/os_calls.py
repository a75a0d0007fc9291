"""Records the calls of os functions, so that a test can check their order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest


def record(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[tuple[str, str]]:
    """The calls of these os functions from now on: each with the name of the file that it gets first."""
    calls: list[tuple[str, str]] = []

    def watch(call: str) -> None:
        real = getattr(os, call)

        def recorded(target: Any, *args: Any) -> Any:
            path = Path(f"/proc/self/fd/{target}").resolve() if isinstance(target, int) else Path(target)
            calls.append((call, path.name))
            return real(target, *args)

        monkeypatch.setattr(os, call, recorded)

    for name in names:
        watch(name)
    return calls
