"""Several processes on one memory, some of which are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.dedup import valkey_server
from tests.dedup.sketches import DAY_S, NOW_S, Opener, decide, message, sketch
from tests.dedup.worker_process import STORIES
from worker.dedup.index import Index
from worker.dedup.memory import Memory
from worker.messages import DuplicateKind

DOCUMENTS = 400
NEW, UPDATE, RECRAWL, COPY = (DuplicateKind(name) for name in ("new", "update", "recrawl", "copy"))

Verdicts = list[list[Any]]


class Child:
    """A worker process that has opened the index, and decides what it is told to."""

    def __init__(self, opener: str, path: Path, **arguments: Any) -> None:
        arguments |= {"opener": opener, "path": str(path)}
        environment = valkey_server.environment() if opener == "valkey" else dict(os.environ)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.dedup.worker_process", json.dumps(arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=environment,
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def ask(self, first: int, last: int, step: int = 50) -> None:
        """Tell it to decide these documents, in batches of `step`."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([first, last, step]) + "\n")
        self.process.stdin.flush()

    def kill_after(self, batches: int) -> None:
        """Kill it as soon as this many batches are stored, whatever it is doing."""
        for _ in range(batches):
            assert self._line() == "."
        self.process.kill()
        assert self.end() == -signal.SIGKILL

    def answer(self) -> Verdicts:
        while (line := self._line()) == ".":
            pass
        verdicts: Verdicts = json.loads(line)
        return verdicts

    def decide(self, first: int, last: int, step: int = 50) -> Verdicts:
        self.ask(first, last, step)
        return self.answer()

    def effort(self) -> dict[str, float]:
        """What it took to store its batches on a server (worker.dedup.valkey.memory.Effort)."""
        assert self.process.stdin
        self.process.stdin.write("effort\n")
        self.process.stdin.flush()
        effort: dict[str, float] = json.loads(self._line())
        return effort

    def end(self) -> int:
        """Close its input, wait until it ends, and return its exit status."""
        self.process.communicate()
        return self.process.returncode


Start = Callable[..., Child]


@pytest.fixture
def start(back_end: str) -> Iterator[Start]:
    """Starts children. They end with the test."""
    children: list[Child] = []

    def start_child(path: Path, **arguments: Any) -> Child:
        children.append(Child(back_end, path, **arguments))
        return children[-1]

    yield start_child
    for child in children:
        child.end()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """The verdicts of a process that nothing disturbs. They are the same for every back end."""
    child = Child("embedded", tmp_path_factory.mktemp("undisturbed"))
    verdicts = child.decide(0, DOCUMENTS)
    assert child.end() == 0
    return verdicts


def kinds(verdicts: Verdicts) -> list[str]:
    return [verdict[0] for verdict in verdicts]


def test_two_processes_with_the_same_documents_call_each_document_new_only_once(
    start: Start, undisturbed: Verdicts, tmp_path: Path
) -> None:
    pair = [start(tmp_path, topic=topic) for topic in ("t", "u")]
    for child in pair:
        child.ask(0, DOCUMENTS, 7)
    one, other = (child.answer() for child in pair)
    assert kinds(undisturbed).count(NEW) == kinds(one + other).count(NEW) == STORIES
    assert set(kinds(undisturbed)) == {NEW, COPY, UPDATE}
    assert all(child.end() == 0 for child in pair)


def test_two_processes_on_the_same_messages_give_the_same_verdicts(start: Start, tmp_path: Path) -> None:
    """A partition may move to another worker while the first one still works on its batch."""
    pair = [start(tmp_path) for _ in range(2)]
    for child in pair:
        child.ask(0, DOCUMENTS, 7)
    one, other = (child.answer() for child in pair)
    assert one == other
    assert [child.end() for child in pair] == [0, 0]


def test_many_processes_that_overtake_each_other_publish_each_story_once(
    start: Start, back_end: str, tmp_path: Path
) -> None:
    """Each story comes to each of four processes at about the same time, in a message of its own."""
    group = [start(tmp_path, topic=topic) for topic in "tuvw"]
    for child in group:
        child.ask(0, DOCUMENTS, 20)
    verdicts = [child.answer() for child in group]
    assert kinds(list(chain.from_iterable(verdicts))).count(NEW) == STORIES
    originals = {verdict[4] for part in verdicts for verdict in part}
    assert len(originals) == STORIES
    if back_end == "valkey":
        efforts = [child.effort() for child in group]
        assert sum(effort["repeated"] for effort in efforts) > 0
        assert sum(effort["batches"] for effort in efforts) == len(group) * DOCUMENTS / 20
    again = [start(tmp_path, topic=topic) for topic in "tuvw"]
    for child in again:
        child.ask(0, DOCUMENTS, 30)
    assert [child.answer() for child in again] == verdicts
    assert all(child.end() == 0 for child in group + again)


