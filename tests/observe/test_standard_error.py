from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from worker.observe.standard_error import standard_error


def without_standard_error(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", *command], stdout=subprocess.PIPE, text=True, timeout=60, check=False
    )


def test_open_standard_error_is_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    with open(standard_error(), "w", encoding="ascii", closefd=False) as file:
        file.write("seen")
    assert capfd.readouterr().err == "seen"


@pytest.mark.parametrize("closed_too", ["", "os.close(0); ", "os.close(0); os.close(1); "])
def test_closed_standard_error_becomes_the_null_device(tmp_path: Path, closed_too: str) -> None:
    seen = tmp_path / "seen"
    done = without_standard_error(
        sys.executable,
        "-c",
        f"import os, sys; from worker.observe.standard_error import standard_error; {closed_too}"
        "number = standard_error(); same = os.fstat(number).st_rdev == os.stat(os.devnull).st_rdev; "
        "next_free = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY); os.write(next_free, f'{number} {same}'.encode())",
        str(seen),
    )
    assert (done.returncode, seen.read_text()) == (0, "2 True")


def test_a_worker_without_standard_error_runs_as_usual(tmp_path: Path) -> None:
    (tmp_path / "articles.raw.jsonl").write_text(json.dumps({"url": "https://example.org/a", "text": "word " * 99}))
    done = without_standard_error(sys.executable, "-m", "worker", "run", "--files", str(tmp_path))
    assert done.returncode == 0
    assert len((tmp_path / "articles.quality.jsonl").read_text().splitlines()) == 1


def test_faulthandler_writes_to_it_in_a_process_without_standard_error() -> None:
    done = without_standard_error(
        sys.executable,
        "-c",
        "import faulthandler, time; from worker.observe.standard_error import standard_error; "
        "faulthandler.dump_traceback_later(0.01, exit=True, file=standard_error()); time.sleep(60)",
    )
    assert done.returncode == 1


STUCK = """
import itertools, os, sys
from pathlib import Path
from worker.guard import RecordGuard
from worker.messages import RawRecord, Source
guard = RecordGuard(Path(sys.argv[1]), 0, 0.1, 3)
output = open(Path(sys.argv[1]) / "output", "w")
with guard(RawRecord(Source("t", 0, 0), b"")):
    all(itertools.repeat(True))
"""


def test_the_stacks_of_a_worker_without_standard_error_never_go_into_another_file(tmp_path: Path) -> None:
    """The next file that is opened would get the descriptor of standard error."""
    done = without_standard_error(sys.executable, "-c", STUCK, str(tmp_path))
    assert done.returncode != 0
    assert (tmp_path / "output").read_text() == ""
