"""Names in capitals."""

from __future__ import annotations

import pytest

from worker.page.name_case import in_mixed_case


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("JANE DOE", "Jane Doe"),
        ("TARA PARKER-POPE", "Tara Parker-Pope"),
        ("ANN O'CONNOR", "Ann O'Connor"),
        ("J.D. DOE", "J.D. Doe"),
        ("ANN MCKAY", "Ann McKay"),
        ("MARÍA JOSÉ DEL RÍO", "María José del Río"),
        ("SELİN ILGAZ", "Selin Ilgaz"),
        ("АННА СЕДОВА", "Анна Седова"),
    ],
)
def test_capitals_become_those_of_a_name(name: str, mixed: str) -> None:
    assert in_mixed_case(name) == mixed


@pytest.mark.parametrize("name", ["Jane DOE", "MADONNA", "USA TODAY", "AP STT", "DJ SHADOW", "ΜΑΡΙΑ ΔΗΜΟΥ", "王丽华"])
def test_acronyms_single_words_and_mixed_case_stay(name: str) -> None:
    assert in_mixed_case(name) == name
