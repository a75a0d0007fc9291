"""What `--only` selects, from the flag to the quality report."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.commands.report.reports import message
from worker.commands.only import OF_A_REPORT, Only, parse_only, read_report, selects, sets_of, text_of, values_of
from worker.errors import SettingsError

HEX = "0123456789abcdef"


def parsed(*texts: str) -> dict[str, list[str]]:
    return parse_only(texts, OF_A_REPORT, HEX)


def test_a_selection_is_pairs_of_names_and_values() -> None:
    assert parsed("reason=timeout, host=a.example", "reason=crash") == {
        "reason": ["timeout", "crash"], "host": ["a.example"],
    }  # fmt: skip
    assert parsed("host!=a=b,language=de") == {"host!": ["a=b"], "language": ["de"]}


def test_a_host_is_selected_by_the_name_that_reports_give_it() -> None:
    assert parsed("host=www.Example.org,host=bücher.example") == {"host": ["example.org", "xn--bcher-kva.example"]}


def test_current_stands_for_the_current_fingerprint() -> None:
    assert parsed("fingerprint!=current") == parsed(f"fingerprint!={HEX}") == {"fingerprint!": [HEX]}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("reason", "NAME=VALUE"),
        ("colour=red", "NAME is one of host, outcome"),
        ("", "NAME=VALUE"),
        ("host!!=a", "NAME=VALUE"),
        ("outcome=publishd", r"no outcome 'publishd' \(did you mean published\?\)"),
        ("reason!=red", "no reason 'red'$"),
        ("host=https://example.org/", "'https://example.org/' is not a host: give a name such as www"),
        ("fingerprint=v2", "'v2' is not a fingerprint: give current, or 16 hex digits"),
    ],
)
def test_a_wrong_selection_says_what_is_wrong(wrong: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        parsed(wrong)


@pytest.mark.parametrize(
    ("only", "selected"),
    [
        ({}, True),
        ({"host": ["a"]}, True),
        ({"host": ["b", "a"]}, True),
        ({"host": ["b"]}, False),
        ({"host": ["a"], "shape": ["x"]}, False),
        ({"host!": ["b"]}, True),
        ({"host!": ["b", "a"]}, False),
        ({"shape!": ["x"]}, True),
        ({"host": ["a", "b"], "host!": ["a"]}, False),
    ],
)
def test_values_of_one_name_are_alternatives_and_all_names_must_match(only: Only, selected: bool) -> None:
    assert selects(only, {"host": "a", "shape": None}) is selected
    assert selects(sets_of(only), {"host": "a", "shape": None}) is selected


def test_equal_selections_have_equal_texts() -> None:
    assert text_of(parsed("reason=new,host=b", "host=a,host=b")) == text_of(parsed("host=a,host=b,reason=new"))
    assert text_of({"host": ["b", "a"], "host!": ["c"]}) == "host=a,host=b,host!=c"


def test_a_report_is_selected_by_what_it_says() -> None:
    report: dict[str, Any] = {
        "outcome": "published", "reason": "update", "host": "a.example", "shape": "native", "language": "de",
        "pipeline": {"fingerprint": HEX},
    }  # fmt: skip
    assert values_of(report) == {
        "outcome": "published", "reason": "update", "host": "a.example", "shape": "native", "language": "de",
        "fingerprint": HEX,
    }  # fmt: skip
    read = read_report(message(**report))
    assert read is not None
    assert values_of(read) == values_of(report)


def test_a_report_of_an_earlier_version_is_selected_as_if_it_were_written_now() -> None:
    values = values_of({"outcome": "published", "reason": "unique", "url": "https://www.example.org/1"})
    assert (values["host"], values["reason"]) == ("example.org", "new")


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"outcome":7}', b"\xff", b'"outcome"'])
def test_what_is_not_a_report_is_none(value: bytes | None) -> None:
    assert read_report(value) is None


@pytest.mark.parametrize("odd", [7, [1], {"a": 1}, True])
def test_a_value_of_a_wrong_type_counts_as_missing(odd: Any) -> None:
    report = dict.fromkeys((*OF_A_REPORT, "pipeline"), odd)
    assert set(values_of(orjson.loads(orjson.dumps(report))).values()) == {None}
