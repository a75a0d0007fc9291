from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from worker.observe import outlet as module
from worker.observe.outlet import Outlet


class Reader(io.StringIO):
    """A stream whose reader can stop reading."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = threading.Event()
        self.reads.set()

    def write(self, text: str) -> int:
        assert self.reads.wait(60)
        return super().write(text)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def outlet(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outlet]:
    """An outlet with room for 20 characters."""
    monkeypatch.setattr(module, "MAX_WAITING_CHARS", 20)
    made = Outlet(reader, lambda count: f"<{count}>")
    yield made
    reader.reads.set()
    made.close()


def written(outlet: Outlet, reader: Reader) -> str:
    assert outlet.drain(60)
    return reader.getvalue()


def test_lines_are_written_in_order(outlet: Outlet, reader: Reader) -> None:
    for text in ("a\n", "b\n", "c\n"):
        assert outlet.write(text) == 2
    assert written(outlet, reader) == "a\nb\nc\n"


def test_a_reader_that_stops_blocks_nobody_and_gets_everything_later(outlet: Outlet, reader: Reader) -> None:
    reader.reads.clear()
    for text in "abcdefgh":
        outlet.write(text)
    assert not outlet.drain(0)
    reader.reads.set()
    assert written(outlet, reader) == "abcdefgh"


def test_lines_beyond_the_room_are_dropped_and_replaced_by_their_number(outlet: Outlet, reader: Reader) -> None:
    reader.reads.clear()
    for text in ("first", "x" * 15, "lost", "lost", "lost"):
        outlet.write(text)
    reader.reads.set()
    assert outlet.drain(60)
    outlet.write("next")
    assert written(outlet, reader) == "first" + "x" * 15 + "<3>next"
    outlet.write("more")
    assert written(outlet, reader).endswith("<3>nextmore")


def test_after_a_loss_lines_are_accepted_once_half_of_the_room_is_free(reader: Reader) -> None:
    """Otherwise, with a slow reader, every second line would be a notice about dropped lines."""
    outlet = Outlet(reader, lambda count: f"<{count}>")
    outlet._waiting_chars, outlet._dropped = module.MAX_WAITING_CHARS // 2, 1
    outlet.write("lost")
    outlet._waiting_chars -= 10
    outlet.write("next")
    assert written(outlet, reader) == "<2>next"
    outlet.close()


def test_at_the_end_the_waiting_lines_and_the_number_of_lost_ones_are_written(outlet: Outlet, reader: Reader) -> None:
    reader.reads.clear()
    outlet.write("x" * 18)
    outlet.write("lost")
    threading.Timer(0.05, reader.reads.set).start()
    outlet.close()
    assert reader.getvalue() == "x" * 18 + "<1>"


def test_the_end_does_not_wait_for_a_reader_that_stopped(
    outlet: Outlet, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_WAIT_S", 0.01)
    reader.reads.clear()
    outlet.write("a")
    outlet.close()
    assert reader.getvalue() == ""


def test_after_the_end_a_line_is_lost_without_an_error(outlet: Outlet, reader: Reader) -> None:
    outlet.close()
    outlet.close()
    outlet.write("late")
    assert reader.getvalue() == ""


def test_an_exception_from_a_signal_handler_leaves_the_outlet_intact(outlet: Outlet, reader: Reader) -> None:
    """The time limit of an article raises one like this, wherever the stage is."""

    class Alarm(BaseException):
        pass

    def on_alarm(_signal: int, _frame: FrameType | None) -> None:
        raise Alarm

    previous = signal.signal(signal.SIGALRM, on_alarm)
    raised = 0
    try:
        for _ in range(300):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0005)
                while True:
                    outlet.write("line\n")
            except Alarm:
                raised += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert raised == 300
    other = threading.Thread(target=outlet.write, args=("last\n",), daemon=True)
    other.start()
    other.join(60)
    assert not other.is_alive()
    assert written(outlet, reader).endswith("last\n")


# -- the whole process ---------------------------------------------------------------------------------------------

ARTICLE = {"url": "https://example.org/a", "text": "word " * 200, "title": "A title"}


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_worker_whose_log_nobody_reads_finishes_its_input(tmp_path: Path, full_pipe: int, unbuffered: str) -> None:
    (tmp_path / "articles.raw.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    command = [sys.executable, "-m", "worker", "run", "--files", str(tmp_path), "--metrics-interval", "1ms"]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(command, stderr=full_pipe, env=environment, timeout=60, check=False)
    assert done.returncode == 0
    assert len((tmp_path / "articles.quality.jsonl").read_text().splitlines()) == 1


def test_a_worker_that_cannot_continue_exits_with_its_code_even_if_nobody_reads_why(
    tmp_path: Path, full_pipe: int
) -> None:
    command = [sys.executable, "-m", "worker", "run", "--files", str(tmp_path / "none")]
    done = subprocess.run(command, stderr=full_pipe, timeout=60, check=False)
    assert done.returncode == 5


FLOOD = """
import structlog, sys
from worker.observe import logs
logs.configure("json", "info")
for number in range(3000):
    structlog.get_logger().info("line", number=number, text="x" * 10_000)
print("done", flush=True)
sys.stdin.readline()
structlog.get_logger().info("last")
"""


def test_every_line_is_read_or_counted_when_the_reader_comes_back() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FLOOD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "done\n"
        first = [json.loads(process.stderr.readline()) for _ in range(600)]
        process.stdin.write("\n")
        process.stdin.flush()
        rest = [json.loads(line) for line in process.stderr]
    *lines, dropped, last = [*first, *rest]
    assert process.returncode == 0
    assert [line["number"] for line in lines] == list(range(len(lines)))
    assert (dropped["event"], dropped["count"]) == ("log_lines_dropped", 3000 - len(lines))
    assert last["event"] == "last"
