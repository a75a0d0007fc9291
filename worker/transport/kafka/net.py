"""What kafka-python 3.0.12 leaves to mend in the network half of its clients (docs/upstream.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kafka.net.compat import KafkaNetClient


class NetClient(KafkaNetClient):
    """The network half of every client. `answered` is called, on an IO thread, at every answer of a broker.

    It mends two things of kafka-python 3.0.12. Consumer and admin client start their IO thread first and leave it
    running when the bootstrap fails, one thread and its sockets for every try: here the bootstrap comes first. And
    `allow_auto_create_topics` does not reach the requests for metadata, so that asking for a topic creates it: the
    worker never creates a topic in passing.
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
