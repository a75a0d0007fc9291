from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from worker.messages import Dead, Reason
from worker.page import trial
from worker.page.tree import encode
from worker.page.trial import too_large_a_tree

NONE = 10**9
SLOW = Dead(Reason.TOO_MANY_NODES, "parsing it takes more than 0.5 s")


def try_parse(html: str, max_depth: int, max_elements: int, max_attributes: int) -> Dead | None:
    return trial.try_parse(encode(html), max_depth, max_elements, max_attributes)


def test_a_page_within_its_limits_fits() -> None:
    assert try_parse("<body a=1><p>text</p>", 1, 4, 1) is None
    assert try_parse("", 0, 3, 0) is None
    assert try_parse("\ud800", 0, 3, 0) is None


def test_a_page_over_a_limit_is_dead() -> None:
    assert try_parse("<div><p>text", 1, NONE, NONE) == Dead(Reason.TOO_DEEP, "elements nested more than 1 deep")
    assert try_parse("<p>one<p>two", NONE, 4, NONE) == Dead(
        Reason.TOO_MANY_NODES, "more than 4 elements, including repeated ones"
    )
    assert try_parse("<body a=1><body b=2>", NONE, NONE, 1) == Dead(
        Reason.TOO_MANY_NODES, "an element with more than 1 attributes"
    )


@pytest.mark.parametrize(
    "html",
    ["<div>" * 300_000, "<p " + " ".join(f"a{n}" for n in range(200_000)) + ">"],
    ids=["nested", "attributes"],
)
def test_a_page_that_takes_the_parser_minutes_is_dead_within_a_second(html: str) -> None:
    begin = time.monotonic()
    assert try_parse(html, NONE, NONE, NONE) == SLOW
    assert time.monotonic() - begin < 30


def test_a_page_whose_tree_fills_the_memory_is_dead() -> None:
    html = "<p>" + ("</x a=1>" + "w" * 480) * 9990
    assert try_parse(html, NONE, NONE, NONE) == too_large_a_tree()


def test_the_first_tags_show_that_a_page_would_take_minutes() -> None:
    assert try_parse("<div>" * 300_000, 400, NONE, NONE) == Dead(Reason.TOO_DEEP, "elements nested more than 400 deep")


def test_a_trial_that_was_stopped_from_outside_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [-signal.SIGTERM, -signal.SIGINT, 0]

    def run(*_: Any, **__: Any) -> Any:
        return subprocess.CompletedProcess([], answers.pop(0), stdout=b"fits")

    monkeypatch.setattr(subprocess, "run", run)
    assert try_parse("<p>", NONE, NONE, NONE) is None
    assert not answers


def ignored_by(pid: int) -> set[int]:
    [mask] = re.findall(r"SigIgn:\t(\w+)", Path(f"/proc/{pid}/status").read_text())
    return {number for number in range(1, 64) if int(mask, 16) >> (number - 1) & 1}


def wait_until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_signals_that_stop_a_worker_do_not_end_a_trial() -> None:
    """A service manager sends them to all processes of the service; the worker finishes its article."""
    command = [*trial._COMMAND, "1", "100", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        ignored = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}
        wait_until(lambda: ignored <= ignored_by(process.pid))
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(process.pid, stop)
        process.stdin.write(b"<p>text")
        process.stdin.close()
        assert process.stdout.read() == b"fits"


def test_a_time_limit_of_the_worker_ends_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGALRM)).start()

    def on_alarm(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, on_alarm)
    try:
        with pytest.raises(TimeoutError):
            try_parse("<p>", NONE, NONE, NONE)
    finally:
        signal.signal(signal.SIGALRM, before)
