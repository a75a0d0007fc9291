"""Kills the file transport with SIGKILL, at every call and at random, and restarts it until it is done."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transport.files import driver as files_driver

DRIVER = [sys.executable, files_driver.__file__]


def content(count: int) -> bytes:
    """Numbered lines of different lengths."""
    return b"".join(b'{"n":%d,"text":"%s"}\n' % (number, b"x" * (number * 37 % 400)) for number in range(count))


def check(folder: Path, count: int) -> None:
    """Every record is in the outputs once, in order."""
    lines = content(count).splitlines(keepends=True)
    assert (folder / "articles.quality.jsonl").read_bytes() == b"".join(lines)
    assert (folder / "articles.clean.jsonl").read_bytes() == b"".join(lines[::2])


@pytest.mark.parametrize("name", ["articles.raw.jsonl", "articles.raw.jsonl.gz", "stdin"])
def test_a_kill_at_any_call_or_in_any_write_loses_and_repeats_nothing(tmp_path: Path, name: str) -> None:
    raw = content(5)
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    subprocess.run([*DRIVER, "sweep", str(tmp_path)], check=True, timeout=120)
    folders = [folder for folder in tmp_path.iterdir() if folder.name != "input"]
    assert len(folders) > 2 * 12  # each of the two commits makes at least nine calls, three of them writes
    for folder in folders:
        check(folder, 5)


@pytest.mark.parametrize("seed", range(2))
def test_kills_at_random_lose_and_repeat_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    (tmp_path / "articles.raw-1.jsonl").write_bytes(content(200))
    (tmp_path / "articles.raw-2.jsonl.gz").write_bytes(gzip.compress(content(300)[len(content(200)) :]))
    kills = 0
    while True:
        with subprocess.Popen([*DRIVER, "run", str(tmp_path)], stdout=subprocess.PIPE) as worker:
            assert worker.stdout is not None
            worker.stdout.read(chance.randint(1, 30))  # wait for this many commits, or for the end
            worker.kill()
        if worker.returncode == 0:
            break
        kills += 1
    assert kills >= 3
    lines = content(300).splitlines(keepends=True)
    assert (tmp_path / "articles.quality.jsonl").read_bytes() == b"".join(lines)
