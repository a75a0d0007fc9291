"""How much memory the process uses."""

from __future__ import annotations

from pathlib import Path

_STATUS = Path("/proc/self/status")


def memory_bytes() -> int | None:
    """The memory of the process without mapped files, such as the embedded index; None if the system does not say."""
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:  # only Linux has this file
        return None
    kib = next((line.split()[1] for line in lines if line.startswith("RssAnon:")), None)
    return int(kib) * 1024 if kib else None
