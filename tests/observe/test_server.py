from __future__ import annotations

import errno
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from structlog.testing import capture_logs

from worker.config.http_address import HttpAddress
from worker.errors import SettingsError
from worker.observe import server
from worker.observe.pages import Answer
from worker.observe.server import MAX_CONNECTIONS, serving

ANY = HttpAddress("127.0.0.1", 0)


def answer(path: str) -> Answer:
    if path == "/bug":
        raise ZeroDivisionError
    return Answer(503 if path == "/readyz" else 200, "text/plain", f"you asked for {path}".encode())


@pytest.fixture
def port() -> Iterator[int]:
    with serving(ANY, answer) as port:
        yield port


def ask(port: int, method: str, path: str) -> tuple[int, bytes, str | None]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read(), response.getheader("Content-Length")


def test_a_get_request_gets_the_answer(port: int) -> None:
    assert ask(port, "GET", "/livez") == (200, b"you asked for /livez", "20")
    assert ask(port, "GET", "/readyz")[0] == 503


def test_a_head_request_gets_the_answer_without_its_body(port: int) -> None:
    assert ask(port, "HEAD", "/readyz") == (503, b"", "21")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "NONSENSE"])
def test_other_methods_are_refused(port: int, method: str) -> None:
    assert ask(port, method, "/livez")[0] == 501


def test_a_connection_is_closed_after_one_answer(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        with closed_or_reset():
            while part := client.recv(4096):
                received += part
    assert received.count(b"you asked for") == 1


@contextmanager
def closed_or_reset() -> Iterator[None]:
    """A server that closes with unread input resets the connection. Then the client cannot even shut it down."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ECONNRESET, errno.ENOTCONN, errno.EPIPE):
            raise


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\n"])
def test_a_client_that_stops_sending_is_cut_off(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(server, "LONGEST_S", 0.3)
    with serving(ANY, answer) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(sent)
        with closed_or_reset():
            assert client.recv(4096) == b""


def test_a_client_that_sends_a_byte_now_and_then_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for the whole request."""
    monkeypatch.setattr(server, "LONGEST_S", 0.3)
    deadline = time.monotonic() + 20
    with serving(ANY, answer) as port, socket.create_connection(("127.0.0.1", port), timeout=0.05) as client:
        while time.monotonic() < deadline:
            try:
                client.sendall(b"G")
                if not client.recv(4096):
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("the client was not cut off")


def test_with_too_many_connections_the_oldest_is_closed_and_a_probe_is_served_at_once(port: int) -> None:
    with ExitStack() as stack:
        idle = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(2 * MAX_CONNECTIONS)]
        for each in idle:
            stack.enter_context(each)
        began_s = time.monotonic()
        assert ask(port, "GET", "/livez")[0] == 200
        assert time.monotonic() - began_s < server.LONGEST_S / 2
        with closed_or_reset():
            assert idle[0].recv(4096) == b""


@pytest.mark.parametrize(
    "sent", [b"\x00\xff\x16\x03\x01" * 50 + b"\r\n\r\n", b"GET\r\n\r\n", b"G" * 200_000, b"GET / HTTP/9.9\r\n\r\n"]
)
def test_nonsense_is_refused_and_the_server_goes_on(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client, closed_or_reset():
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        client.recv(4096)
    assert ask(port, "GET", "/livez")[0] == 200


def test_a_bug_is_logged_and_the_server_goes_on(port: int) -> None:
    with capture_logs() as lines:
        with pytest.raises(http.client.HTTPException):
            ask(port, "GET", "/bug")
        assert ask(port, "GET", "/livez")[0] == 200
    assert [line["event"] for line in lines] == ["http_failed"]


def test_the_address_that_it_listens_on_is_logged() -> None:
    with capture_logs() as lines, serving(ANY, answer) as port:
        pass
    assert [(line["event"], line["address"]) for line in lines] == [("http_listening", f"127.0.0.1:{port}")]


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do(port: int) -> None:
    advice = rf"cannot listen on 127\.0\.0\.1:{port}: Address already in use. Choose another address with --http"
    with pytest.raises(SettingsError, match=advice), serving(HttpAddress("127.0.0.1", port), answer):
        pass


def test_a_host_that_is_not_this_machine_is_an_error() -> None:
    with (
        pytest.raises(SettingsError, match=r"cannot listen on 192\.0\.2\.1:0"),
        serving(HttpAddress("192.0.2.1", 0), answer),
    ):
        pass


def test_the_server_ends_with_the_body_and_leaves_no_thread() -> None:
    with serving(ANY, answer) as port:
        assert ask(port, "GET", "/livez")[0] == 200
    with pytest.raises(ConnectionRefusedError):
        ask(port, "GET", "/livez")
    assert not any(thread.name == "http" for thread in threading.enumerate())


def test_an_ipv6_address_can_be_used() -> None:
    with (
        serving(HttpAddress("::1", 0), answer) as port,
        closing(http.client.HTTPConnection("::1", port, timeout=30)) as client,
    ):
        client.request("GET", "/livez")
        assert client.getresponse().status == 200
