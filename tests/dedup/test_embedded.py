"""The embedded index where it meets other processes, crashes and full disks; the rules are in test_index_contract."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from worker.dedup.embedded import EmbeddedIndex
from worker.dedup.ids import hash_id
from worker.dedup.index import Sketch
from worker.errors import IndexStoreError
from worker.messages import DuplicateKind

DAY_S = 86_400
NOW_S = 20_000.0 * DAY_S
DOCUMENTS = 400

# The same stream in every process: a third are copies of other pages, some are recrawls.
PREAMBLE = """
import hashlib, json, os, resource, signal, sys
from datetime import timedelta
from pathlib import Path
from worker.dedup.embedded import EmbeddedIndex
from worker.dedup.ids import hash_id
from worker.dedup.index import Sketch
from worker.errors import IndexStoreError

arguments = json.loads(sys.argv[1])
topic, at_s = arguments.get("topic", "t"), arguments.get("at_s", 1.728e9)
index = EmbeddedIndex(Path(arguments["path"]), window=timedelta(days=30), max_bytes=arguments.get("max_bytes", 1 << 30))

def decide(number):
    url = f"https://example.com/{number % 300}"
    content = hashlib.sha256(b"%d" % (number % 200)).digest()
    verdict = index.decide(f"{topic}/0/{number}", Sketch(hash_id(url), url, content, at_s))
    if number == arguments.get("die_at"):
        os.kill(os.getpid(), signal.SIGKILL)
    return [verdict.kind, verdict.version, verdict.of, verdict.cluster_id]
"""
LOOP = """
print("ready", flush=True)
for line in sys.stdin:
    first, last, step = json.loads(line)
    verdicts = []
    for begin in range(first, last, step):
        with index.batch():
            verdicts += map(decide, range(begin, min(begin + step, last)))
    print(json.dumps(verdicts), flush=True)
"""
FULL_DISK = """
with index.batch():
    list(map(decide, range(500)))
resource.setrlimit(resource.RLIMIT_FSIZE, ((Path(arguments["path"]) / "data.mdb").stat().st_size, resource.RLIM_INFINITY))
try:
    with index.batch():
        list(map(decide, range(500, 10_000)))
except IndexStoreError as error:
    print(error)
index.close()
"""

Verdicts = list[list[Any]]


class Child:
    """A worker process with the index open, told what to decide."""

    def __init__(self, path: Path, **arguments: Any) -> None:
        command = [sys.executable, "-c", PREAMBLE + LOOP, json.dumps({"path": str(path), **arguments})]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def ask(self, first: int, last: int, step: int = 50) -> None:
        """Let it begin to decide these documents, so many a batch."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([first, last, step]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Verdicts:
        verdicts: Verdicts = json.loads(self._line())
        return verdicts

    def decide(self, first: int, last: int, step: int = 50) -> Verdicts:
        self.ask(first, last, step)
        return self.answer()

    def end(self) -> int:
        """Its exit status, at the end of its input or of its own accord."""
        self.process.communicate()
        return self.process.returncode


