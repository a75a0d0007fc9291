"""Sends several questions to the server in one round trip, and detects keys of the wrong type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from redis.exceptions import RedisError

from worker.dedup.valkey.server import is_wrong_type

Values = Sequence[bytes | None]


class Round:
    """Questions for one round trip, each with a callback that hears the answer."""

    def __init__(self, client: Any, meet_foreign: Callable[[str], None]) -> None:
        self._pipe = client.pipeline(transaction=False)
        self._meet_foreign = meet_foreign
        self._asked: list[tuple[str, int, Callable[[Values], None]]] = []

    def ask(self, name: str, fields: Sequence[bytes], hear: Callable[[Values], None]) -> None:
        """Ask for the values of these fields of a hash. All are None if the key is not a hash."""
        if fields:
            self._pipe.hmget(name, fields)
            self._asked.append((name, len(fields), hear))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            return
        for (name, count, hear), answer in zip(self._asked, self._pipe.execute(raise_on_error=False), strict=True):
            values = unless_foreign(answer, None)
            if values is None:
                self._meet_foreign(name)
            hear(values or [None] * count)


def unless_foreign(answer: Any, instead: Any) -> Any:
    """The server's answer, or `instead` if the key is of another type. Raises any other error."""
    if not isinstance(answer, RedisError):
        return answer
    if is_wrong_type(answer):
        return instead
    raise answer
