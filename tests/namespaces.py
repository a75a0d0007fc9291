"""Programs that see another system than the tests: process ids of their own, as in a container, or a small disk."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def in_own(*options: str) -> list[str]:
    """The command that runs another one in a namespace of its own; where it cannot, the test is skipped."""
    command = ["unshare", *options]
    try:
        made = subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("namespaces need Linux and the rights of root")
    return command


def on_small_disk(path: Path, size: str) -> list[str]:
    """The command that runs another one which finds an empty disk of this size at the path."""
    mounted = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    return [*in_own("--mount"), "sh", "-c", mounted, str(path)]
