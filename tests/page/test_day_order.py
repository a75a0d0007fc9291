"""Whether a page writes the day before the month."""

from __future__ import annotations

import pytest

from worker.page.day_order import day_first


@pytest.mark.parametrize(
    ("html", "near", "url", "language", "first"),
    [
        ("", "", "https://a.example/", "de", True),
        ("", "", "https://www.paper.co.uk/a", "en", True),
        ("", "", "https://paper.com.au/a", None, True),
        ('<html class="x" lang="en-GB">', "", "https://paper.com/", "en", True),
        ("<html lang='en'>", "", "https://paper.com/", "en", None),
        ('<html lang="en-US">', "", "https://paper.com/", "en", False),
        ('<html lang="en-US">', "", "https://paper.com.au/", "en", True),
        ('<html lang="en-US">', "02/03/2026 and 28/02/2026", "https://paper.com/", "en", True),
        ('<html lang="en-US">', "02/28/2026 and 28/02/2026", "https://paper.com/", "en", None),
        ("", "", "https://paper.us/", "en", False),
        ("", "posted 02/03/2026", "https://paper.com/", "en", None),
        ("", "02/03/2026 and 02/28/2026", "https://paper.com/", "en", False),
        ("", "02/03/2026 and 28/02/2026", "https://paper.com/", "en", True),
        ("", "02/28/2026 and 28/02/2026", "https://paper.com/", "en", None),
        ('<meta property="og:locale" content="en_US">', "", "https://paper.com/", "en", False),
        ('<script>{"inLanguage": "en-US"}</script>', "", "https://paper.com/", "en", False),
        ('<a hreflang="en-US">', "", "https://paper.com/", "en", None),
        ("", "02/03/2026 10:15 a.m. EST", "https://paper.com/", "en", False),
        ("", "02/03/2026 BEST", "https://paper.com/", "en", None),
        ("", "", "http://[", "en", None),
    ],
)
def test_the_language_the_country_and_other_dates_decide(
    html: str, near: str, url: str, language: str | None, first: bool | None
) -> None:
    assert day_first(html, near, url, language) is first
