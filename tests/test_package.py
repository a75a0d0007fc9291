"""A release has one version, defined in one place, and the files that a user needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from worker.compiled import SWITCH
from worker.version import __version__

ROOT = Path(__file__).parent.parent


def build(folder: Path, **environment: str) -> Path:
    """Build the wheel and the source distribution into a folder."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in (SWITCH, "COMPILED_PARTS")} | environment,
        check=True,
        capture_output=True,
    )
    return folder


def names_in_wheel(folder: Path) -> set[str]:
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        return set(wheel.namelist())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheel and the source distribution, on a machine without a compiler."""
    return build(tmp_path_factory.mktemp("dist"), CC="/no/such/compiler")


def test_the_wheel_has_the_version_of_the_code_and_the_types_schemas_and_models(built: Path) -> None:
    assert (built / f"article_worker-{__version__}-py3-none-any.whl").exists()
    names = names_in_wheel(built)
    assert {
        "worker/py.typed",
        "worker/extraction/model.npz",
        "worker/extraction/sections.npz",
        "worker/dedup/match.npz",
        "worker/residue/lines.npz",
        "worker/residue/lexicons.marshal",
        "worker/dedup/valkey/commit.lua",
        "worker/commands/explain/page.css",
        "worker/commands/report/page.css",
    } <= names
    assert {f"worker/schemas/{path.name}" for path in (ROOT / "schemas").iterdir()} <= names
    assert {name.partition("/")[0] for name in names} == {"worker", f"article_worker-{__version__}.dist-info"}


@pytest.mark.skipif(not (shutil.which("cc") or shutil.which("gcc")), reason="no C compiler")
def test_with_a_compiler_the_wheel_also_has_the_compiled_parts(built: Path, tmp_path: Path) -> None:
    folder = build(tmp_path, COMPILED_PARTS="required")
    sources = {name for name in names_in_wheel(built) if name.endswith(".c")}
    compiled = names_in_wheel(folder) - names_in_wheel(built)
    assert compiled == {f"{name.removesuffix('.c')}.abi3.so" for name in sources}
    assert sources
    [wheel] = folder.glob("*.whl")
    assert wheel.name.startswith(f"article_worker-{__version__}-cp311-abi3-")


def test_nothing_is_compiled_if_that_is_not_wanted(built: Path, tmp_path: Path) -> None:
    assert names_in_wheel(build(tmp_path, PURE_PYTHON="1")) == names_in_wheel(built)


def test_the_source_distribution_has_everything_that_its_tests_read(built: Path) -> None:
    with tarfile.open(built / f"article_worker-{__version__}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"CHANGELOG.md", "Dockerfile", "Makefile", "README.md", "build_hook.py", "pyproject.toml"} <= names
    assert {"benchmarks/phrases.json", "requirements/dev.txt", "tests/test_package.py"} <= names
    assert not [name for name in names if name.startswith((".venv", ".git/", "dist", "build/"))]


def test_the_changelog_starts_with_this_version() -> None:
    first = next(line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## "))
    assert first.startswith(f"## [{__version__}]")
