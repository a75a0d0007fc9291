from __future__ import annotations

import errno
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from worker.errors import InstallationError
from worker.messages import Dead, Reason
from worker.page import trial
from worker.page.tree import encode
from worker.page.trial import too_large_a_tree
from worker.pipeline.pipeline import RecordTimeout

NONE = 10**9
SLOW = Dead(Reason.TOO_MANY_NODES, "parsing it takes more than 0.5 s")


def try_parse(html: str, max_depth: int, max_elements: int, max_attributes: int) -> Dead | None:
    return trial.try_parse(encode(html), max_depth, max_elements, max_attributes)


def test_a_page_within_its_limits_fits() -> None:
    assert try_parse("<body a=1><p>text</p>", 1, 4, 1) is None
    assert try_parse("", 0, 3, 0) is None
    assert try_parse("\ud800", 0, 3, 0) is None


def test_the_process_imports_no_large_package() -> None:
    """It starts in 30 ms; numpy alone would take three times as long."""
    look = "import sys, worker.page.trial_parse; print(sorted({'numpy', 'worker.text.cleaning'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_page_over_a_limit_is_rejected() -> None:
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
def test_a_page_that_would_take_the_parser_minutes_is_rejected_within_a_second(html: str) -> None:
    begin = time.monotonic()
    assert try_parse(html, NONE, NONE, NONE) == SLOW
    assert time.monotonic() - begin < 30


def test_a_page_whose_tree_exceeds_the_memory_limit_is_rejected() -> None:
    html = "<p>" + ("</x a=1>" + "w" * 480) * 9990
    assert try_parse(html, NONE, NONE, NONE) == too_large_a_tree()


def test_the_first_tags_show_that_a_page_would_take_minutes() -> None:
    assert try_parse("<div>" * 300_000, 400, NONE, NONE) == Dead(Reason.TOO_DEEP, "elements nested more than 400 deep")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The results of the trial processes, in order."""
    made: list[Any] = []

    def run(command: list[str], **_: Any) -> Any:
        answer = made.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return subprocess.CompletedProcess(command, answer, stdout=b"fits", stderr=b"Traceback\nImportError: no parser")

    monkeypatch.setattr(subprocess, "run", run)
    return made


def test_a_trial_that_failed_for_another_reason_is_repeated(answers: list[Any]) -> None:
    answers += [-signal.SIGTERM, -signal.SIGKILL, 0]
    assert try_parse("<p>", NONE, NONE, NONE) is None
    assert not answers


@pytest.mark.parametrize("end", [signal.SIGPROF, signal.SIGSEGV])
def test_a_page_that_crashes_its_trial_is_rejected(answers: list[Any], end: signal.Signals) -> None:
    answers += [-end]
    assert try_parse("<p>", NONE, NONE, NONE) == SLOW


def test_a_trial_that_keeps_failing_raises_an_error(answers: list[Any]) -> None:
    answers += [1, 1, 1]
    with pytest.raises(trial.TrialError, match="in a separate process: exit code 1 ImportError: no parser"):
        try_parse("<p>", NONE, NONE, NONE)


def test_a_process_that_cannot_be_started_raises_an_error(answers: list[Any]) -> None:
    answers += [OSError(errno.EMFILE, "Too many open files")]
    with pytest.raises(InstallationError, match="Too many open files"):
        try_parse("<p>", NONE, NONE, NONE)


def test_signals_that_stop_a_worker_do_not_stop_a_trial() -> None:
    """A service manager sends them to all processes of the service, but the worker still finishes its article."""
    code = (
        "import os, signal, sys; sys.path += sys.argv[1:3]; from worker.page import trial_parse; trial_parse._restrict()\n"
        "for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): os.kill(os.getpid(), stop)\n"
        "print('alive')"
    )
    command = [*(code if part == trial._CODE else part for part in trial._COMMAND)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "alive\n"


def test_a_time_limit_of_the_worker_ends_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import os, signal, time; os.kill(os.getppid(), signal.SIGALRM); time.sleep(60)"
    monkeypatch.setattr(trial, "_COMMAND", (sys.executable, "-c", code))

    def on_alarm(*_: object) -> None:
        raise RecordTimeout

    before = signal.signal(signal.SIGALRM, on_alarm)
    try:
        with pytest.raises(RecordTimeout):
            try_parse("<p>", NONE, NONE, NONE)
    finally:
        signal.signal(signal.SIGALRM, before)
