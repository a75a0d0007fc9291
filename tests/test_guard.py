from __future__ import annotations

import errno
import faulthandler
import json
import mmap
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from worker import guard as guard_module
from worker.errors import IndexStoreError
from worker.guard import RecordGuard
from worker.messages import Dead, MessageId, RawRecord, Reason, Source
from worker.pipeline.pipeline import RecordTimeout
from worker.store.damage import Damage

CompletedProcess = subprocess.CompletedProcess[str]

PREAMBLE = """
import itertools, os, signal, sys
from pathlib import Path
from worker.guard import RecordGuard
from worker.messages import RawRecord, Source
state, slot, offset = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
guard = RecordGuard(state, slot, float(sys.argv[4]), 3)
record = RawRecord(Source("articles.raw", 0, offset), b"x").message_id
"""


def record(offset: int = 0, topic: str = "articles.raw", value: bytes = b"x") -> MessageId:
    return RawRecord(Source(topic, 0, offset), value).message_id


class Processes:
    """The life of one slot: one process after the other. Each is either this process or a child."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.damage = Damage()
        self._here: RecordGuard | None = None

    def start(self, *, timeout_s: float = 60, crash_limit: int = 3) -> RecordGuard:
        """Start the next process: this one."""
        self.end()
        self._here = RecordGuard(self.state_dir, 0, timeout_s, crash_limit, self.damage)
        return self._here

    def end(self) -> None:
        """End this process in order."""
        if self._here is not None:
            self._here.close()
            self._here = None

    def run(self, body: str, *, slot: int = 0, offset: int = 0, timeout_s: float = 60) -> CompletedProcess:
        """Start the next process as a child. It runs this code until it ends in any way."""
        self.end()
        arguments = [sys.executable, "-c", PREAMBLE + body, str(self.state_dir), str(slot), str(offset), str(timeout_s)]
        return subprocess.run(arguments, capture_output=True, text=True, check=False)

    def die_on(self, offset: int = 0, slot: int = 0) -> None:
        """Start the next process as a child that is killed while it processes this record."""
        ended = self.run("with guard(record): os.kill(os.getpid(), signal.SIGKILL)", slot=slot, offset=offset)
        assert ended.returncode == -signal.SIGKILL


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    life = Processes(tmp_path)
    yield life
    life.end()


def spin() -> NoReturn:
    while True:
        pass


# -- the memory of crashes -------------------------------------------------------------------------------------------


def test_a_record_without_a_crash_leaves_no_trace(processes: Processes, tmp_path: Path) -> None:
    with processes.start()(record()) as condemned:
        assert condemned is None
    assert processes.start().leftover is None
    assert not (tmp_path / "crashes.json").exists()


def test_a_record_is_condemned_once_its_crashes_in_a_row_reach_the_limit(processes: Processes) -> None:
    for deaths in (1, 2):
        processes.die_on()
        guard = processes.start()
        assert guard.leftover == ("articles.raw/0/0", deaths)
        with guard(record(1)) as condemned:
            assert condemned is None
    processes.die_on()
    guard = processes.start()
    with guard(record()) as condemned:
        assert condemned == Dead(Reason.CRASH, "this record killed the process 3 times in a row")
    with guard(record(1)) as condemned:
        assert condemned is None


def test_crashes_in_a_later_part_of_a_record_are_counted_separately(processes: Processes) -> None:
    """Otherwise each end of the first part would clear them, and the process would die on the record forever."""
    for deaths in (1, 2, 3):
        ended = processes.run(
            "with guard(record, 0): pass\nwith guard(record, 1): os.kill(os.getpid(), signal.SIGKILL)"
        )
        assert ended.returncode == -signal.SIGKILL
        guard = processes.start()
        assert guard.leftover == ("articles.raw/0/0", deaths)
    with guard(record(), 0) as condemned:
        assert condemned is None
    with guard(record(), 1) as condemned:
        assert condemned == Dead(Reason.CRASH, "this record killed the process 3 times in a row")


def test_a_crash_is_counted_once(processes: Processes) -> None:
    processes.die_on()
    assert processes.start().leftover == ("articles.raw/0/0", 1)
    assert processes.start().leftover is None


def test_a_condemned_record_stays_condemned_when_it_is_read_again(processes: Processes) -> None:
    """The commit of its dead letter may fail."""
    for _ in range(3):
        processes.die_on()
    guard = processes.start()
    for _ in range(2):
        with guard(record()) as condemned:
            assert condemned is not None
    assert processes.start().leftover is None


def test_another_record_at_the_same_place_is_not_blamed(processes: Processes) -> None:
    """A topic that was created again has other records at the same offsets."""
    for _ in range(3):
        processes.die_on()
    with processes.start()(record(value=b"y")) as condemned:
        assert condemned is None
    with processes.start()(record()) as condemned:
        assert condemned is not None


def test_one_success_clears_the_count(processes: Processes) -> None:
    """An operator's kills hit any record. Only a record on which the process dies every time is to blame."""
    for _ in range(2):
        processes.die_on()
    with processes.start()(record()) as condemned:
        assert condemned is None
    processes.die_on()
    assert processes.start().leftover == ("articles.raw/0/0", 1)


