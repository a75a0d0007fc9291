from __future__ import annotations

import json
import sys
from types import FrameType

from worker.embedded.flight import rows_of
from worker.embedded.references import resolved


def test_references_of_apollo_are_replaced_in_both_forms() -> None:
    cache = {
        "Post:1": {
            "__typename": "Post",
            "parts": [{"__ref": "Part:2"}, {"type": "id", "id": "Part:1"}, {"__ref": "?"}],
        },
        "Part:1": {"__typename": "Part", "text": "one"},
        "Part:2": {"__typename": "Part", "text": "two"},
    }
    parts = resolved(cache)["Post:1"]["parts"]
    assert [part.get("text") for part in parts] == ["two", "one", None]


def test_a_flat_list_is_unfolded_and_may_be_broken() -> None:
    assert resolved([{"a": 1, "b": 2, "c": -1}, "x", [1, 1, 99, "Date"]]) == {
        "a": "x",
        "b": ["x", "x", None],
        "c": None,
    }


def test_an_ordinary_list_stays_as_it_is() -> None:
    for value in ([{"id": 5}, {"id": 6}, {"id": 7}], [{"a": "x"}, 1, 2], [[1, 2], [3, 4], []], [], [{}, 1, 2]):
        assert resolved(json.loads(json.dumps(value))) == value


def test_json_in_strings_is_read_at_any_depth() -> None:
    inner = json.dumps({"a": "x" * 100, "b": json.dumps(["y" * 100])})
    assert resolved({"body": inner}) == {"body": {"a": "x" * 100, "b": ["y" * 100]}}
    assert resolved({"body": "{no JSON" + "x" * 100 + "}"}) == {"body": "{no JSON" + "x" * 100 + "}"}


def test_rows_of_react_are_put_where_others_refer_to_them() -> None:
    stream = (
        '1:I[1,[]]\n2:{"a":"$3","b":"$L4","c":"$$5","d":"$9"}\n3:T6,é\n:x,\n4:["$","p",null,{}]\nx:broken\n5:{broken\n'
    )
    rows = list(rows_of(stream))
    assert rows[0] == {"a": "é\n:x,", "b": ["$", "p", None, {}], "c": "$5", "d": "$9"}


def test_rows_that_all_lead_to_each_other_take_linear_time() -> None:
    rows = (f'{n:x}:["$","p",null,{{"children":["${n + 1:x}","It is a row."]}}]\n' for n in range(5000))
    stream = "".join(rows)
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename.endswith("references.py")

    sys.setprofile(count)
    try:
        list(rows_of(stream))
    finally:
        sys.setprofile(None)
    assert calls < 200_000
