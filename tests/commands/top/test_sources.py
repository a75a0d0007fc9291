"""Where `top` gets the statuses from: real ports, and log lines as they come."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import closing, suppress

import orjson
import pytest

from tests.observe.statuses import status_of
from worker.commands.top import sources
from worker.commands.top.fleet import Fleet
from worker.commands.top.sources import LogLines, Ports, read_status
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


def heard(fleet: Fleet, *lines: bytes) -> None:
    """Let the fleet hear these lines, through a pipe."""
    read, write = os.pipe()
    log = LogLines(read)
    log.start()
    for line in lines:
        os.write(write, line + b"\n")
    os.close(write)
    assert log.ended.wait(10)
    log.look(fleet)
    os.close(read)


def test_log_lines_are_heard_whatever_stands_before_them(fleet: Fleet) -> None:
    heard(
        fleet,
        *(b"starting", b"worker-1  | " + metrics_line("a"), metrics_line("b"), b"{broken", b"", b"[]", b"\xff"),
        b'{"event":[],"level":["warning"]}',
    )
    assert sorted(fleet.workers) == ["a", "b"]


def test_the_warnings_of_a_log_are_noted(fleet: Fleet) -> None:
    levels = ("debug", "info", "warning", "error")
    heard(
        fleet,
        *(orjson.dumps({"event": level, "level": level, "timestamp": level, "error": "slow"}) for level in levels),
    )
    assert [(line["event"], line["detail"]) for line in fleet.warnings] == [
        ("error", "error: slow"),
        ("warning", "error: slow"),
    ]


def test_a_log_of_another_version_is_named_and_the_other_workers_are_seen(fleet: Fleet) -> None:
    heard(fleet, b'{"event":"metrics","articles_in":3}', metrics_line("b"))
    assert "another version" in fleet.unreachable["log"]
    assert list(fleet.workers) == ["b"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "dancing"},
        {"articles_in": "7"},
        {"articles_in": True},
        {"instance": {}},
        {"kinds": None},
        {"worst_hosts": "x"},
        {"worst_hosts": [{"host": "a"}]},
        {"time_share": {"x": "y"}},
        {"interval": {}},
        {"lag_s": float("nan")},
    ],
    ids=str,
)
def test_a_status_with_a_value_of_another_type_is_of_another_version(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="another version"):
        read_status({**status_of(), **wrong})


def test_a_status_may_have_more_keys_than_this_version_knows() -> None:
    assert read_status({**status_of(), "new_key": 1}).keys() == status_of().keys()


def test_of_a_log_between_two_looks_the_latest_status_counts_and_an_endless_line_is_forgotten(fleet: Fleet) -> None:
    line = b"worker-1  | " + metrics_line("a", articles_in=1)
    heard(fleet, *[line] * 1000, b"x" * 3_000_000, metrics_line("a", articles_in=2))
    assert fleet.workers["a"].status["articles_in"] == 2


def test_a_port_that_drips_its_answer_holds_up_nobody(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TIMEOUT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server, serving(ANY, Pages(lambda: [status_of()], 60.0)) as port:

        def drip() -> None:
            with suppress(OSError), server.accept()[0] as client:
                while True:
                    client.sendall(b"H")
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        began_s = time.monotonic()
        dripping = HttpAddress("127.0.0.1", server.getsockname()[1])
        Ports([dripping, HttpAddress("127.0.0.1", port)]).look(fleet)
    assert time.monotonic() - began_s < 10
    assert list(fleet.workers) == ["crawl-0"]
    assert list(fleet.unreachable) == [str(dripping)]
