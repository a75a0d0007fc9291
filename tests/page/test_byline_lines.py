"""Lines of a body that only repeat its metadata."""

from __future__ import annotations

from datetime import date

import pytest

from worker.page.byline_lines import without_byline

DAY = date(2026, 3, 4)
STORY = "The town council has approved a plan to rebuild the footbridge.\nWork is due to start in May."


def cleaned(text: str, authors: tuple[str, ...] = ("Mia Holt", "Sam Ives"), language: str = "en") -> str:
    return without_byline(text, "Bridge comes back", authors, DAY, language)


@pytest.mark.parametrize(
    "lines",
    [
        "Bridge comes back",
        "By Mia Holt and Sam Ives, CNN",
        "Mia Holt\nMarch 4, 2026",
        "Bridge comes back\nBy Mia Holt\nWednesday, 4 March 2026, 10:15 am · Updated 3 hours ago",
        "4 March",
        "Mi., 04.03.2026, 10:15 Uhr",
    ],
)
def test_lines_of_metadata_at_the_start_are_removed(lines: str) -> None:
    assert cleaned(f"{lines}\n{STORY}") == STORY


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("๔ มีนาคม ๒๕๖๙ เวลา ๑๐:๓๐ น.", "th"),
        ("۱۳ اسفند ۱۴۰۴", "fa"),
        ("2026年3月4日 21時15分", "ja"),
        ("st 4. 3. 2026, 8:15", "cs"),
    ],
)
def test_the_date_is_known_in_any_form(line: str, language: str) -> None:
    assert cleaned(f"{line}\n{STORY}", language=language) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "By Mia Holt's own account",
        "Mia Holt won the prize on March 4, 2026",
        "March 5, 2026",
        "By Ada Brandt",
        "2026",
        "Photo: Mia Holt",
        "Bridge comes back to town",
    ],
)
def test_a_line_with_anything_else_stays(line: str) -> None:
    assert cleaned(f"{line}\n{STORY}") == f"{line}\n{STORY}"


def test_after_the_first_other_line_only_a_labelled_byline_is_removed() -> None:
    assert cleaned(f"A small vote.\nBy Mia Holt\nMarch 4, 2026\n{STORY}") == f"A small vote.\n{STORY}"
    kept = f"A small vote.\nMia Holt\nBridge comes back\n{STORY}"
    assert cleaned(kept) == kept


def test_a_byline_as_the_last_line_is_removed() -> None:
    assert cleaned(f"{STORY}\nBy Mia Holt") == STORY
    assert cleaned(f"{STORY}\nMia Holt") == f"{STORY}\nMia Holt"


def test_a_body_of_nothing_else_stays() -> None:
    assert cleaned("By Mia Holt\nMarch 4, 2026") == "By Mia Holt\nMarch 4, 2026"
