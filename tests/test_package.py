"""A release has one version, defined in one place, and the files that a user needs."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from worker.version import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    return folder


def test_the_wheel_has_the_version_of_the_code_and_the_types_schemas_and_models(built: Path) -> None:
    with zipfile.ZipFile(built / f"article_worker-{__version__}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    assert {
        "worker/py.typed",
        "worker/extraction/model.npz",
        "worker/extraction/sections.npz",
        "worker/dedup/match.npz",
        "worker/dedup/valkey/commit.lua",
        "worker/commands/explain/page.css",
        "worker/commands/report/page.css",
    } <= names
    assert {f"worker/schemas/{path.name}" for path in (ROOT / "schemas").iterdir()} <= names
    assert {name.partition("/")[0] for name in names} == {"worker", f"article_worker-{__version__}.dist-info"}


def test_the_source_distribution_has_everything_that_its_tests_read(built: Path) -> None:
    with tarfile.open(built / f"article_worker-{__version__}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"CHANGELOG.md", "Dockerfile", "Makefile", "README.md", "pyproject.toml"} <= names
    assert {"benchmarks/phrases.json", "requirements/dev.txt", "tests/test_package.py"} <= names
    assert not [name for name in names if name.startswith((".venv", ".git/", "dist", "build/"))]


def test_the_changelog_starts_with_this_version() -> None:
    first = next(line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## "))
    assert first.startswith(f"## [{__version__}]")
