"""How many cores this process may use."""

from __future__ import annotations

import os
from pathlib import Path

_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(cpu_max: Path = _CPU_MAX) -> int:
    """The cores that the affinity mask and the container's CPU limit (cgroup v2) allow: at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _limit(cpu_max) or cores))


def _limit(cpu_max: Path) -> int | None:
    """The limit in whole cores, rounded up; None if there is none. The file has a quota and a period, or `max`."""
    try:
        quota, period = map(int, cpu_max.read_text().split())
    except (OSError, ValueError):
        return None
    return -(-quota // period) if period > 0 else None
