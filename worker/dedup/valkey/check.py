"""Checks an index server without writing to the index: login, rights, version, memory, durability, clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from worker.config.index_address import Address
from worker.dedup.valkey.names import Names
from worker.dedup.valkey.server import Server
from worker.dedup.valkey.state import State
from worker.errors import IndexStoreError
from worker.findings import Finding, fault, ok, warning

SKEW_S = 30.0
_NEARLY_FULL = 0.8

_TRIAL = """#!lua
-- Writes a key that the index does not use, and removes it.
redis.call('HSET', KEYS[1], 'field', 'value')
redis.call('UNLINK', KEYS[1])
return 1
"""


def check(
    address: Address,
    names: Names,
    waiting: Callable[[], None],
    if_empty: Callable[[], None],
    *,
    clock: Callable[[], float] = time.time,
) -> Iterator[Finding]:
    """What a worker would meet on the server.

    `waiting` is called while the server is away; it raises to end the wait. `if_empty` is called if the index is empty.
    """
    about = f"index server {address}"
    server = Server(address, waiting)
    try:
        server.check(warn=False)
        info = server.patiently(lambda: dict(server.client.info()))
        server.patiently(lambda: server.client.register_script(_TRIAL)(keys=[f"{names.prefix}check"]))
        yield _index(server, names, about, if_empty)
        yield from _warnings(info, about)
        yield from _skew(server, about, clock)
    except IndexStoreError as error:
        yield fault(about, error)
    finally:
        server.close()


def _index(server: Server, names: Names, about: str, if_empty: Callable[[], None]) -> Finding:
    state = State(server, names)
    is_empty = not state.unpacked(server.patiently(state.read)).live
    if is_empty:
        if_empty()
    holds = "is empty" if is_empty else "holds articles"
    return ok(about, f"index {names.name} {holds}; this user may read and write it")


def _warnings(info: Mapping[str, Any], about: str) -> Iterator[Finding]:
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield warning(
            about,
            f"maxmemory-policy is {policy}: articles are forgotten when memory is short. Set it to noeviction",
        )
    if not info.get("aof_enabled"):
        yield warning(about, "appendonly is off: articles are forgotten when the server restarts. Set appendonly yes")
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    if most and used > most * _NEARLY_FULL:
        yield warning(
            about, f"{used / most:.0%} of maxmemory is in use; a full server stops the workers. Raise maxmemory"
        )


def _skew(server: Server, about: str, clock: Callable[[], float]) -> Iterator[Finding]:
    try:
        seconds, microseconds = server.patiently(server.client.time)
    except IndexStoreError:  # the index needs no right to TIME
        return
    skew_s = clock() - (seconds + microseconds / 1e6)
    if abs(skew_s) > SKEW_S:
        yield warning(
            about, f"the clock of this machine differs from that of the server by {skew_s:+.0f} s. Check both (NTP)"
        )
