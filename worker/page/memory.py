"""A memory limit for a single call, for C code that has no limit of its own."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")  # Linux only; other systems have no limit
_PAGE_BYTES: Final = resource.getpagesize()


_SOFT, _HARD = resource.getrlimit(resource.RLIMIT_AS)


@contextlib.contextmanager
def bounded_memory(more_bytes: int) -> Iterator[None]:
    """Let the process take only this much more address space; allocations beyond it fail. Costs 10 µs.

    The limit applies to all threads together.
    """
    most = _address_space() + more_bytes
    if most <= more_bytes or 0 <= _SOFT <= most or 0 <= _HARD <= most:
        yield
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, _HARD))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (_SOFT, _HARD))


def _address_space() -> int:
    try:
        return int(_STATM.read_bytes().split(maxsplit=1)[0]) * _PAGE_BYTES
    except OSError:
        return 0
