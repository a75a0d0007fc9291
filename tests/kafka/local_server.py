"""A Kafka broker without Docker: Java, and jars that Maven fetches once by their coordinates."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.kafka.servers import CLUSTER_ID, VERSION, Unavailable, free_port, properties

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>kafka</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>
"""

# Only the first compiler and one collector thread: a test broker lives for seconds, on a shared machine.
_OPTIONS = (
    "-Xmx512m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)


def cache_dir() -> Path:
    """Where the jars are kept between runs."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "article-worker-tests"


def jars() -> Path:
    """The directory with Kafka's jars. Maven fetches them the first time.

    Raises:
        Unavailable: the jars are not cached and cannot be fetched.
    """
    target = cache_dir() / f"kafka-{VERSION}"
    if target.is_dir():
        return target
    if not shutil.which("mvn"):
        raise Unavailable("no mvn to fetch Kafka's jars")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        libs = _fetch(Path(scratch))
        try:
            libs.rename(target)
        except OSError:  # another session was faster
            if not target.is_dir():
                raise
    return target


def _fetch(scratch: Path) -> Path:
    pom, libs = scratch / "pom.xml", scratch / "libs"
    pom.write_text(_POM)
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={libs}", "-DincludeScope=runtime"]
    try:
        done = subprocess.run(
            ["mvn", "-q", "-B", "-f", pom, *goal], capture_output=True, text=True, check=False, timeout=240
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable("Maven takes too long to fetch Kafka's jars") from error
    if done.returncode:
        raise Unavailable(f"Maven could not fetch Kafka's jars: {(done.stdout + done.stderr).strip()[:300]}")
    return libs


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if not found:
        raise Unavailable("no java (17 or later)")
    return found


@dataclass(frozen=True, slots=True)
class Node:
    """The settings of one broker: its place in a cluster, more listeners, changed properties."""

    number: int = 1
    controllers: Mapping[int, str] = field(default_factory=dict)  # of all nodes; empty for a single broker
    listeners: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # without a login: bound address, advertised address
    changes: Mapping[str, str] = field(default_factory=dict)


class Local:
    """A broker as a child process. Its data is in a temporary folder, and survives `stop` and `kill`."""

    def __init__(self, node: Node = Node()) -> None:
        self._java = _java()
        self._classpath = f"{jars()}/*"
        self._home = Path(tempfile.mkdtemp(prefix="article-worker-kafka-"))
        addresses = {name: free_address() for name in ("PLAINTEXT", "LOGIN", "CONTROLLER")}
        if node.controllers:
            addresses["CONTROLLER"] = node.controllers[node.number]
        self.bootstrap: str = addresses["PLAINTEXT"]
        self.login_bootstrap: str | None = addresses["LOGIN"]
        listeners = {name: (at, at) for name, at in addresses.items()} | dict(node.listeners)
        settings = properties(listeners, str(self._home / "data"), node.number, node.controllers)
        settings |= node.changes
        (self._home / "server.properties").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        try:
            self._format()
        except BaseException:
            self.close()
            raise

    def _command(self, *arguments: str) -> list[str]:
        return [self._java, *_OPTIONS, "-cp", self._classpath, *arguments]

    def _format(self) -> None:
        config = str(self._home / "server.properties")
        command = self._command("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", config)
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise Unavailable(f"Kafka's storage tool failed (Java 17 or later is needed): {done.stderr.strip()[:300]}")

    def start(self) -> None:
        """Start the broker."""
        with (self._home / "broker.log").open("ab") as output:
            self._process = subprocess.Popen(
                self._command("kafka.Kafka", str(self._home / "server.properties")),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self._guard = guard(self._process.pid)

    def stop(self) -> None:
        """Ask the broker to stop, and wait for it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the broker's process group."""
        self._end(signal.SIGKILL)

    def _end(self, with_signal: signal.Signals) -> None:
        process, guard, self._process, self._guard = self._process, self._guard, None, None
        if guard is not None:
            guard.kill()
            guard.communicate()
        if process is None:
            return
        for each in (with_signal, signal.SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, each)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                continue
            return

    def alive(self) -> bool:
        """Whether the broker's process runs."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """The end of the broker's log."""
        return (self._home / "broker.log").read_text(errors="replace")[-3000:]

    def close(self) -> None:
        """Stop the broker and remove its folder."""
        self._end(signal.SIGTERM)
        shutil.rmtree(self._home, ignore_errors=True)


def free_address() -> str:
    """A HOST:PORT on this machine on which nothing listens."""
    return f"127.0.0.1:{free_port()}"


def guard(group: int) -> subprocess.Popen[bytes]:
    """Start a process that kills the process group as soon as this process ends for any reason and the pipe closes."""
    return subprocess.Popen(
        ["sh", "-c", f"read -r _; kill -9 -{group}"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
