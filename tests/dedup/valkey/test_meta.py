from __future__ import annotations

import pytest

from worker.dedup.valkey.meta import FORMAT, Meta, OtherVersionError, numbers_of
from worker.store.damage import DamagedError


def test_a_store_that_was_never_written_is_empty_even_if_numbers_were_reserved() -> None:
    assert Meta.unpack({}) == Meta.unpack({numbers_of(3).encode(): b"1024"})
    assert Meta.unpack({}).live == ()
    assert Meta.unpack({}).born == b""


@pytest.mark.parametrize("fields", [{b"format": b"2"}, {b"writes": b"1"}, {b"format": FORMAT + b"0", b"born": b"x"}])
def test_another_version_is_refused(fields: dict[bytes, bytes]) -> None:
    with pytest.raises(OtherVersionError):
        Meta.unpack(fields)


@pytest.mark.parametrize("name", [b"writes", b"numbers00", b"numbers15"])
@pytest.mark.parametrize("digits", [b"", b"-1", b"01", b"1.5", b"9" * 19])
def test_a_count_that_the_server_cannot_increment_is_damaged(name: bytes, digits: bytes) -> None:
    with pytest.raises(DamagedError):
        Meta.unpack({b"format": FORMAT, name: digits})


def test_entries_without_a_seed_are_damaged() -> None:
    with pytest.raises(DamagedError):
        Meta.unpack({b"format": FORMAT, b"born": b"a"})
    assert Meta.unpack({b"format": FORMAT}).born == b""


def test_a_state_is_a_successor_only_of_an_earlier_one_of_the_same_store() -> None:
    state = Meta.unpack({b"format": FORMAT, b"seed": b"8 bytes.", b"born": b"a", b"writes": b"5"})
    assert state._replace(writes=6).is_successor(state)
    assert not state._replace(writes=4).is_successor(state)
    assert not state._replace(born=b"b").is_successor(state)
    assert not state._replace(generations=b"other").is_successor(state)
