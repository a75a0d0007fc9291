"""Transactional calls of the client never time out. This makes each of them end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kafka.errors import KafkaTimeoutError


def bounded(call: Callable[[], None], limit_s: float) -> None:
    """Make a call that may never return. After `limit_s`, abandon it on its daemon thread.

    Raises:
        KafkaTimeoutError: the call did not return in time.
        Exception: the exception that the call raised.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            raised.append(error)

    thread = threading.Thread(target=run, name="transaction", daemon=True)
    thread.start()
    thread.join(limit_s)
    if thread.is_alive():
        raise KafkaTimeoutError(f"no answer from the transaction coordinator within {limit_s:g} s")
    if raised:
        raise raised[0]