Start = Callable[..., Child]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts children; at the end of the test none is left."""
    children: list[Child] = []

    def start_child(path: Path, **arguments: Any) -> Child:
        children.append(Child(path, **arguments))
        return children[-1]

    yield start_child
    for child in children:
        child.end()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    opened = open_index(tmp_path)
    yield opened
    opened.close()


def open_index(path: Path, days: float = 30, max_bytes: int = 1 << 30) -> EmbeddedIndex:
    return EmbeddedIndex(path, window=timedelta(days=days), max_bytes=max_bytes)


def decide(index: EmbeddedIndex, message: str, url: str, at_s: float = NOW_S) -> DuplicateKind:
    with index.batch():
        return index.decide(message, Sketch(hash_id(url), url, url.encode().ljust(32), at_s)).kind


def kinds(verdicts: Verdicts) -> list[str]:
    return [verdict[0] for verdict in verdicts]


# -- several processes -----------------------------------------------------------------------------------------------


def test_two_processes_that_get_the_same_documents_at_once_call_each_new_only_once(
    start: Start, tmp_path: Path
) -> None:
    alone = start(tmp_path / "alone").decide(0, DOCUMENTS)
    pair = [start(tmp_path / "shared", topic=topic) for topic in ("t", "u")]
    for child in pair:
        child.ask(0, DOCUMENTS, 7)
    together = [verdict for child in pair for verdict in child.answer()]
    assert kinds(together).count("unique") == kinds(alone).count("unique")
    assert len(together) == 2 * DOCUMENTS
    assert all(child.end() == 0 for child in pair)


def test_two_processes_on_the_same_messages_give_the_same_verdicts(start: Start, tmp_path: Path) -> None:
    """A partition may move to another worker while the first one still works on its batch."""
    pair = [start(tmp_path) for _ in range(2)]
    for child in pair:
        child.ask(0, DOCUMENTS, 7)
    one, other = (child.answer() for child in pair)
    assert one == other
    assert [child.end() for child in pair] == [0, 0]


def test_a_generation_dropped_by_another_process_is_forgotten_here_and_its_slot_used_again(
    start: Start, index: EmbeddedIndex, tmp_path: Path
) -> None:
    """The handles of this process stay good, though it knew nothing of the drop."""
    assert decide(index, "here/0/1", "https://example.org/a") is DuplicateKind.UNIQUE
    later_s = NOW_S + 100 * DAY_S
    child = start(tmp_path, at_s=later_s)
    child.decide(0, 50)
    assert index.stats()["generations"] == 1
    assert decide(index, "here/0/2", "https://example.org/a", later_s) is DuplicateKind.UNIQUE
    assert decide(index, "here/0/3", "https://example.org/a", later_s) is DuplicateKind.RECRAWL
    assert decide(index, "here/0/4", "https://example.com/0", later_s) is DuplicateKind.UPDATE
    assert kinds(child.decide(0, 1, 1)) == ["unique"]
    assert child.end() == 0


def test_the_map_grown_by_another_process_is_adopted(start: Start, tmp_path: Path) -> None:
    small, large = start(tmp_path, max_bytes=1 << 19), start(tmp_path, max_bytes=1 << 30, topic="u")
    large.decide(0, 20_000, 5000)
    assert (tmp_path / "data.mdb").stat().st_size > 1 << 19
    assert len(small.decide(0, 100)) == 100
    assert small.end() == large.end() == 0


@pytest.mark.parametrize("die_at", [100, 125, 149])
def test_a_batch_that_a_process_died_in_leaves_no_trace_and_its_replay_gives_the_same_verdicts(
    start: Start, tmp_path: Path, die_at: int
) -> None:
    undisturbed = start(tmp_path / "undisturbed").decide(0, DOCUMENTS)
    victim = start(tmp_path / "disturbed", die_at=die_at)
    victim.ask(0, DOCUMENTS)
    assert victim.end() == -signal.SIGKILL
    index = open_index(tmp_path / "disturbed")
    assert index.stats()["verdicts"] == 100
    index.close()
    restarted = start(tmp_path / "disturbed")
    assert restarted.decide(0, DOCUMENTS) == undisturbed
    assert restarted.decide(0, DOCUMENTS) == undisturbed
    assert restarted.end() == 0


def test_a_process_killed_within_a_batch_does_not_keep_the_others_waiting(
    start: Start, index: EmbeddedIndex, tmp_path: Path
) -> None:
    victim = start(tmp_path, die_at=10)
    victim.ask(0, 50)
    assert victim.end() == -signal.SIGKILL
    assert decide(index, "here/0/1", "https://example.org/a") is DuplicateKind.UNIQUE


def test_a_second_index_on_the_directory_in_this_process_is_refused(index: EmbeddedIndex, tmp_path: Path) -> None:
    with pytest.raises(IndexStoreError, match="already open in this process"):
        open_index(tmp_path)
    assert decide(index, "here/0/1", "https://example.org/a") is DuplicateKind.UNIQUE


# -- what can be wrong with a directory ------------------------------------------------------------------------------


def fill(index: EmbeddedIndex, count: int) -> None:
    for begin in range(0, count, 500):
        with index.batch():
            for number in range(begin, begin + 500):
                url = f"https://example.com/{number}"
                index.decide(f"t/0/{number}", Sketch(hash_id(url), url, bytes.fromhex(hash_id(url)) * 2, NOW_S))


def test_a_full_index_names_the_setting_to_raise_and_keeps_what_it_had(tmp_path: Path) -> None:
    index = open_index(tmp_path, max_bytes=1 << 20)
    with pytest.raises(IndexStoreError, match="raise index_max_bytes"):
        fill(index, 20_000)
    known = index.stats()["verdicts"]
    index.close()
    assert known > 0
    assert known % 500 == 0
    index = open_index(tmp_path, max_bytes=1 << 26)
    fill(index, 20_000)
    assert index.stats()["verdicts"] == 20_000
    index.close()


def test_a_full_disk_is_an_error_and_keeps_what_was_there(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the end of the disk."""
    command = [sys.executable, "-c", PREAMBLE + FULL_DISK, json.dumps({"path": str(tmp_path)})]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"the index in {tmp_path} cannot be used" in ended.stdout
    assert "File too large" in ended.stdout
    index = open_index(tmp_path)
    assert index.stats()["verdicts"] == 500
    fill(index, 1000)
    index.close()


def test_a_file_in_place_of_the_directory_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("")
    with pytest.raises(IndexStoreError, match=str(tmp_path / "index")):
        open_index(tmp_path / "index")
