from __future__ import annotations

import resource

import pytest

from worker.page import memory
from worker.page.memory import bounded_memory

MORE = 64 << 20


def test_what_fits_can_be_had() -> None:
    with bounded_memory(MORE):
        assert bytearray(MORE // 2)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(MemoryError), bounded_memory(MORE):
        bytearray(2 * MORE)


def test_the_limit_ends_with_the_block() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), bounded_memory(MORE):
        bytearray(2 * MORE)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert bytearray(2 * MORE)


def test_a_limit_that_is_lower_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    monkeypatch.setattr(memory, "_SOFT", 1 << 20)
    monkeypatch.setattr(resource, "setrlimit", lambda *limits: kept.append(limits))
    with bounded_memory(MORE):
        assert not kept
