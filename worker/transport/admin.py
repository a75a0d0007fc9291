"""An admin client for as long as a question or two take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient

from worker.settings import Settings
from worker.transport import clients


@contextmanager
def connected(settings: Settings) -> Iterator[KafkaAdminClient]:
    """A client that is connected, and closed at the end.

    Raises:
        ConnectError: no broker answered within connect_timeout.
    """
    admin = clients.connect(lambda: KafkaAdminClient(**clients.admin_config(settings)), settings)
    try:
        yield admin
    finally:
        admin.close()