def test_kills_on_different_records_condemn_none(processes: Processes, tmp_path: Path) -> None:
    for offset in range(4):
        processes.die_on(offset)
    guard = processes.start()
    for offset in range(4):
        with guard(record(offset)) as condemned:
            assert condemned is None
    assert json.loads((tmp_path / "crashes.json").read_bytes()) == {}


def test_a_stage_error_a_timeout_and_a_panic_do_not_count_as_crashes(processes: Processes, tmp_path: Path) -> None:
    class PanicException(BaseException): ...

    for error in (ValueError, RecordTimeout, PanicException):
        processes.die_on()
        with pytest.raises(error), processes.start()(record()):
            raise error
    assert json.loads((tmp_path / "crashes.json").read_bytes()) == {}


@pytest.mark.parametrize(
    "ending",
    [
        "with guard(record): raise SystemExit(7)",
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\nwith guard(record): os.kill(os.getpid(), signal.SIGTERM)",
        "with guard(record):\n    guard.forget()\n    os._exit(7)",
        "with guard(record): pass\nos._exit(7)",
    ],
)
def test_an_orderly_end_leaves_no_current_record(processes: Processes, ending: str) -> None:
    assert processes.run(ending).returncode == 7
    assert processes.start().leftover is None


def test_an_orderly_end_does_not_clear_the_count_of_the_current_record(processes: Processes) -> None:
    processes.die_on()
    processes.run("with guard(record): raise SystemExit(7)")
    processes.die_on()
    assert processes.start().leftover == ("articles.raw/0/0", 2)


def test_crashes_in_all_slots_count_together(processes: Processes, tmp_path: Path) -> None:
    """When a worker dies on a record, the record moves to another worker, which has been running all the time."""
    elsewhere = RecordGuard(tmp_path, 2, 60, 3)
    for slot in (0, 1, 0):
        processes.die_on(slot=slot)
        with elsewhere(record(1)) as condemned:
            assert condemned is None
    processes.run("pass", slot=0)
    processes.run("pass", slot=1)
    with elsewhere(record()) as condemned:
        assert condemned is not None
    elsewhere.close()


def test_a_success_in_another_slot_counts_too(processes: Processes) -> None:
    for _ in range(2):
        processes.die_on()
    processes.run("pass")
    processes.run("with guard(record): pass", slot=1)
    processes.die_on()
    with processes.start()(record()) as condemned:
        assert condemned is None


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"[" * 100_000, b"\xff\x00"),
        *(
            b'{"articles.raw/0/0 8cdc168300000001": %s}' % deaths
            for deaths in (b'"three"', b"NaN", b"-3", b"1e400", b"true", b"3.5")
        ),
    ],
)
def test_a_damaged_count_file_is_replaced_and_counted_as_damage(
    processes: Processes, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "crashes.json").write_bytes(content)
    with processes.start()(record()) as condemned:
        assert condemned is None
    assert processes.damage.counts == {"crashes": 1}
    processes.die_on()
    assert processes.start().leftover == ("articles.raw/0/0", 1)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff" * 5000,
        b"\x05\x00abcde",
        b"\x12\x00\xff 0123456789abcdef",
        b"\x13\x00ab 0123456789abcde",
        b"\x13\x00ab 0123456789abcdeX",
        b"\xff\x03" + b"a" * 1023,
        b"\xff\xff" + b"a" * 4094,
    ],
)
def test_a_damaged_in_flight_file_names_no_record_and_is_counted_as_damage(
    processes: Processes, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "slots").mkdir()
    (tmp_path / "slots" / "0.inflight").write_bytes(content.ljust(mmap.PAGESIZE, b"\0"))
    guard = processes.start()
    assert guard.leftover is None
    assert processes.damage.counts == {"in_flight": 1}
    assert not (tmp_path / "crashes.json").exists()
    with guard(record()) as condemned:
        assert condemned is None


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("topic", ["é\ud800.jsonl", "x" * 5000])
def test_any_topic_name_can_be_remembered(tmp_path: Path, topic: str, part: int) -> None:
    guard = RecordGuard(tmp_path, 0, 60, 1)
    in_flight = tmp_path / "slots" / "0.inflight"
    with guard(record(5, topic), part):
        as_if_killed_here = in_flight.read_bytes()
    guard.close()
    in_flight.write_bytes(as_if_killed_here)
    guard = RecordGuard(tmp_path, 0, 60, 1)
    with guard(record(5, topic), part) as condemned:
        assert condemned is not None
    with guard(record(6, topic), part) as condemned:
        assert condemned is None
    guard.close()


