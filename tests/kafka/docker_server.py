"""A Kafka broker in a container of the published image."""

from __future__ import annotations

import gc
import time
import warnings
from typing import Any

import docker  # type: ignore[import-untyped]
from docker.errors import APIError, DockerException, ImageNotFound  # type: ignore[import-untyped]
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from tests.kafka.servers import CLUSTER_ID, IMAGE, Unavailable, free_port, properties


class Docker:
    """A broker in a container of the published image. testcontainers starts it."""

    _PORT, _LOGIN_PORT = 9092, 9094

    def __init__(self) -> None:
        client = _engine()
        try:
            _require_image(client, IMAGE)
            if not testcontainers_config.ryuk_disabled:
                try:
                    _require_image(client, testcontainers_config.ryuk_image)
                except Unavailable:  # `close` removes the container, unless this process is killed
                    testcontainers_config.ryuk_disabled = True
        finally:
            client.close()
        self._container = DockerContainer(IMAGE)
        host, port, login_port = self._container.get_docker_client().host(), free_port(), free_port()
        self.bootstrap: str = f"{host}:{port}"
        self.login_bootstrap: str | None = f"{host}:{login_port}"
        self._container.with_bind_ports(self._PORT, port).with_bind_ports(self._LOGIN_PORT, login_port)
        self._container.with_envs(CLUSTER_ID=CLUSTER_ID, KAFKA_HEAP_OPTS="-Xmx512m", **self._environment())
        self._started = False

    def _environment(self) -> dict[str, str]:
        """The complete environment, because a single variable drops all defaults of the image."""
        listeners = {
            "PLAINTEXT": (f"0.0.0.0:{self._PORT}", self.bootstrap),
            "LOGIN": (f"0.0.0.0:{self._LOGIN_PORT}", str(self.login_bootstrap)),
            "INTERNAL": ("0.0.0.0:19092", "localhost:19092"),
            "CONTROLLER": ("0.0.0.0:9093", "localhost:9093"),
        }
        return {variable(key): value for key, value in properties(listeners, "/var/lib/kafka/data").items()}

    def start(self) -> None:
        """Start the container, or start it again."""
        if self._started:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._started = True

    def stop(self) -> None:
        """Ask the broker to stop, and wait for it."""
        self._container.get_wrapped_container().stop(timeout=20)

    def kill(self) -> None:
        """End the broker at once."""
        self._container.get_wrapped_container().kill()

    def alive(self) -> bool:
        """Whether the container runs."""
        self._container.reload()
        return self._container.status == "running"

    def log(self) -> str:
        """The end of the container's output."""
        return b"".join(self._container.get_logs()).decode(errors="replace")[-3000:]

    def close(self) -> None:
        """Remove the container and its volumes."""
        self._container.stop()


def variable(key: str) -> str:
    """The environment variable that sets a property in the image."""
    return "KAFKA_" + key.upper().replace("_", "__").replace("-", "___").replace(".", "_")


def _engine() -> Any:
    with warnings.catch_warnings():
        # If no engine answers, the client leaves its socket to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            return docker.from_env(timeout=10)  # requests the version of the engine
        except (DockerException, OSError):
            pass
        gc.collect()
    raise Unavailable("no Docker engine answers")


def _require_image(client: Any, image: str) -> None:
    """Pull the image if it is missing, within a minute."""
    try:
        client.images.get(image)
    except ImageNotFound:
        _pull(client, image, deadline=time.monotonic() + 60)


def _pull(client: Any, image: str, deadline: float) -> None:
    try:
        for step in client.api.pull(image, stream=True, decode=True):
            if "error" in step:
                raise Unavailable(f"no image {image}, and it cannot be pulled: {step['error']}")
            if time.monotonic() > deadline:
                raise Unavailable(f"no image {image}, and pulling it takes too long")
    except (APIError, OSError) as error:
        raise Unavailable(f"no image {image}, and it cannot be pulled: {error}") from error
