"""The lexicons are prepared when the package is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.residue import prepared, tables
from worker.residue.packing import packed_lexicons


def test_prepared_lexicons_are_those_of_the_files(tmp_path: Path) -> None:
    prepared.prepare(tmp_path / "lexicons")
    assert prepared.prepared(tmp_path / "lexicons") == packed_lexicons(tables.load())


def test_the_tests_run_with_prepared_lexicons() -> None:
    assert prepared.prepared(prepared.FILE) == packed_lexicons(tables.load())


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
