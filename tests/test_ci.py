"""The script that every change must pass, with stubs in place of the tools that it starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

GATE = Path(__file__).parent.parent / ".ci" / "run"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A directory with tools that always succeed, and two interpreters that do not start."""
    for name, code in {"make": 0, "redis-server": 0, "promtool": 0, "python3.11": 127, "python3.13": 127}.items():
        stub = tmp_path / name
        stub.write_text(f"#!/bin/sh\nexit {code}\n")
        stub.chmod(0o755)
    return tmp_path


def test_a_python_that_is_not_installed_is_skipped(tools: Path) -> None:
    machine = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "HOME": str(tools)}
    done = subprocess.run(["bash", str(GATE)], env=machine, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "python3.11 is not installed: skipping the unit tests on it",
        "python3.13 is not installed: skipping the unit tests on it",
    ]
