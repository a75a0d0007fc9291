"""Works around bugs in the network part of the clients of kafka-python 3.0.12 (docs/upstream.md), and reads faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kafka.errors import KafkaConnectionError
from kafka.net import manager
from kafka.net.compat import KafkaNetClient
from kafka.net.transport import KafkaTCPTransport

_READ_BYTES: Final = 256 << 10


class _PlainTransport(KafkaTCPTransport):
    """Reads up to 256 KB at once. kafka-python reads 4 KB: each a system call and a wait for Python's lock."""

    _sock: Any

    def _sock_recv(self) -> tuple[bytes, KafkaConnectionError | None]:
        try:
            data = self._sock.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return b"", None
        except OSError as error:
            return b"", KafkaConnectionError(error)
        return data, None if data else KafkaConnectionError("socket disconnected")


manager.KafkaTCPTransport = _PlainTransport  # type: ignore[attr-defined]


class NetClient(KafkaNetClient):
    """The network part of every client. It calls `answered` on an IO thread whenever a broker answers.

    It works around two bugs of kafka-python 3.0.12:

    * Consumer and admin client start their IO thread before the bootstrap, and leave it running with its sockets if the
      bootstrap fails. Here the bootstrap comes first.
    * `allow_auto_create_topics` does not reach the metadata requests, so asking for a topic creates it. Here the
      setting is applied to them.
    """

    _manager: Any

    def __init__(self, answered: Callable[[], None] = lambda: None, **config: Any) -> None:
        super().__init__(**config)
        self._manager.cluster.config["allow_auto_create_topics"] = False
        send = self._manager.send

        def send_and_tell(*arguments: Any, **named: Any) -> Any:
            return send(*arguments, **named).add_callback(lambda _: answered())

        self._manager.send = send_and_tell
        try:
            self.get_broker_version(config["bootstrap_timeout_ms"])  # type: ignore[no-untyped-call]
        except BaseException:
            self.close()
            raise
