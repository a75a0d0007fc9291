"""A small HTTP server in a thread of its own. It takes little from the loop, however clients behave."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog

from worker.config.http_address import HttpAddress
from worker.errors import SettingsError, system_words
from worker.observe.pages import Answer

log = structlog.get_logger(__name__)

MAX_CONNECTIONS = 16  # with more, the oldest are closed
LONGEST_S = 5.0  # for a whole request with its answer

_LOOK_S = 0.2  # between two looks for slow clients, and the longest wait at the end


@contextmanager
def serving(address: HttpAddress, answer: Callable[[str], Answer]) -> Iterator[int]:
    """Answer GET and HEAD requests while the body runs. `answer` gets the path. Yields the port.

    Raises:
        SettingsError: the server cannot listen on the address.
    """
    try:
        server = _Server(address, answer)
    except OSError as error:
        words = system_words(error, str(address))
        raise SettingsError(f"cannot listen on {address}: {words}. Choose another address with --http") from error
    port: int = server.server_address[1]
    log.info("http_listening", address=str(address._replace(port=port)))
    thread = threading.Thread(target=server.serve_forever, args=(_LOOK_S,), name="http", daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: HttpAddress, answer: Callable[[str], Answer]) -> None:
        self.answer = answer
        self._since: dict[Any, float] = {}  # when each open connection was accepted
        self.address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        super().__init__((address.host, address.port), _Handler)

    def server_bind(self) -> None:
        """Bind without looking up the name of the host, which may take long."""
        super(ThreadingHTTPServer, self).server_bind()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle a connection in a new thread. If there are too many, end the oldest one: a probe must get through."""
        for oldest in list(self._since)[: max(0, len(self._since) + 1 - MAX_CONNECTIONS)]:
            self._since.pop(oldest, None)
            with suppress(OSError):  # it has just ended
                oldest.shutdown(socket.SHUT_RDWR)
        self._since[request] = time.monotonic()
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._since.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """End the connections of slow clients. Called several times a second."""
        now = time.monotonic()
        for request, since in list(self._since.items()):
            if now - since > LONGEST_S:
                with suppress(OSError):  # it has just ended
                    request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the signature is given
        """Log a bug. A client that goes away is none."""
        error = sys.exception()
        if not isinstance(error, OSError):
            log.error("http_failed", exc_info=error)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version, sys_version = "article-worker", ""
    error_message_format, error_content_type = "%(code)d %(message)s\n", "text/plain; charset=utf-8"
    timeout = LONGEST_S

    def do_GET(self) -> None:
        """Send the answer."""
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        """Send the answer without its body."""
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        answer = self.server.answer(self.path)
        self.send_response(answer.code)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is given
        """Requests are not logged."""
