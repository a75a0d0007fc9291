"""Runs programs in their own namespace: with their own process ids, as in a container, or with a small disk."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def in_own(*options: str) -> list[str]:
    """A command that runs another one in its own namespace. Skips the test if the machine does not allow that."""
    command = ["unshare", *options]
    try:
        made = subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("namespaces need Linux and the rights of root")
    return command


def on_small_disk(path: Path, size: str) -> list[str]:
    """A command that runs another one with an empty disk of this size mounted at the path."""
    mounted = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    return [*in_own("--mount"), "sh", "-c", mounted, str(path)]
