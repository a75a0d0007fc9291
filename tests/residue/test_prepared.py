"""The lexicons are prepared when the package is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.residue import prepared, tables


def test_prepared_lexicons_are_those_of_the_files(tmp_path: Path) -> None:
    prepared.prepare(tmp_path / "lexicons")
    assert prepared.prepared(tmp_path / "lexicons") == tables.load()


def test_the_tests_run_with_prepared_lexicons() -> None:
    assert prepared.prepared(prepared.FILE) == tables.load()


def test_entries_that_mean_the_same_share_their_masks(tmp_path: Path) -> None:
    prepared.prepare(tmp_path / "lexicons")
    found = prepared.prepared(tmp_path / "lexicons")
    assert found
    assert len({id(masks) for masks in found.words.values()}) < len(found.words) / 4


def test_a_file_that_is_missing_is_none(tmp_path: Path) -> None:
    assert prepared.prepared(tmp_path / "lexicons") is None


def test_a_file_that_ends_too_early_is_none(tmp_path: Path) -> None:
    prepared.prepare(tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for end in (0, 1, 40, len(whole) // 2, len(whole) - 1):
        (tmp_path / "lexicons").write_bytes(whole[:end])
        assert prepared.prepared(tmp_path / "lexicons") is None


def test_a_damaged_file_is_none(tmp_path: Path) -> None:
    prepared.prepare(tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        (tmp_path / "lexicons").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert prepared.prepared(tmp_path / "lexicons") is None


def test_lexicons_or_code_that_have_changed_make_it_out_of_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared.prepare(tmp_path / "lexicons")
    monkeypatch.setattr(prepared, "_READ_BY", ("residue/bits.py",))
    assert prepared.prepared(tmp_path / "lexicons") is None
