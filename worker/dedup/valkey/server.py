"""Connects to the Valkey or Redis server of an index: waits while it is away, and checks it before use.

If a retry may help (no connection, a timeout, a server that loads its data, a failover), the worker waits and retries
for as long as it takes. If not (a wrong password, a full server), it raises IndexStoreError.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import redis
import structlog
from redis import exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from worker.config.index_address import Address
from worker.config.sources import ENV_PREFIX
from worker.dedup.valkey.probe import mismatch
from worker.dedup.valkey.tls import check_files
from worker.errors import IndexStoreError

log = structlog.get_logger(__name__)

T = TypeVar("T")

CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 10.0  # a server that forks to write its file, or frees much memory, may be silent for a second
OLDEST_VERSION = 7

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 5.0
_STEP_S = 0.5  # between two calls of `waiting`
_LOG_EVERY_S = 30.0

_AWAY = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ClusterDownError,
    exceptions.TryAgainError,
    exceptions.ReadOnlyError,  # the primary became a replica: sooner or later the address leads to the new primary
)
_AWAY_CODES = ("BUSY ", "NOREPLICAS ")  # somebody else's script is running; too few replicas are connected
_NONSENSE = (RecursionError, AttributeError, TypeError, ValueError, LookupError)
"""What redis-py raises if it stumbles over the answers of another program."""

_REFUSED = (exceptions.AuthenticationError, exceptions.AuthenticationWrongNumberOfArgsError)


@dataclass(slots=True)
class _Outage:
    """When the server went away, and when this was last logged (seconds of the clock)."""

    began_s: float
    tries: int = 0
    wait_s: float = _FIRST_WAIT_S
    logged_s: float = float("-inf")


class Server:
    """A server at an address; for one thread at a time.

    `waiting` is called repeatedly while the server is away. If it raises, the wait ends.

    Raises:
        SettingsError: a TLS file of the address cannot be used.
    """

    def __init__(
        self,
        address: Address,
        waiting: Callable[[], None] = lambda: None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._waiting = waiting
        self._sleep = sleep
        self._clock = clock
        self._outage: _Outage | None = None
        self._answered = False  # at least once
        check_files(address)
        self.client = redis.Redis(
            host=address.host,
            port=address.port,
            db=address.db,
            username=address.username,
            password=address.password,
            ssl=address.tls,
            socket_timeout=ANSWER_TIMEOUT_S,
            socket_connect_timeout=CONNECT_TIMEOUT_S,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
            **dict(address.tls_files),  # type: ignore[arg-type] # three options that are texts
        )

    def patiently(self, step: Callable[[], T]) -> T:
        """Return what `step` returns. Retry until the server answers.

        Raises:
            IndexStoreError: a retry would not help. The message says what to do.
        """
        while True:
            try:
                result = step()
            except exceptions.RedisError as error:
                if not _may_heal(error):
                    raise self._explained(error) from error
                self._refuse_mismatch(error)
                self._wait(error)
            except _NONSENSE as error:
                if self._answered and self._outage is None:
                    raise  # a bug of ours: the server has answered properly before
                raise IndexStoreError(
                    f"{self.address} is not a Valkey or Redis server: its answers make no sense "
                    f"({type(error).__name__}). Check the port in --index"
                ) from error
            else:
                self._answered = True
                self._back()
                return result

    def _refuse_mismatch(self, error: exceptions.RedisError) -> None:
        """Raise if the address says TLS and the server has none, or the reverse: waiting would not help."""
        if not self._answered and (wrong := mismatch(self.address)):
            raise IndexStoreError(f"the index server {self.address} {wrong}") from error

    def _wait(self, error: exceptions.RedisError) -> None:
        now_s = self._clock()
        outage = self._outage = self._outage or _Outage(now_s)
        outage.tries += 1
        if now_s - outage.logged_s >= _LOG_EVERY_S:
            outage.logged_s = now_s
            log.warning(
                "index_unreachable", server=str(self.address), error=_words(error), attempt=outage.tries,
                retry_in_s=outage.wait_s,
            )  # fmt: skip
        until_s = now_s + outage.wait_s
        outage.wait_s = min(2 * outage.wait_s, _LONGEST_WAIT_S)
        while True:
            self._waiting()
            left_s = until_s - self._clock()
            if left_s <= 0:
                return
            self._sleep(min(left_s, _STEP_S))

    def _back(self) -> None:
        if self._outage is not None:
            away_s = round(self._clock() - self._outage.began_s, 1)
            log.info("index_reachable", server=str(self.address), away_s=away_s, attempts=self._outage.tries)
            self._outage = None

    def check(self, *, warn: bool = True) -> None:
        """Check the server. With `warn`, log a warning if it is configured so that it may lose data.

        Raises:
            IndexStoreError: it cannot keep an index. The message says why.
        """
        info = self.patiently(lambda: dict(self.client.info()))
        version = str(info.get("valkey_version") or info.get("redis_version") or "0")
        if not version.partition(".")[0].isdecimal() or int(version.partition(".")[0]) < OLDEST_VERSION:
            raise IndexStoreError(
                f"the index server {self.address} has version {version}: Valkey, or Redis {OLDEST_VERSION} or later, "
                "is needed"
            )
        if info.get("role") in {"slave", "replica"}:
            raise IndexStoreError(f"the index server {self.address} is a read-only replica: give its primary's address")
        if warn:
            self._warn(info)

    def _warn(self, info: Mapping[str, object]) -> None:
        policy = info.get("maxmemory_policy", "noeviction")
        if policy != "noeviction":
            log.warning(
                "index_may_be_evicted", server=str(self.address), maxmemory_policy=policy,
                advice="set maxmemory-policy noeviction, or articles will be forgotten when memory is short",
            )  # fmt: skip
        if not info.get("aof_enabled"):
            log.warning(
                "index_not_durable", server=str(self.address),
                advice="set appendonly yes, or articles are forgotten when the server restarts",
            )  # fmt: skip

    def close(self) -> None:
        """Close the connections. May be called twice; they are opened anew when needed."""
        self.client.close()

    def _explained(self, error: exceptions.RedisError) -> IndexStoreError:
        server = f"the index server {self.address}"
        if isinstance(error, _REFUSED):
            return IndexStoreError(
                f"{server} rejects the login ({_words(error)}). Check the user in index, and {ENV_PREFIX}INDEX_PASSWORD"
            )
        if isinstance(error, exceptions.NoPermissionError):
            return IndexStoreError(f"{server} denies its user what the index needs: {_words(error)}")
        if isinstance(error, exceptions.OutOfMemoryError):
            return IndexStoreError(
                f"{server} is full: raise its maxmemory (or shorten dedup_window), then start again; nothing is lost"
            )
        if isinstance(error, exceptions.AskError):  # and MovedError
            return IndexStoreError(
                f"{server} is a node of a cluster and does not have these keys ({_words(error)}): give the address of "
                "the node that it names"
            )
        return IndexStoreError(f"{server} cannot be used: {_words(error)}")


def is_wrong_type(error: exceptions.RedisError) -> bool:
    """Whether the key is not of the type that the command expects."""
    return _words(error).startswith("WRONGTYPE ")


def _may_heal(error: exceptions.RedisError) -> bool:
    if isinstance(error, _REFUSED) or _untrusted(error):
        return False
    return isinstance(error, _AWAY) or _words(error).startswith(_AWAY_CODES)


def _untrusted(error: BaseException | None) -> bool:
    """Whether the cause is an untrusted certificate, or a missing file on our side."""
    while error is not None:
        if isinstance(error, (ssl.SSLCertVerificationError, FileNotFoundError)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _words(error: BaseException) -> str:
    """What the server said, without the command and its arguments, which redis-py puts first."""
    return (str(error) or type(error).__name__).rpartition("caused error: ")[2][:200]
