"""The page in a real browser, if there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.report.reports import mixed
from worker.commands.report import page
from worker.commands.report.sections import BROKEN_DOWN, sections

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on the PATH")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    page.write(path, sections(mixed(), BROKEN_DOWN, 10), "16 quality reports")
    return path


def browse(target: Path, *flags: str) -> subprocess.CompletedProcess[bytes]:
    common = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--hide-scrollbars")
    profile = f"--user-data-dir={target.parent / 'profile'}"
    arguments = [str(BROWSER), *common, profile, *flags, target.as_uri()]
    return subprocess.run(arguments, capture_output=True, timeout=120, check=True)


def test_the_browser_finds_every_chart_and_table_and_nothing_to_complain_about(target: Path) -> None:
    done = browse(target, "--dump-dom")
    assert done.stdout.count(b"<svg") == done.stdout.count(b"</figure>") >= 9
    assert done.stdout.count(b"<table>") == 11
    assert b"CONSOLE" not in done.stderr  # as for a blocked script, or a resource that was not found


def test_the_page_is_drawn_in_light_and_in_dark(target: Path) -> None:
    drawn = []
    for scheme in (0, 1):
        image = target.with_name(f"{scheme}.png")
        browse(
            target, f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={image}", "--window-size=900,3000"
        )
        drawn.append(image.read_bytes())
    assert all(len(each) > 50_000 for each in drawn)  # an empty page of this size takes 10 KB
    assert drawn[0] != drawn[1]
