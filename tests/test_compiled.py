from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.implementations import needs_compiled
from worker.compiled import SWITCH, compiled


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The source file of a compiled module `some._part`."""
    source = tmp_path / "_part.c"
    source.write_text("int main;")
    module = ModuleType("some._part")
    module.__file__ = str(tmp_path / "_part.abi3.so")
    vars(module)["SOURCE"] = hashlib.sha256(b"int main;").hexdigest()[:16]
    monkeypatch.setitem(sys.modules, "some", ModuleType("some"))
    monkeypatch.setitem(sys.modules, "some._part", module)
    monkeypatch.delenv(SWITCH, raising=False)
    return source


def test_a_part_that_was_compiled_is_used(part: Path) -> None:
    assert part.exists()
    assert compiled("some._part") is sys.modules["some._part"]


def test_a_part_that_was_not_compiled_is_left_out() -> None:
    assert compiled("worker._no_such_part") is None


def test_a_part_is_left_out_if_the_environment_says_so(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert part.exists()
    monkeypatch.setenv(SWITCH, "1")
    assert compiled("some._part") is None


def test_a_part_whose_source_has_changed_since_is_left_out(part: Path) -> None:
    part.write_text("int changed;")
    assert compiled("some._part") is None


def test_a_part_without_its_source_is_left_out(part: Path) -> None:
    part.unlink()
    assert compiled("some._part") is None


@needs_compiled
@pytest.mark.parametrize("missing", ["worker.residue._shape", "worker.residue._votes", "worker.text._lines"])
def test_lines_are_judged_without_any_one_part(missing: str) -> None:
    """The compiler may have failed for one of them, or one may be older than its source."""
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from worker.residue.judge import verdicts\n"
        "lines = ['Minister opens bridge', 'It is long.', 'Subscribe to our newsletter']\n"
        "assert list(verdicts(lines, 'en')) == [2]"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
