"""The command `top` as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import orjson
import pytest

from tests.observe.statuses import status_of
from worker.config.http_address import HttpAddress
from worker.observe.pages import Pages
from worker.observe.reporter import log_keys
from worker.observe.server import serving

TOP = (sys.executable, "-m", "worker", "top")


def top(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*TOP, *arguments], input=stdin, capture_output=True, timeout=60, check=False)


def test_one_frame_of_a_worker_is_printed() -> None:
    with serving(HttpAddress("127.0.0.1", 0), Pages(lambda: [status_of()], 60.0)) as port:
        done = top("--once", f"127.0.0.1:{port}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"crawl-0" in done.stdout


def test_if_nobody_answers_the_exit_code_is_1() -> None:
    done = top("--once", "127.0.0.1:1")
    assert done.returncode == 1
    assert b"127.0.0.1:1: Connection refused" in done.stdout


def test_a_log_is_read_from_standard_input() -> None:
    line = orjson.dumps({"event": "metrics", "level": "info", **log_keys(status_of())})
    done = top("--once", "-", stdin=b"worker-1  | " + line + b"\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"crawl-0" in done.stdout


@pytest.mark.parametrize("address", ["nonsense", "worker:http"])
def test_an_address_that_is_none_is_a_wrong_setting(address: str) -> None:
    done = top("--", address)
    assert done.returncode == 2
    assert b"HOST:PORT" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_terminal_is_left_as_it_was(number: signal.Signals) -> None:
    controller, terminal = os.openpty()
    process = subprocess.Popen([*TOP, "127.0.0.1:1", "--interval", "100ms"], stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = b""
    try:
        while b"\x1b[?1049h" not in shown or b"refused" not in shown:
            shown += os.read(controller, 65536)
        process.send_signal(number)
        assert process.wait(20) == 0
        time.sleep(0.1)
        while b"\x1b[?1049l" not in shown:
            shown += os.read(controller, 65536)
    finally:
        process.kill()
        process.wait()
        os.close(controller)
