"""`run --processes` as a command, as far as it gets without a broker."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN = (sys.executable, "-m", "worker", "run", "--processes", "2", "--bootstrap-servers", "127.0.0.1:1")


def test_without_a_broker_the_command_ends_with_the_message_and_the_exit_code_of_a_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [*RUN, "--connect-timeout", "1s", "--state-dir", str(tmp_path), "--log-format", "json"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith("article-worker: no Kafka broker answered")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_stop_while_the_processes_connect_ends_them(tmp_path: Path, number: signal.Signals) -> None:
    command = [*RUN, "--connect-timeout", "60s", "--state-dir", str(tmp_path), "--http", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            while "http_listening" not in process.stderr.readline():
                assert process.poll() is None
            time.sleep(0.5)
            process.send_signal(number)
            assert process.wait(60) == 0
        finally:
            process.kill()


def test_files_are_read_by_one_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "worker", "run", "--files", str(tmp_path), "--processes", "2"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "files are read by one process" in done.stderr
