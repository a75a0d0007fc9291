from __future__ import annotations

import tracemalloc
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.writable import dumps, writable


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a\ud800\x00b", "ab"),
        ({"\udfff": (1, 2)}, {"": [1, 2]}),
        ([1 << 64, -(1 << 63) - 1, (1 << 64) - 1, True], [None, None, (1 << 64) - 1, True]),
        ([object(), b"x", None], [None, None, None]),
    ],
)
def test_values_that_json_cannot_hold_are_left_out_or_null(value: object, written: object) -> None:
    assert writable(value) == written


def test_values_that_json_can_hold_are_written_unchanged() -> None:
    assert dumps({"a": "\x1b", "b": [0.5, {"c": None}]}) == b'{"a":"\\u001b","b":[0.5,{"c":null}]}'


def test_a_message_takes_no_more_memory_than_its_bytes() -> None:
    """Some versions of orjson return a buffer of up to eight times the size."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        messages = [dumps({"text": "word " * 8_000}) for _ in range(20)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 1.1 * sum(map(len, messages))


def test_values_nested_too_deep_for_orjson_are_cut() -> None:
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    assert dumps(deep).count(b"[") == 100
    deep = 1
    for _ in range(500):
        deep = {"a": deep}
    assert dumps(deep).count(b"{") == 100


@given(
    st.recursive(
        st.integers() | st.floats() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    )
)
def test_any_value_becomes_json(value: object) -> None:
    orjson.loads(dumps(value))
