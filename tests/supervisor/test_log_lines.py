"""Log lines of a process in the log of the supervisor."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from worker.supervisor.log_lines import pass_on


def passed_on(line: bytes) -> list[Any]:
    with capture_logs() as lines:
        pass_on("news-1", line)
    return lines


def test_a_line_keeps_its_level_and_keys_and_names_its_worker() -> None:
    line = b'{"timestamp":"2026-01-01T00:00:00Z","level":"warning","event":"batch_rewound","records":3}\n'
    assert passed_on(line) == [{"event": "batch_rewound", "log_level": "warning", "records": 3, "instance": "news-1"}]


def test_a_line_that_names_its_worker_keeps_that_name() -> None:
    assert passed_on(b'{"event":"started","level":"info","instance":"host-0"}')[0]["instance"] == "host-0"


def test_the_metrics_of_one_process_are_not_logged() -> None:
    assert passed_on(b'{"event":"metrics","articles_in":3}') == []


@pytest.mark.parametrize("line", [b"Fatal Python error\n", b"\xff\xfe", b"[1]", b"{}", b'{"event":[]}', b"1", b""])
def test_any_other_output_is_logged_as_text(line: bytes) -> None:
    (logged,) = passed_on(line)
    assert (logged["event"], logged["instance"]) == ("process_output", "news-1")
    assert logged["text"] == line.decode(errors="replace").rstrip()


def test_keys_that_structlog_uses_itself_do_no_harm() -> None:
    (logged,) = passed_on(b'{"event":"x","level":"nonsense","method":1,"self":2,"exc_info":true,"stack":3}')
    assert logged["event"] == "x"
