"""Notices in its heartbeats that a member has lost its instance id to another one.

kafka-python 3.0.12 logs that, stops the heartbeats, and does not raise: a worker with nothing to commit would never
find out, and would look healthy.
"""

from __future__ import annotations

from typing import Any

from kafka.errors import FencedInstanceIdError


class Heartbeats:
    """Watches the heartbeats of a coordinator, which the client sends on its IO thread; `check` runs in any other."""

    def __init__(self, coordinator: Any) -> None:
        self._coordinator = coordinator
        self._send = coordinator._send_heartbeat_request  # noqa: SLF001 - the client has no public hook
        self._error: FencedInstanceIdError | None = None
        coordinator._send_heartbeat_request = self._watched  # noqa: SLF001

    def check(self) -> None:
        """Look whether this member is still the one with its instance id.

        Raises:
            FencedInstanceIdError: another member has joined with the same instance id.
        """
        if self._error is not None:
            raise self._error

    async def _watched(self) -> Any:
        generation = self._coordinator._generation  # noqa: SLF001
        try:
            return await self._send()
        except FencedInstanceIdError as error:
            # A member that rejoins gets a new id. The answer to a heartbeat under its old one then means nothing.
            if self._coordinator._generation is generation:  # noqa: SLF001
                self._error = error
            raise