def test_many_processes_that_get_the_same_messages_at_once_give_the_same_verdicts(
    start: Start, back_end: str, tmp_path: Path
) -> None:
    for attempt in range(10):
        group = [start(tmp_path / str(attempt)) for _ in range(4)]
        for child, size in zip(group, (20, 20, 25, 30), strict=True):
            child.ask(0, DOCUMENTS, size)
        first, *others = [child.answer() for child in group]
        assert [verdicts == first for verdicts in others] == [True] * 3
        assert kinds(first).count(NEW) == STORIES
        overtaken = back_end != "valkey" or sum(child.effort()["repeated"] for child in group) > 0
        assert all(child.end() == 0 for child in group)
        if overtaken:  # a busy machine may run one after the other
            break
    assert overtaken


def test_a_generation_dropped_by_another_process_is_forgotten_here_and_its_slot_used_again(
    start: Start, memory: Memory, tmp_path: Path
) -> None:
    """The handles of this process stay valid, although it did not know of the drop."""
    index = Index(memory)
    assert decide(index, message(1), sketch("x", "one")).kind is NEW
    later_s = NOW_S + 100 * DAY_S
    child = start(tmp_path, at_s=later_s)
    child.decide(0, 50)
    assert memory.stats()["generations"] == 1
    assert decide(index, message(2), sketch("x", "one", later_s)).kind is NEW
    assert decide(index, message(3), sketch("x", "one", later_s)).kind is RECRAWL
    assert decide(index, message(4), sketch("0", "one", later_s)).kind is UPDATE
    assert kinds(child.decide(0, 1, 1)) == [NEW]
    assert child.end() == 0


def test_a_map_that_another_process_has_grown_is_adopted(tmp_path: Path) -> None:
    """Only an embedded memory has a map."""
    small, large = (
        Child("embedded", tmp_path, max_bytes=1 << bits, topic=topic) for bits, topic in ((19, "t"), (30, "u"))
    )
    large.decide(0, 3000, 1000)
    assert (tmp_path / "data.mdb").stat().st_size > 1 << 19
    assert len(small.decide(0, 100)) == 100
    assert small.end() == large.end() == 0


@pytest.mark.parametrize("die_at", [100, 125, 149])
def test_a_batch_in_which_a_process_died_leaves_no_trace_and_its_replay_gives_the_same_verdicts(
    opener: Opener, start: Start, undisturbed: Verdicts, tmp_path: Path, die_at: int
) -> None:
    victim = start(tmp_path, die_at=die_at)
    victim.ask(0, DOCUMENTS)
    assert victim.end() == -signal.SIGKILL
    memory = opener(tmp_path)
    assert memory.stats()["verdicts"] == 100
    memory.close()
    restarted = start(tmp_path)
    assert restarted.decide(0, DOCUMENTS) == undisturbed
    assert restarted.decide(0, DOCUMENTS) == undisturbed
    assert restarted.end() == 0


def test_a_process_killed_repeatedly_anywhere_gives_the_same_verdicts_in_the_end(
    start: Start, undisturbed: Verdicts, tmp_path: Path
) -> None:
    rng = Random(5)
    for kept in (0, 2, 7, 11, 20):
        victim = start(tmp_path)
        victim.ask(0, DOCUMENTS, rng.randint(5, 15))
        victim.kill_after(kept)
    survivor = start(tmp_path)
    assert survivor.decide(0, DOCUMENTS, 13) == undisturbed
    assert survivor.end() == 0


def test_a_process_killed_within_a_batch_does_not_keep_the_others_waiting(
    start: Start, memory: Memory, tmp_path: Path
) -> None:
    victim = start(tmp_path, die_at=10)
    victim.ask(0, 50)
    assert victim.end() == -signal.SIGKILL
    assert decide(Index(memory), message(1), sketch("a", "one")).kind is NEW
