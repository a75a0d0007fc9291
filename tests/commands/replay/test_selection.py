"""What `--only` selects of a range, from the records of the quality topic; and the file that keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands.replay.manifests import MANIFEST
from worker.commands.only import Only
from worker.commands.replay.directory import described
from worker.commands.replay.manifest import Selection
from worker.commands.replay.selection import Found, Selecting, ranges_of
from worker.commands.replay.selection_file import FILE, keep, kept, kept_ranges
from worker.errors import IndexStoreError

RANGES = {"0": (5, 25), "1": (0, 0), "10": (7, 8)}
ONLY: Only = {"host": ["a.example"]}


def report(partition: Any, offset: Any, host: str = "a.example", **fields: Any) -> bytes:
    source = {"topic": "articles.raw", "partition": partition, "offset": offset}
    return orjson.dumps({"outcome": "published", "host": host, "source": source, "value_bytes": 10, **fields})


def found(*reports: bytes | None) -> Found:
    selecting = Selecting("articles.raw", RANGES, ONLY)
    for each in reports:
        selecting.note(each)
    return selecting.found()


def selected(found: Found) -> dict[int, list[int]]:
    """The selected offsets."""
    ranges = ranges_of(MANIFEST, found)
    return {n: [at for at in range(30) if each.count(at, at + 1)] for n, each in ranges.items()}


def test_records_are_selected_by_their_reports() -> None:
    other = report(0, 6, "b.example")
    made = found(report(0, 5), other, report(0, 24), report(0, 7), report(10, 7))
    assert selected(made) == {0: [5, 7, 24], 1: [], 10: [7]}
    assert (made.records, made.reported, made.unreported) == (4, 5, 16)
    assert (made.value_bytes, made.reported_bytes) == (40, 50)
    assert made.line() == (
        "--only selects 4 of 21 records, 40 bytes of 50 bytes; 16 have no report, so they are not selected"
    )


def test_without_reports_nothing_is_selected() -> None:
    assert selected(found()) == {0: [], 1: [], 10: []}
    assert found().unreported == 21


@pytest.mark.parametrize(
    ("first", "second", "is_selected"),
    [
        (report(0, 5), report(0, 5, "b.example", attempt=2), False),
        (report(0, 5, "b.example"), report(0, 5, attempt=2), True),
        (report(0, 5, attempt=3), report(0, 5, "b.example", attempt=2), True),
        (report(0, 5, "b.example", attempt=500), report(0, 5), False),
    ],
)
def test_the_report_on_the_last_attempt_decides(first: bytes, second: bytes, is_selected: bool) -> None:
    made = found(first, second)
    assert selected(made)[0] == ([5] if is_selected else [])
    assert (made.records, made.reported) == (is_selected, 1)
    assert (made.value_bytes, made.reported_bytes) == (10 * is_selected, 10)


@pytest.mark.parametrize(
    "value",
    [
        None, b"", b"{", b"[]", report(0, 4), report(0, 25), report(10, 8), report(2, 5), report(-1, 5), report(0, -1),
        report("0", 5), report(0, "5"), report(0, [5]), report([0], 5), report(0, 5.0), report(0, 1 << 62),
        report(0, 5, source=None), report(0, 5, source=[]), report(0, 5, source={"topic": "articles.raw"}),
        report(0, 5, source={"topic": "other", "partition": 0, "offset": 5}),
    ],
)  # fmt: skip
def test_a_record_that_says_nothing_about_the_range_selects_nothing(value: bytes | None) -> None:
    assert found(value).reported == 0


@pytest.mark.parametrize("odd", [None, "1", -1, True, 1 << 62, {}])
def test_odd_numbers_in_a_report_do_not_stop_the_selection(odd: Any) -> None:
    assert selected(found(report(0, 5, attempt=odd, value_bytes=odd)))[0] == [5]


@given(st.lists(st.tuples(st.sampled_from([0, 10]), st.integers(3, 27), st.booleans(), st.integers(1, 3))))
def test_any_reports_in_any_order_select_what_their_last_attempts_say(
    reports: list[tuple[int, int, bool, int]],
) -> None:
    newest: dict[tuple[int, int], tuple[int, bool]] = {}
    for partition, offset, matches, attempt in reports:
        start, end = RANGES[str(partition)]
        if start <= offset < end and attempt >= newest.get((partition, offset), (0, False))[0]:
            newest[partition, offset] = attempt, matches
    made = found(*(report(p, at, "a.example" if ok else "b.example", attempt=n) for p, at, ok, n in reports))
    assert {(n, at) for n, offsets in selected(made).items() for at in offsets} == {
        place for place, (_, matches) in newest.items() if matches
    }
    assert (made.reported, made.value_bytes) == (len(newest), 10 * made.records)


# -- the file --------------------------------------------------------------------------------------------------------

SELECTED = replace(MANIFEST, selection=Selection(ONLY, {"0": 9}))
FOUND = found(report(0, 5), report(0, 6), report(0, 9), report(10, 7), report(0, 8, "b.example"))


def facts(found: Found) -> Mapping[str, Any]:
    counts = (found.records, found.reported, found.unreported, found.value_bytes, found.reported_bytes)
    return {"offsets": selected(found), "counts": counts}


def test_what_was_selected_is_kept_for_the_next_start(tmp_path: Path) -> None:
    assert kept(SELECTED, tmp_path) is None
    keep(FOUND, SELECTED, tmp_path)
    again = kept(SELECTED, tmp_path)
    assert again is not None
    assert facts(again) == facts(FOUND)
    assert sum(each.count(0, 30) for each in kept_ranges(SELECTED, tmp_path).values()) == 4


@pytest.mark.parametrize(
    "other",
    [
        replace(SELECTED, selection=Selection({"host": ["b.example"]}, {"0": 9})),
        replace(SELECTED, selection=Selection(ONLY, {"0": 10})),
        replace(SELECTED, ranges={"0": (5, 26)}),
        replace(SELECTED, topic="other.raw"),
    ],
)
def test_the_file_counts_only_for_its_own_manifest(tmp_path: Path, other: Any) -> None:
    keep(FOUND, SELECTED, tmp_path)
    assert kept(other, tmp_path) is None


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    keep(FOUND, SELECTED, tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    for size in range(len(whole)):
        (tmp_path / FILE).write_bytes(whole[:size])
        assert kept(SELECTED, tmp_path) is None
    (tmp_path / FILE).write_bytes(whole.replace(b'"runs":{"0":2', b'"runs":{"0":1'))
    assert kept(SELECTED, tmp_path) is None


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    keep(FOUND, SELECTED, tmp_path)
    (tmp_path / FILE).rename(tmp_path / "elsewhere")
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    assert kept(SELECTED, tmp_path) is None
    with pytest.raises(IndexStoreError):
        keep(FOUND, SELECTED, tmp_path)


def test_a_machine_that_has_not_selected_counts_the_whole_range(tmp_path: Path) -> None:
    assert sum(each.count(0, 30) for each in kept_ranges(SELECTED, tmp_path).values()) == 21
    assert sum(each.count(0, 30) for each in kept_ranges(MANIFEST, tmp_path).values()) == 21


def test_a_command_without_the_state_directory_of_the_replay_finds_the_selection_of_the_first_start(
    tmp_path: Path,
) -> None:
    first, other = tmp_path / "first", tmp_path / "other"
    first.mkdir()
    begun = replace(SELECTED, begun_in=described(first))
    keep(FOUND, begun, first)
    assert sum(each.count(0, 30) for each in kept_ranges(begun, other).values()) == 4


def test_the_directory_of_another_machine_is_not_looked_for_here(tmp_path: Path) -> None:
    keep(FOUND, SELECTED, tmp_path)
    begun = replace(SELECTED, begun_in=f"another-machine:{tmp_path}")
    assert sum(each.count(0, 30) for each in kept_ranges(begun, tmp_path / "other").values()) == 21
