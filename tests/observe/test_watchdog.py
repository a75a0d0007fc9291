from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from worker.observe.watchdog import tell, watching


class Dog:
    """A watchdog that counts the signs of life. The second cannot be sent."""

    timeout_td = timedelta(seconds=60)

    def __init__(self) -> None:
        self.told = 0

    def notify(self) -> None:
        self.told += 1
        if self.told == 2:
            raise ConnectionRefusedError


def tell_with(reasons: list[str]) -> tuple[int, list[float], list[str]]:
    """The signs of life, the waits in seconds, and the logged reasons while `stalled` answers these reasons."""
    dog, asked, ends, answers = Dog(), list[float](), iter([False] * (len(reasons) - 1) + [True]), iter(reasons)

    def ended_within(seconds: float) -> bool:
        asked.append(seconds)
        return next(ends)

    with capture_logs() as lines:
        tell(dog, lambda: next(answers), ended_within)
    return dog.told, asked, [line["reason"] for line in lines if line["event"] == "stalled"]


def test_a_worker_that_is_alive_gives_a_sign_of_life_twice_in_each_timeout() -> None:
    assert tell_with(["", "", ""]) == (3, [30.0] * 3, [])


def test_a_worker_that_stalls_gives_none_and_logs_why() -> None:
    assert tell_with(["", "no step for 99 s", ""]) == (2, [30.0] * 3, ["no step for 99 s"])


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket in place of systemd's, and the environment of a unit with WatchdogSec=20ms."""
    path = str(tmp_path / "notify")
    for name, value in {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": str(os.getpid())}.items():
        monkeypatch.setenv(name, value)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(path)
        server.settimeout(20)
        yield server


def test_systemd_hears_the_signs_of_life(systemd: socket.socket) -> None:
    with watching(lambda: ""):
        assert systemd.recv(100) == b"WATCHDOG=1\n"


def test_no_thread_runs_if_the_unit_has_no_watchdog(systemd: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC")
    before = threading.active_count()
    with watching(lambda: ""):
        assert threading.active_count() == before
