"""Where `top` gets the statuses from: real ports, and log lines as they come."""

from __future__ import annotations

import io
import socket
import time
from contextlib import closing

import orjson
import pytest

from tests.observe.statuses import status_of
from worker.commands.top.fleet import Fleet
from worker.commands.top.sources import LogLines, Ports, hear_line
from worker.config.http_address import HttpAddress
from worker.observe.pages import Answer, Pages
from worker.observe.reporter import log_keys
from worker.observe.server import serving

ANY = HttpAddress("127.0.0.1", 0)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(time.monotonic)


def metrics_line(instance: str = "crawl-0", **changes: object) -> bytes:
    return orjson.dumps({"event": "metrics", "level": "info", **log_keys(status_of(instance, **changes))})


def test_all_workers_behind_all_ports_are_seen(fleet: Fleet) -> None:
    one, two = Pages(lambda: [status_of("a"), status_of("b")], 60.0), Pages(lambda: [status_of("c")], 60.0)
    with serving(ANY, one) as first, serving(ANY, two) as second:
        Ports([HttpAddress("127.0.0.1", first), HttpAddress("localhost", second)]).look(fleet)
    assert sorted(fleet.workers) == ["a", "b", "c"]
    assert fleet.unreachable == {}


def test_a_port_that_does_not_answer_is_named_with_the_reason_and_the_others_are_seen(fleet: Fleet) -> None:
    with closing(socket.socket()) as nobody, serving(ANY, Pages(lambda: [status_of()], 60.0)) as port:
        nobody.bind(("127.0.0.1", 0))
        silent = HttpAddress(*nobody.getsockname())
        Ports([silent, HttpAddress("127.0.0.1", port), HttpAddress("no-such-host.invalid", 1)]).look(fleet)
    assert list(fleet.workers) == ["crawl-0"]
    assert fleet.unreachable == {str(silent): "Connection refused", "no-such-host.invalid:1": "unknown host"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(404, "text/plain", b"no"), "answered 404"),
        (Answer(200, "text/html", b"<html>"), ""),
        (Answer(200, "application/json", b"[1]"), "not the status of a worker"),
        (Answer(200, "application/json", b'{"instance":"a"}'), "another version"),
    ],
)
def test_a_port_of_something_else_is_no_worker(fleet: Fleet, answer: Answer, reason: str) -> None:
    with serving(ANY, lambda _path: answer) as port:
        Ports([HttpAddress("127.0.0.1", port)]).look(fleet)
    assert fleet.workers == {}
    assert reason in fleet.unreachable[f"127.0.0.1:{port}"]


def test_log_lines_are_heard_whatever_stands_before_them(fleet: Fleet) -> None:
    log = b"\n".join(
        [b"starting", b"worker-1  | " + metrics_line("a"), metrics_line("b"), b"{broken", b"", b"[]", b"\xff"]
    )
    lines = LogLines(io.BytesIO(log))
    lines.start()
    assert lines.ended.wait(10)
    lines.look(fleet)
    assert sorted(fleet.workers) == ["a", "b"]


def test_the_warnings_of_a_log_are_noted(fleet: Fleet) -> None:
    for level in ("debug", "info", "warning", "error"):
        hear_line(fleet, orjson.dumps({"event": level, "level": level, "timestamp": level, "error": "slow brokers"}))
    assert [(line["event"], line["detail"]) for line in fleet.warnings] == [
        ("error", "error: slow brokers"),
        ("warning", "error: slow brokers"),
    ]


def test_a_log_of_another_version_is_named(fleet: Fleet) -> None:
    hear_line(fleet, b'{"event":"metrics","articles_in":3}')
    assert "another version" in fleet.unreachable["log"]
