from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import worker
from worker import fingerprint, schema
from worker.fingerprint import pipeline_info
from worker.settings import Settings
from worker.version import __version__

PACKAGE = Path(worker.__file__).parent

DECIDES_NOTHING = {
    "__init__": "is empty",
    "engine": "hands batches from the transport to the pipeline and back",
    "errors": "ends the run, not a record",
    "fingerprint": "names the modules that decide",
    "observe": "only watches",
    "own_files": "opens files",
    "schema": "reads the schema, whose text is part of the fingerprint",
    "settings": "gives values, and those that decide are part of the fingerprint",
    "settings_fit": "refuses settings",
    "sources": "reads settings",
    "state": "finds a place for the state",
    "transport": "moves messages and does not judge them",
    "units": "reads settings",
    "version": "is part of the fingerprint",
}


def test_the_fingerprint_is_16_hex_characters_beside_the_version() -> None:
    info = pipeline_info(Settings())
    assert info.version == __version__
    assert re.fullmatch(r"[0-9a-f]{16}", info.fingerprint)


def test_the_same_pipeline_has_the_same_fingerprint_in_every_process() -> None:
    code = (
        "from worker.fingerprint import pipeline_info; from worker.settings import Settings; "
        "print(pipeline_info(Settings()).fingerprint)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == pipeline_info(Settings()).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"min_words": 26},
        {"languages": ("de",)},
        {"duplicates": "tag"},
        {"dedup_window": timedelta(days=1)},
        {"shape": "scrapy"},
        {"max_html_bytes": 1 << 20},
        {"record_timeout": timedelta(seconds=5)},
    ],
    ids=str,
)
def test_a_setting_that_decides_the_output_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert pipeline_info(Settings(**change)) != pipeline_info(Settings())


def test_a_setting_that_does_not_decide_the_output_leaves_the_fingerprint() -> None:
    elsewhere = Settings(group_id="g", files="in", batch_max_records=1, log_level="debug")
    assert pipeline_info(elsewhere) == pipeline_info(Settings())


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that the fingerprint is taken of, with one file for each part of the code."""
    for name in fingerprint._CODE:
        path = tmp_path / name if name.endswith(".py") else tmp_path / name / "rule.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("RULE = 1\n", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / "fingerprint.py"))
    return tmp_path


@pytest.mark.parametrize(
    "place",
    [
        "pipeline.py",
        "results.py",
        "outputs.py",
        "crawlers/rule.py",
        "stages/rule.py",
        "extraction/rule.py",
        "dedup/rule.py",
    ],
)
def test_a_change_of_the_code_changes_the_fingerprint(copy: Path, place: str) -> None:
    before = pipeline_info(Settings())
    (copy / place).write_text("RULE = 2\n", encoding="utf-8")
    assert pipeline_info(Settings()) != before


@pytest.mark.parametrize("place", ["stages/new.py", "extraction/model.npz", "crawlers/deep/er.py"])
def test_a_new_file_among_the_rules_changes_the_fingerprint(copy: Path, place: str) -> None:
    before = pipeline_info(Settings())
    (copy / place).parent.mkdir(exist_ok=True)
    (copy / place).write_text("", encoding="utf-8")
    assert pipeline_info(Settings()) != before


def test_rules_that_trade_places_change_the_fingerprint(copy: Path) -> None:
    (copy / "stages" / "rule.py").write_text("RULE = 2\n", encoding="utf-8")
    before = pipeline_info(Settings())
    (copy / "stages" / "rule.py").write_text("RULE = 1\n", encoding="utf-8")
    (copy / "dedup" / "rule.py").write_text("RULE = 2\n", encoding="utf-8")
    assert pipeline_info(Settings()) != before


def test_compiled_files_and_the_rest_of_the_package_leave_the_fingerprint(copy: Path) -> None:
    before = pipeline_info(Settings())
    for place in ("stages/rule.cpython-311.pyc", "engine.py"):
        (copy / place).write_text("x", encoding="utf-8")
    assert pipeline_info(Settings()) == before


def test_a_new_version_of_a_library_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pipeline_info(Settings())
    monkeypatch.setattr(fingerprint, "version", lambda name: "99" if name == "selectolax" else version(name))
    assert pipeline_info(Settings()) != before


def test_another_schema_of_the_input_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pipeline_info(Settings())
    monkeypatch.setattr(schema, "text", lambda _name: "{}")
    assert pipeline_info(Settings()) != before


def test_every_part_of_the_code_that_counts_is_there() -> None:
    assert [name for name in fingerprint._CODE if not (PACKAGE / name).exists()] == []


def test_every_module_of_the_main_job_counts_or_decides_nothing() -> None:
    listed = {name.removesuffix(".py") for name in fingerprint._CODE}
    assert not listed & DECIDES_NOTHING.keys()
    parts = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in main_job()}
    assert parts == listed | DECIDES_NOTHING.keys()


def main_job() -> set[Path]:
    """The modules that `worker.app` imports, themselves or through others, at the start or later."""
    found: set[Path] = set()
    to_do = {PACKAGE / "app.py"}
    while to_do:
        path = to_do.pop()
        found.add(path)
        to_do |= {*imported(ast.parse(path.read_text(encoding="utf-8")))} - found
    return found


def imported(tree: ast.AST) -> Iterator[Path]:
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom(module=str(module)):
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            case _:
                continue
        for name in names:
            place = PACKAGE.parent / name.replace(".", "/")
            candidates = (place.with_suffix(".py"), place / "__init__.py")
            yield from (path for path in candidates if path.is_relative_to(PACKAGE) and path.is_file())


def test_every_library_that_counts_is_one_that_the_package_needs() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w-]", line)[0] for line in project["dependencies"]}
    assert set(fingerprint._LIBRARIES) <= needed