def test_the_oldest_counts_are_forgotten(processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "MAX_COUNTED", 2)
    processes.die_on()
    processes.start()
    (known,) = json.loads((tmp_path / "crashes.json").read_bytes())
    (tmp_path / "crashes.json").write_text(json.dumps({"a/0/0 0": 1, "b/0/0 0": 2, known: 1}))
    processes.die_on()
    processes.start()
    assert json.loads((tmp_path / "crashes.json").read_bytes()) == {"b/0/0 0": 2, known: 2}


def test_a_count_that_cannot_be_cleared_does_not_fail_the_record(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.die_on()
    guard = processes.start()

    def no_space(_self: Path, _target: Path) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_space)
    with guard(record()) as condemned:
        assert condemned is None


def test_a_state_directory_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(IndexStoreError, match=str(tmp_path / "state")):
        RecordGuard(tmp_path / "state", 0, 60, 3)


def test_a_full_disk_is_reported_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", no_space)
    with pytest.raises(IndexStoreError, match=f"the disk of {tmp_path} is full: free some space, then start again"):
        RecordGuard(tmp_path, 0, 60, 3)


# -- the time limit --------------------------------------------------------------------------------------------------


def test_python_code_that_never_ends_is_interrupted(processes: Processes) -> None:
    with pytest.raises(RecordTimeout, match=r"took longer than 0\.05 s"), processes.start(timeout_s=0.05)(record()):
        spin()


def test_a_stage_that_swallows_the_timeout_gets_it_again(processes: Processes) -> None:
    swallowed: list[RecordTimeout] = []

    def stage() -> None:
        while len(swallowed) < 2:
            try:
                spin()
            except RecordTimeout as timeout:
                swallowed.append(timeout)
        spin()

    with pytest.raises(RecordTimeout), processes.start(timeout_s=0.05)(record()):
        stage()
    assert len(swallowed) == 2


def test_a_slow_regular_expression_is_interrupted(processes: Processes) -> None:
    with pytest.raises(RecordTimeout), processes.start(timeout_s=0.05)(record()):
        re.fullmatch("(a|a)+", "a" * 40 + "b")


def test_no_timer_runs_after_the_record(processes: Processes) -> None:
    guard = processes.start(timeout_s=0.05)
    with pytest.raises(RecordTimeout), guard(record()):
        spin()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_an_alarm_between_records_does_nothing(processes: Processes) -> None:
    guard = processes.start()
    with guard(record()):
        pass
    signal.raise_signal(signal.SIGALRM)


def test_an_alarm_at_the_start_of_the_exit_does_nothing(processes: Processes) -> None:
    """If it raised there, the timer would keep running and strike somewhere else in the worker."""
    guard = processes.start()
    struck = []

    def strike() -> None:
        guard._armed = True
        guard._on_alarm(signal.SIGALRM, sys._getframe(1))
        struck.append(sys._getframe(1).f_code.co_name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "_disarm", strike)
        with guard(record()):
            pass
    assert struck == ["__exit__"]
    guard._armed = False


def test_off_the_main_thread_there_is_no_alarm(tmp_path: Path) -> None:
    seen: list[object] = []

    def work() -> None:
        guard = RecordGuard(tmp_path, 0, 60, 3)
        with guard(record()) as condemned:
            seen.extend([condemned, signal.getitimer(signal.ITIMER_REAL)[0]])
        guard.close()

    before = signal.getsignal(signal.SIGALRM)
    signal.setitimer(signal.ITIMER_REAL, 0)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [None, 0.0]
    assert signal.getsignal(signal.SIGALRM) == before


def test_closing_restores_the_signal_handlers(processes: Processes) -> None:
    unregister: Callable[[int], object] = faulthandler.unregister
    before = signal.getsignal(signal.SIGALRM)
    guard = processes.start()
    assert signal.getsignal(signal.SIGALRM) != before
    guard.close()
    assert signal.getsignal(signal.SIGALRM) == before
    assert not unregister(signal.SIGPROF)  # no handler was left


def test_code_that_never_returns_to_python_ends_the_process_with_its_stacks_shown(processes: Processes) -> None:
    ended = processes.run("def stage(): all(itertools.repeat(True))\nwith guard(record): stage()", timeout_s=0.1)
    assert ended.returncode == -signal.SIGPROF
    assert "in stage" in ended.stderr
    assert processes.start().leftover == ("articles.raw/0/0", 1)


def test_a_record_gets_its_time_limit_and_three_times_as_much_cpu_and_later_an_alarm_each_second(
    processes: Processes,
) -> None:
    with processes.start(timeout_s=10)(record()):
        left_s, again_s = signal.getitimer(signal.ITIMER_REAL)
        assert 9 < left_s <= 10
        assert again_s == pytest.approx(1)
        assert signal.getitimer(signal.ITIMER_PROF)[0] == pytest.approx(30, abs=1)


def test_a_time_limit_of_zero_means_no_limit(processes: Processes) -> None:
    with processes.start(timeout_s=0)(record()):
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0.0
        assert signal.getitimer(signal.ITIMER_PROF)[0] == 0.0
