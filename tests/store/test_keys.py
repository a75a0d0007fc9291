from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.messages import MessageId
from worker.store.keys import KEY_BYTES, hash_key, message_key


def key_of(place: str, value_hash: bytes = bytes(8)) -> bytes:
    return message_key(MessageId(place, value_hash))


@given(st.text(st.characters(), min_size=1), st.integers(0, 10**9 - 1), st.integers(0, 10**18 - 1))
def test_a_message_key_has_a_fixed_size_and_sorts_by_offset(topic: str, partition: int, offset: int) -> None:
    key, after = (key_of(f"{topic}/{partition}/{number}") for number in (offset, offset + 1))
    assert len(key) == 28
    assert key < after or offset == 10**18 - 1
    assert key[:12] == after[:12] or offset == 10**18 - 1


@given(st.text(st.characters()))
def test_any_text_has_a_key(text: str) -> None:
    assert len(hash_key(text)) == KEY_BYTES
    assert key_of(text)


def test_a_place_that_is_not_a_position_is_hashed() -> None:
    assert key_of("t/0/007") == hash_key("t/0/007") + bytes(8)
    assert not key_of("t/0/7").startswith(hash_key("t/0/7"))


def test_another_value_at_the_same_place_has_another_key_next_to_it() -> None:
    for place in ("t/0/7", "t"):
        key, other = key_of(place), key_of(place, b"8 bytes.")
        assert key != other
        assert key[:-8] == other[:-8]
