"""Stores what a batch wrote, by one script on the server (commit.lua)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import chain
from struct import pack
from typing import Any, NamedTuple

from worker.dedup.memory import SEED_BYTES
from worker.dedup.valkey import buckets
from worker.dedup.valkey.meta import Meta
from worker.dedup.valkey.names import COUNT_BITS, Names

SCRIPT = resources.files("worker.dedup.valkey").joinpath("commit.lua").read_text(encoding="utf-8")


@dataclass(slots=True)
class Item:
    """A part of a batch that is stored wholly or not at all: what it read and what it wrote, as marks, and the writes.

    `held` has keys and the numbers of their new holders. `put` has keys on the server, fields and values.
    """

    reads: Sequence[int] = ()
    marks: list[int] = field(default_factory=list)
    held: Sequence[tuple[int, int]] = ()
    put: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    deleted: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Writes:
    """What a body wrote. The last item depends on all others.

    If `is_whole`, everything is stored or nothing. `fields` are those of `meta` to set, `fresh` the slots that were
    emptied, `unlinked` their keys, and `foreign` the keys of another type.
    """

    items: Sequence[Item]
    watermark: bytes = b""
    is_whole: bool = False
    fields: Sequence[bytes] = ()
    fresh: frozenset[int] = frozenset()
    unlinked: Sequence[str] = ()
    foreign: frozenset[str] = frozenset()


class Done(NamedTuple):
    """Everything is stored, or there was nothing to store, and nothing has changed."""

    foreign: list[str]  # keys of another type, which were deleted


class Part(NamedTuple):
    """What depended on the writes of others is not stored: the items with the numbers `refused`."""

    foreign: list[str]
    meta: dict[bytes, bytes]
    log: list[bytes]
    refused: frozenset[int]


class Stale(NamedTuple):
    """Others wrote, and nothing is stored: `meta` now, and the log since; None if it does not reach back that far."""

    meta: dict[bytes, bytes]
    log: list[bytes] | None


class Wait(NamedTuple):
    """Another worker has its turn."""


class Committer:
    """Sends writes. `token` names this process."""

    def __init__(self, client: Any, names: Names, token: bytes) -> None:
        self._names = names
        self._token = token
        self._script = client.register_script(SCRIPT)

    def send(
        self, writes: Writes | None, meta: Meta, seed: int, *, in_turn: bool = False
    ) -> Done | Part | Stale | Wait:
        """Store the writes of a body that knows the state `meta`. None: only find out whether others have written.

        Nothing is stored if the store has another seed. If the server has lost everything, it gets this one.

        With `in_turn`, the others wait until this process has written, unless everything is stored now.
        """
        names = self._names
        keys = [names.meta, names.log, names.turn]
        arguments: list[Any] = [meta.writes, self._token, int(in_turn), meta.born, meta.generations]
        arguments.append(seed.to_bytes(SEED_BYTES, "big"))
        if writes is not None:
            places = _Places(keys)
            arguments += [writes.watermark, int(writes.is_whole), *_head(writes, names, places)]
            for item in writes.items:
                arguments += _packed(item, places)
            keys = list(places)
        kind, *answer = self._script(keys=keys, args=arguments)
        if kind == b"wait":
            return Wait()
        if kind == b"stale":
            return Stale(mapping(answer[0]), answer[1] or None)
        foreign = [name.decode() for name in answer[0]]
        if kind == b"done":
            return Done(foreign)
        return Part(foreign, mapping(answer[1]), answer[2], frozenset(answer[3]))


class _Places(dict[str, int]):
    """The places of keys in KEYS. A new key goes to the end."""

    def __init__(self, keys: Iterable[str]) -> None:
        super().__init__({key: place for place, key in enumerate(keys, start=1)})

    def __missing__(self, key: str) -> int:
        self[key] = len(self) + 1
        return self[key]


def _head(writes: Writes, names: Names, places: _Places) -> list[Any]:
    slots = sorted({number >> COUNT_BITS for item in writes.items for _, number in item.held} | writes.fresh)
    for name in writes.foreign:
        places[name]
    head: list[Any] = [len(writes.fields), *writes.fields]
    head += [len(writes.unlinked), *map(places.__getitem__, writes.unlinked), buckets.LOAD, len(slots)]
    for slot in slots:
        head += [slot, places[names.postings(slot)], int(slot in writes.fresh)]
    return head


def _packed(item: Item, places: _Places) -> list[Any]:
    packed: list[Any] = [_marks(item.reads), _marks([*item.marks, *(key for key, _ in item.held)])]
    packed += [_marks([*chain.from_iterable(item.held)]), len(item.put)]
    for name, key, value in item.put:
        packed += (places[name], key, value)
    packed.append(len(item.deleted))
    for name, key in item.deleted:
        packed += (places[name], key)
    return packed


def _marks(marks: Sequence[int]) -> bytes:
    return pack(f"<{len(marks)}I", *marks)


def mapping(flat: Sequence[bytes] | dict[bytes, bytes]) -> dict[bytes, bytes]:
    """The fields of a hash, which a script returns as a flat list."""
    if isinstance(flat, dict):
        return flat
    return dict(zip(flat[::2], flat[1::2], strict=True))
