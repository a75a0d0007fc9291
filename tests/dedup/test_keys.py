from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.dedup.keys import KEY_BYTES, hash_key, message_key


@given(st.text(st.characters(), min_size=1), st.integers(0, 10**9 - 1), st.integers(0, 10**18 - 1))
def test_a_message_key_has_a_fixed_size_and_grows_with_the_offset(topic: str, partition: int, offset: int) -> None:
    key, after = (message_key(f"{topic}/{partition}/{number}") for number in (offset, offset + 1))
    assert len(key) == 20
    assert key < after or offset == 10**18 - 1
    assert key[:12] == after[:12] or offset == 10**18 - 1


@given(st.text(st.characters()))
def test_any_text_has_a_key(text: str) -> None:
    assert len(hash_key(text)) == KEY_BYTES
    assert message_key(text)


def test_an_id_that_is_no_position_is_hashed() -> None:
    assert message_key("t/0/007") == hash_key("t/0/007")
    assert message_key("t/0/7") != hash_key("t/0/7")
