from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.embedded.literals import MAX_VALUES, Name, load, read_literal, unquoted

JSON = st.recursive(
    st.text() | st.booleans() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


def strings(value: Any) -> Any:
    """The value as the reader returns it: whatever is no string is a name."""
    if isinstance(value, dict):
        return {name: strings(item) for name, item in value.items()}
    if isinstance(value, list):
        return [strings(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)


@given(st.lists(JSON) | st.dictionaries(st.text(), JSON))
def test_json_is_read_as_any_other_reader_does(value: Any) -> None:
    text = json.dumps(value)
    assert read_literal(text + ";x", 0) == (strings(value), len(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a:'it\\'s',\"b\":`x`,}", {"a": "it's", "b": "x"}),
        ("[/* ' */'a', // \"\n 'b']", ["a", "b"]),
        ("{a: JSON.parse('[1]'), b: new Date('x')}", {"a": ["[1]"], "b": ["x"]}),
        ("{a: function(){ return 'x' }, b: 'y'}", {"a": {}, "b": "y"}),
        ("{a: 1, a: 'last'}", {"a": "last"}),
        ("{'a': {'b': ['cut off", {"a": {"b": []}}),
        ("[[['a'", [[["a"]]]),
        ("(a, 'b')", ["a", "b"]),
    ],
)
def test_javascript_is_read_without_running_it(text: str, value: Any) -> None:
    assert read_literal(text, 0)[0] == value


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r"'\x41\u0042\u{1F30D}\103'", "AB🌍C"),
        (
            r"'a\nb\/c\
d\q'",
            "a\nb/cdq",
        ),
        (r"'\ud83c\udf0d'", "🌍"),
        (r"'a\ud800b'", "ab"),
        (r"'\u{110000}'", "\ufffd"),
    ],
)
def test_escapes_are_decoded_once(literal: str, text: str) -> None:
    assert unquoted(literal) == text


def test_a_name_is_no_text() -> None:
    assert [type(item) for item in read_literal("[a, 'a', null, 1.5]", 0)[0]] == [Name, str, Name, Name]


def test_broken_json_is_read_as_far_as_it_goes() -> None:
    assert load('{"a": ["x",], "b": NaN, "c": "y') == {"a": ["x"], "b": "NaN"}
    assert load("no JSON") is None


def test_what_would_fill_the_memory_is_not_read() -> None:
    assert load("[" + "{}," * MAX_VALUES + "{}]") is None


def test_nesting_of_any_depth_is_read() -> None:
    assert load('{"a":[' * 100_000) is not None
