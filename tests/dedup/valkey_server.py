"""Finds or starts a Valkey or Redis server for the tests.

It tries, in this order:

1. VALKEY_URL: a running server. Tests use names of their own, and remove what they wrote.
2. `valkey-server` or `redis-server` on the PATH, version 7 or later.
3. Docker, with the image valkey/valkey.

Without a server, the tests that need one are skipped. With REQUIRE_VALKEY=1, they fail.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.kafka import servers
from tests.kafka.local_server import guard
from tests.kafka.servers import Unavailable, free_port

IMAGE = "valkey/valkey:8"
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
READY_WITHIN_S = 30

_NAME_VARIABLE = "VALKEY_TESTS_NAME"  # for the processes that a test starts

T = TypeVar("T")


class Server(Protocol):
    """A server that tests can stop and start again, with the same address and, if it is durable, the same data."""

    url: str

    def start(self) -> None:
        """Start the server. It may not be ready when this returns."""

    def kill(self) -> None:
        """Stop the server as a power failure would."""

    def close(self) -> None:
        """Stop the server and remove what it left."""


class Local:
    """A server as a child process, with its data in a temporary folder."""

    def __init__(self, options: Sequence[str], port: int | None = None) -> None:
        self._program = _program()
        self._options = options
        self._home = Path(tempfile.mkdtemp(prefix="article-worker-valkey-"))
        self._port = port or free_port()
        self.url = f"valkey://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server."""
        command = [self._program, "--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._home)]
        with (self._home / "server.log").open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--save", "", *self._options],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self._guard = guard(self._process.pid)

    def kill(self) -> None:
        """End the process at once."""
        process, guard, self._process, self._guard = self._process, self._guard, None, None
        if guard is not None:
            guard.kill()
            guard.communicate()
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait(20)

    def freeze(self) -> None:
        """Make the server silent. It still accepts connections."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the server continue."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)


def _program() -> str:
    tried = []
    for name in ("valkey-server", "redis-server"):
        program = shutil.which(name)
        if program is None:
            tried.append(f"no {name}")
            continue
        shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.search(r"v=(\d+)\.", shown)
        if version and int(version[1]) >= 7:
            return program
        tried.append(f"{program} is too old, or does not run here")
    raise Unavailable(", ".join(tried))


class Docker:
    """A server in a container of the published image, started by testcontainers."""

    def __init__(self, options: Sequence[str]) -> None:
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - only this way needs it

        from tests.kafka.docker_server import _engine, _require_image  # noqa: PLC0415

        client = _engine()
        try:
            _require_image(client, IMAGE)
        finally:
            client.close()
        port = free_port()
        self._container = DockerContainer(IMAGE).with_bind_ports(6379, port)
        self._container.with_command(["valkey-server", "--save", "", *options])
        self.url = f"valkey://{self._container.get_docker_client().host()}:{port}/0"
        self._started = False

    def start(self) -> None:
        """Start the container, or start it again."""
        if self._started:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._started = True

    def kill(self) -> None:
        """End the server at once."""
        self._container.get_wrapped_container().kill()

    def close(self) -> None:
        """Remove the container."""
        if self._started:
            self._container.stop()


def client(url: str, **options: Any) -> redis.Redis:
    """A client for the tests. It never retries. `options` are those of redis-py."""
    return redis.Redis.from_url(
        re.sub("^valkey", "redis", url), retry=Retry(NoBackoff(), 0), socket_timeout=5, **options
    )


def await_ready(url: str, **options: Any) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + READY_WITHIN_S
    with client(url, **options) as asking:
        while True:
            try:
                asking.ping()
            except (redis.ConnectionError, redis.TimeoutError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


def start_own(*options: str) -> Server:
    """A server for one test, which may kill it and start it again. The test closes it.

    Raises:
        Unavailable: there is no server here, and none can be started.
    """
    reasons = []
    ways: tuple[Callable[[Sequence[str]], Server], ...] = (Local, Docker)
    for way in ways:
        try:
            server = way(options)
        except Unavailable as reason:
            reasons.append(str(reason))
            continue
        server.start()
        await_ready(server.url)
        return server
    raise Unavailable(f"no Valkey for the tests ({'; '.join(reasons)})")


def start_local(*options: str) -> Local:
    """Like `start_own`, for a test that needs a process, or options that a container cannot have.

    Raises:
        Unavailable: the program is missing.
    """
    server = Local(options)
    server.start()
    return server


def required(way: Callable[[], T]) -> T:
    """Return what `way` returns. If it cannot, skip the test, or fail it if REQUIRE_VALKEY=1."""
    return servers.required(way, "REQUIRE_VALKEY")


@cache
def _shared_url() -> str:
    if url := os.environ.get("VALKEY_URL"):
        if _NAME_VARIABLE not in os.environ:
            atexit.register(_remove, url, _shared_name())
        return url
    server = start_own()
    atexit.register(server.close)
    return server.url


@cache
def _shared_name() -> str:
    return os.environ.get(_NAME_VARIABLE) or f"test-{uuid.uuid4().hex[:12]}"


def _remove(url: str, name: str) -> None:
    with client(url) as removing:
        for key in removing.scan_iter(f"{{{name}*", count=1000):
            removing.unlink(key)


def shared() -> tuple[str, str]:
    """The URL of a server that all tests of a session share, and the prefix of their names on it."""
    return required(_shared_url), _shared_name()


def environment() -> dict[str, str]:
    """The environment of a process that shares the server and the prefix."""
    url, name = shared()
    return {**os.environ, "VALKEY_URL": url, _NAME_VARIABLE: name}
