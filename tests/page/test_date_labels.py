"""Which dates are not those of the article."""

from __future__ import annotations

import pytest

from worker.page.date_labels import is_of_another, labels_publication


@pytest.mark.parametrize(
    ("line", "label", "language"),
    [
        ("Scadenza: 30 giugno 2026", "", "it"),
        ("30 giugno 2026", "Scadenza:", "it"),
        ("Wydrukowano: 20.05.2026", "", "pl"),
        ("Réunion publique le 20 juin 2026 à 18h", "", "fr"),
        ("2026年7月1日に再開する。", "", "ja"),
        ("2026年7月1日に公開される新しい映画の予告編", "", "ja"),
        ("Паром вернётся 1 июля 2026 года.", "", "ru"),
    ],
)
def test_a_sentence_or_another_label_dates_something_else(line: str, label: str, language: str) -> None:
    assert is_of_another(line, label, language)
    assert not labels_publication(line, label, language)


@pytest.mark.parametrize(
    ("line", "label", "language"),
    [
        ("4. Mai 2026, 17:32 Uhr", "Datum:", "de"),
        ("Stand: 04.03.2026 | Quelle: dpa", "", "de"),
        ("4 de mayo de 2026, 10:00 h", "", "es"),
        (". 2023 Jan 7;15(1):e33475. doi:", "", "en"),
        ("04.03.2026 (ch)", "", "de"),
    ],
)
def test_a_date_alone_is_that_of_the_article(line: str, label: str, language: str) -> None:
    assert not is_of_another(line, label, language)


def test_a_label_on_the_line_or_before_it_tells_the_publication() -> None:
    assert labels_publication("Veröffentlicht am 4. Mai 2026", "", "de")
    assert labels_publication("4 maggio 2026", "Pubblicato:", "it")
    assert not labels_publication("4 May 2026", "By Jane Doe", "en")
