"""These tests map memory, because an allocation may reuse memory that the process already has."""

from __future__ import annotations

import mmap
import resource

import pytest

from worker.page import memory
from worker.page.memory import bounded_memory

MORE = 64 << 20


def test_memory_within_the_limit_can_be_allocated() -> None:
    with bounded_memory(MORE):
        mmap.mmap(-1, MORE // 2).close()


def test_memory_beyond_the_limit_is_refused() -> None:
    with pytest.raises(OSError, match="allocate memory"), bounded_memory(MORE):
        mmap.mmap(-1, 2 * MORE)


def test_the_limit_is_lifted_after_the_block() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(OSError, match="allocate memory"), bounded_memory(MORE):
        mmap.mmap(-1, 2 * MORE)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    mmap.mmap(-1, 2 * MORE).close()


def test_a_lower_limit_of_the_process_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    monkeypatch.setattr(memory, "_SOFT", 1 << 20)
    monkeypatch.setattr(resource, "setrlimit", lambda *limits: kept.append(limits))
    with bounded_memory(MORE):
        assert not kept
