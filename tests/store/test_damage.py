from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from worker.store.damage import Damage, DamagedError


def number(packed: bytes, base: int = 10) -> int:
    if not packed.isdigit():
        raise DamagedError
    return int(packed, base)


def test_an_intact_value_is_unpacked_and_not_counted() -> None:
    damage = Damage()
    assert damage.intact("numbers", number, b"11", base=2) == 3
    assert not damage.counts


def test_a_damaged_value_is_none_and_counted_by_kind() -> None:
    damage = Damage()
    assert [damage.intact("numbers", number, packed) for packed in (b"x", b"", b"7")] == [None, None, 7]
    assert damage.intact("others", number, b"x") is None
    assert damage.counts == {"numbers": 2, "others": 1}


def test_each_kind_of_damage_is_logged_once() -> None:
    damage = Damage()
    with capture_logs() as logs:
        for what in ("urls", "records", "urls"):
            damage.add(what)
    assert [(line["event"], line["what"]) for line in logs] == [
        ("stored_value_damaged", "urls"),
        ("stored_value_damaged", "records"),
    ]


def test_a_bug_in_unpacking_is_not_damage() -> None:
    with pytest.raises(ZeroDivisionError):
        Damage().intact("numbers", lambda: 1 // 0)
