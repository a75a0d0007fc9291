"""Judges from its status whether a worker is alive, and whether it is ready."""

from __future__ import annotations

from worker.observe.status import Status

LONG_S = 15.0  # a rebalance of this length is worth a look; the log also tells of it then

_NOT_READY = ("starting", "stopped", "waiting for the Kafka brokers", "waiting for the index server")


def stalled(status: Status, max_age_s: float) -> str:
    """Why the worker is not alive: its loop takes no steps. Empty if it is alive.

    A worker that waits for a server is alive: a restart would not help. One that starts is, too: it gives up by itself.
    """
    age_s = status["heartbeat_age_s"]
    return (
        ""
        if age_s <= max_age_s or status["state"] == "starting"
        else f"no step for {age_s:.0f} s (limit {max_age_s:g} s)"
    )


def unready(status: Status, max_age_s: float) -> str:
    """Why the worker does not process records, or would not if there were any. Empty if it is ready.

    A worker that the group gave no partition is ready.
    """
    state, wait_s = status["state"], status["group_wait_s"]
    if state in _NOT_READY:
        return state
    if state == "waiting for the group" and (status["rebalances"] == 0 or wait_s >= LONG_S):
        return f"waiting for the group for {wait_s:.0f} s"
    return stalled(status, max_age_s)
