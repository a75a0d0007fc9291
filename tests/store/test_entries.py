from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.dedup.sketches import DAY_S, NOW_S
from worker.errors import IndexStoreError
from worker.store.entries import EntriesOnDisk
from worker.store.environment import FORMAT, GenerationStore

MOST_BYTES = 1 << 26


def write(path: Path, entries: dict[bytes, bytes], at_s: float = NOW_S, table: int = 1) -> None:
    store = GenerationStore(path, tables=2, window=timedelta(days=30), max_bytes=MOST_BYTES)
    with store.batch():
        for key, value in entries.items():
            store.put(table, key, value, store.at(at_s))
    store.close()


def opened(path: Path, layout: bytes = FORMAT) -> EntriesOnDisk:
    return EntriesOnDisk(path, 1, layout=layout, max_bytes=MOST_BYTES)


def test_the_entries_of_one_table_are_found_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, {b"a": b"1", b"b": b"2"})
    write(tmp_path, {b"c": b"3"}, table=0)
    entries = opened(tmp_path)
    assert entries.values([b"b", b"a", b"c", b"d"]) == {b"a": b"1", b"b": b"2"}
    assert entries.values([]) == {}
    entries.close()


def test_the_newest_value_of_a_key_counts_until_it_is_forgotten(tmp_path: Path) -> None:
    write(tmp_path, {b"a": b"old", b"b": b"only"})
    write(tmp_path, {b"a": b"new"}, NOW_S + 5 * DAY_S)
    entries = opened(tmp_path)
    assert entries.values([b"a", b"b"]) == {b"a": b"new", b"b": b"only"}
    entries.close()
    write(tmp_path, {b"c": b"late"}, NOW_S + 34 * DAY_S)
    entries = opened(tmp_path)
    assert entries.values([b"a", b"b", b"c"]) == {b"a": b"new", b"c": b"late"}
    entries.close()


def test_reading_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, {b"a": b"1"})
    before = (tmp_path / "data.mdb").read_bytes()
    entries = opened(tmp_path)
    entries.values([b"a"])
    entries.close()
    assert (tmp_path / "data.mdb").read_bytes() == before


def test_a_missing_store_is_an_error_and_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(IndexStoreError, match=r"there is no store in .*/none: give the --state-dir of the worker"):
        opened(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {})
    with pytest.raises(IndexStoreError, match="was made by another version"):
        opened(tmp_path, b"9")


def test_a_truncated_store_is_refused_because_a_read_could_kill_the_process(tmp_path: Path) -> None:
    write(tmp_path, {b"a": bytes(1 << 20)})
    file = tmp_path / "data.mdb"
    file.write_bytes(file.read_bytes()[: 1 << 16])
    with pytest.raises(IndexStoreError, match="is damaged"):
        opened(tmp_path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "real", {})
    (tmp_path / "linked").mkdir()
    for name in ("data.mdb", "lock.mdb"):
        (tmp_path / "linked" / name).symlink_to(tmp_path / "real" / name)
    with pytest.raises(IndexStoreError, match="link"):
        opened(tmp_path / "linked")
