"""Keeps the metadata of a client of kafka-python 3.0.12 up to date."""

from __future__ import annotations

from typing import Any


def restart_if_ended(cluster: Any) -> None:
    """Restart the loop that refreshes the metadata of this cluster, if it has ended.

    It waits for a refresh that somebody else has begun, and ends for good if that fails. Then the client never learns
    that a broker came back with a new leader epoch: it repeats refused fetches for ever, and reads nothing.
    """
    ended = cluster._refresh_loop_future  # noqa: SLF001 - nothing public says it
    if ended is not None and ended.is_done and not cluster.closed:
        cluster._refresh_loop_future = None  # noqa: SLF001
        cluster.start_refresh_loop()
