"""Memory is mapped here, for an allocation may reuse what the process has already."""

from __future__ import annotations

import mmap
import resource

import pytest

from worker.page import memory
from worker.page.memory import bounded_memory

MORE = 64 << 20


def test_what_fits_can_be_had() -> None:
    with bounded_memory(MORE):
        mmap.mmap(-1, MORE // 2).close()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(OSError, match="allocate memory"), bounded_memory(MORE):
        mmap.mmap(-1, 2 * MORE)


def test_the_limit_ends_with_the_block() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(OSError, match="allocate memory"), bounded_memory(MORE):
        mmap.mmap(-1, 2 * MORE)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    mmap.mmap(-1, 2 * MORE).close()


def test_a_limit_that_is_lower_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    monkeypatch.setattr(memory, "_SOFT", 1 << 20)
    monkeypatch.setattr(resource, "setrlimit", lambda *limits: kept.append(limits))
    with bounded_memory(MORE):
        assert not kept
