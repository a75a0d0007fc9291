"""What the supervisor does when a process ends, with processes that only pretend to be ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.observe.statuses import status
from worker.config.settings import Settings
from worker.engine import Stop
from worker.errors import ProcessFailed
from worker.observe.status import Status
from worker.supervisor import supervisor as module
from worker.supervisor.supervisor import FIRST_DELAY_S, LONGEST_DELAY_S, STABLE_S, Supervisor


@dataclass
class Pretended:
    """A process that ends when the test says so, or when it is asked to stop."""

    settings: Settings
    began_s: float
    status: Status | None = None
    error: list[str] = field(default_factory=list)
    code: int = 0
    has_started: bool = False
    stopped: bool = False
    pid: int = 1
    name: str = "news-0"

    def __post_init__(self) -> None:
        self.sentinel, self._open = os.pipe()

    def end(self, code: int, *error: str) -> None:
        self.code, self.error = code, list(error)
        os.close(self._open)

    def stop(self) -> None:
        self.stopped = True
        self.end(0)

    def join(self) -> int:
        os.close(self.sentinel)
        return self.code


class Machine:
    """A supervisor, its clock, and the processes that it has started."""

    def __init__(self, count: int) -> None:
        self.now_s = 0.0
        self.started: list[Pretended] = []
        self.supervisor = Supervisor(Settings(), count, spawn=self._spawn, clock=lambda: self.now_s)

    def _spawn(self, settings: Settings, _hear: Callable[[str, bytes], None]) -> Any:
        self.started.append(Pretended(settings, self.now_s))
        return self.started[-1]

    def turn(self, seconds: float = 0.0) -> None:
        self.now_s += seconds
        self.supervisor.turn()

    def start(self) -> None:
        """Start all processes, and let them get to their loops."""
        self.turn()
        for number, each in enumerate(self.started):
            each.status = status(instance=f"worker-{number}", articles_in=10)
            each.has_started = True
        self.turn()


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TURN_S", 0.0)


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine(2)
    yield made
    made.supervisor.places.clear()


def test_all_processes_are_started_at_once(machine: Machine) -> None:
    machine.turn()
    assert len(machine.started) == 2


def test_a_crashed_process_is_restarted_after_a_second_then_after_twice_as_long(machine: Machine) -> None:
    machine.start()
    delay_s = FIRST_DELAY_S
    for number in range(2, 10):
        machine.started[-1].end(-11)
        machine.turn()
        machine.turn(delay_s - 0.1)
        assert len(machine.started) == number
        machine.turn(0.2)
        assert len(machine.started) == number + 1
        delay_s = min(2 * delay_s, LONGEST_DELAY_S)


def test_after_a_long_run_the_delay_is_short_again(machine: Machine) -> None:
    machine.start()
    for _ in range(4):
        machine.started[-1].end(-9)
        machine.turn()
        machine.turn(LONGEST_DELAY_S)
    machine.turn(STABLE_S)
    machine.started[-1].end(-9)
    started = len(machine.started)
    machine.turn()
    machine.turn(FIRST_DELAY_S + 0.1)
    assert len(machine.started) == started + 1


def test_the_log_says_how_a_process_ended(machine: Machine) -> None:
    machine.start()
    machine.started[0].end(-11)
    with capture_logs() as lines:
        machine.turn()
    assert [(line["event"], line["instance"], line["how"], line["restart_in_s"]) for line in lines] == [
        ("process_ended", "news-0", "was killed by SIGSEGV", FIRST_DELAY_S)
    ]


def test_a_process_may_be_killed_by_a_signal_without_a_name(machine: Machine) -> None:
    machine.start()
    machine.started[0].end(-40)
    with capture_logs() as lines:
        machine.turn()
    assert lines[0]["how"] == "was killed by signal 40"


def test_what_a_crashed_process_has_counted_is_kept(machine: Machine) -> None:
    machine.start()
    machine.started[0].end(-11)
    machine.turn()
    running, ended = machine.supervisor.counted()
    assert ([each["articles_in"] for each in running], ended and ended["articles_in"]) == ([10], 10)


def test_while_processes_stop_no_count_is_lost_or_doubled(machine: Machine) -> None:
    machine.start()
    sums: list[int] = []

    def look(_process: Pretended) -> int:
        running, ended = machine.supervisor.counted()
        sums.append(sum(each["articles_in"] for each in running) + (ended["articles_in"] if ended else 0))
        return 0

    for each in machine.started:
        each.join = look.__get__(each)  # type: ignore[method-assign]
    stop = Stop()
    stop.request("SIGTERM")
    machine.supervisor.run(stop)
    assert sums == [20, 20]


def test_a_process_that_finished_its_input_is_not_restarted(machine: Machine) -> None:
    machine.start()
    for each in machine.started:
        each.end(0)
    assert machine.supervisor.run(Stop()) == 0
    assert len(machine.started) == 2


def test_an_error_before_any_process_has_started_ends_the_supervisor_with_its_message_and_code(
    machine: Machine,
) -> None:
    machine.turn()
    first, second = machine.started
    first.end(4, "topics do not exist: articles.raw", "create them")
    with pytest.raises(ProcessFailed, match="topics do not exist") as raised:
        machine.supervisor.run(Stop())
    assert raised.value.exit_code == 4
    assert second.stopped


def test_an_error_at_the_start_of_a_later_process_is_no_reason_to_end(machine: Machine) -> None:
    machine.start()
    machine.started[0].end(-9)
    machine.turn()
    machine.turn(FIRST_DELAY_S)
    machine.started[-1].end(3, "no broker answered")
    machine.turn()
    machine.turn(3 * FIRST_DELAY_S)
    assert len(machine.started) == 4


def test_if_a_later_process_cannot_be_started_the_others_go_on_and_it_is_tried_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.start()
    machine.started[0].end(-9)
    machine.turn()
    with monkeypatch.context() as broken, capture_logs() as lines:
        broken.setattr(machine.supervisor, "_spawn", _no_server)
        machine.turn(FIRST_DELAY_S)
    assert [(line["event"], line["error"], line["restart_in_s"]) for line in lines] == [
        ("process_ended", "no server", 2 * FIRST_DELAY_S)
    ]
    assert not machine.started[1].stopped
    machine.turn(2 * FIRST_DELAY_S)
    assert len(machine.started) == 3


def test_if_the_first_process_cannot_be_started_the_supervisor_ends(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.supervisor, "_spawn", _no_server)
    with pytest.raises(ProcessFailed, match="no server"):
        machine.supervisor.run(Stop())


def _no_server(_settings: Settings, _hear: Callable[[str, bytes], None]) -> Any:
    raise ProcessFailed("no server", exit_code=1)


def test_a_stop_is_passed_on_and_awaited(machine: Machine) -> None:
    machine.start()
    stop = Stop()
    stop.request("SIGTERM")
    assert machine.supervisor.run(stop) == 0
    assert all(each.stopped for each in machine.started)


def test_each_process_has_a_name_of_its_own_if_the_worker_has_one() -> None:
    places = Supervisor(Settings(instance_id="news"), 3).places
    assert [place.settings.instance_id for place in places] == ["news-0", "news-1", "news-2"]
    assert {place.settings.processes for place in places} == {1}
