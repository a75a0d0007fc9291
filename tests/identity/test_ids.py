from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.identity.ids import hash_id


def test_an_id_never_changes_between_versions() -> None:
    """Readers store these ids, so the value must never change."""
    assert hash_id("https://example.com/a") == "2dce0a4c50441bfccfa9caf4b58c3cba"


@given(st.text(st.characters()))
def test_any_text_has_an_id_of_32_hex_characters(text: str) -> None:
    identifier = hash_id(text)
    assert len(identifier) == 32
    assert bytes.fromhex(identifier)
    assert hash_id(text) == identifier


def test_a_lone_surrogate_has_its_own_id() -> None:
    assert hash_id("\ud800") != hash_id("\udfff")
