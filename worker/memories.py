"""Opens what a worker remembers, where the settings say: the index and the lines of sites, on disk or on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from worker.config.index_address import EMBEDDED, Address, parse_address
from worker.config.settings import Settings
from worker.dedup.dump import Movable
from worker.dedup.embedded.memory import LAYOUT, EmbeddedMemory
from worker.dedup.index import Index
from worker.dedup.memory import Memory, Table, random_seed
from worker.dedup.valkey.names import Names
from worker.observe.status import IndexSize
from worker.sites.memory import DECISIONS, TABLES, SiteStore, on_disk
from worker.store.damage import Damage
from worker.store.entries import Entries, EntriesOnDisk
from worker.store.environment import FORMAT
from worker.store.tables import Tables


def open_memory(
    settings: Settings,
    state_dir: Path,
    waiting: Callable[[], None] = lambda: None,
    damage: Damage | None = None,
    *,
    create: bool = True,
    seed: int | None = None,
) -> Movable:
    """The memory of the index that `settings.index` selects. `waiting` is called while the index server is unreachable.

    Without `create`, an index that is not on its server yet is an error. The seed of a new one is random by default.

    Raises:
        IndexStoreError: the memory cannot be used; the message says what to do.
    """
    if settings.index == EMBEDDED:
        window, max_bytes = settings.dedup_window, int(settings.index_max_bytes)
        return EmbeddedMemory(state_dir / "index", window=window, max_bytes=max_bytes, damage=damage, seed=seed)
    from worker.dedup.valkey.movable import MovableValkeyMemory  # noqa: PLC0415 - most runs do not need a server

    names, window = _names_on_server(settings)[0], settings.dedup_window
    address = index_address(settings)
    new_seed = random_seed if seed is None else lambda: seed
    return MovableValkeyMemory(
        address, window=window, names=names, waiting=waiting, damage=damage, new_seed=new_seed if create else None
    )


def index_address(settings: Settings) -> Address:
    """The index server, with its password."""
    address = parse_address(settings.index)
    if settings.index_password:
        address = replace(address, password=settings.index_password.get_secret_value())
    return address


def open_index(
    settings: Settings, memory: Memory, damage: Damage | None = None, *, is_repeatable: bool = False
) -> Index:
    """The index that decides as the settings say. For `is_repeatable`, see `Index`."""
    return Index(
        memory,
        damage,
        drop_supersets=settings.supersets == "drop",
        drop_minor_updates=settings.updates == "major",
        is_repeatable=is_repeatable,
    )


def verdicts_of(live: Settings, waiting: Callable[[], None], damage: Damage) -> Entries:
    """The verdicts that the live worker with these settings gave, to be read only.

    Raises:
        IndexStoreError: they cannot be read; the message says what to do.
    """
    return _entries(live, "index", LAYOUT, Table.VERDICTS, waiting, damage)


def lines_of(live: Settings, waiting: Callable[[], None], damage: Damage) -> Entries:
    """The same, for the lines of sites that it removed."""
    return _entries(live, "site_lines", FORMAT, DECISIONS, waiting, damage)


def _entries(
    settings: Settings, store: str, layout: bytes, number: int, waiting: Callable[[], None], damage: Damage
) -> Entries:
    if settings.index == EMBEDDED:
        path = settings.resolved_state_dir / store
        return EntriesOnDisk(path, number, layout=layout, max_bytes=int(settings.index_max_bytes))
    from worker.dedup.valkey.entries import EntriesOnServer  # noqa: PLC0415 - as above

    names = _names_on_server(settings)[store == "site_lines"]
    return EntriesOnServer(index_address(settings), names, number, waiting=waiting, damage=damage)


def open_sites(
    settings: Settings, state_dir: Path, waiting: Callable[[], None], damage: Damage, *, create: bool = True
) -> SiteStore | None:
    """The memory of sites beside that of the index: in the state directory, or on the index server.

    None if the setting site_lines is off. Without `create`, None also if the directory has no such memory.

    Raises:
        IndexStoreError: the memory cannot be used, or, without `create`, is not on its server yet.
    """
    if not settings.site_lines:
        return None
    window = settings.dedup_window
    tables: Tables
    if settings.index == EMBEDDED:
        if not create and not (state_dir / "site_lines").exists():
            return None
        tables = on_disk(state_dir / "site_lines", window=window, max_bytes=int(settings.index_max_bytes))
    else:
        from worker.dedup.valkey.memory import ValkeyMemory  # noqa: PLC0415 - as above

        names = _names_on_server(settings)[1]
        address, seed = index_address(settings), random_seed if create else None
        tables = ValkeyMemory(address, window=window, names=names, waiting=waiting, damage=damage, new_seed=seed)
    return SiteStore(tables, least=settings.site_lines, damage=damage)


def remove_from_server(settings: Settings, waiting: Callable[[], None]) -> None:
    """Remove the index of these settings and its lines of sites from the server. None there is no error.

    Raises:
        IndexStoreError: the server cannot be used; the message says what to do.
    """
    from worker.dedup.valkey import fill  # noqa: PLC0415 - as above
    from worker.dedup.valkey.server import Server  # noqa: PLC0415

    server = Server(index_address(settings), waiting)
    try:
        for names in _names_on_server(settings):
            server.patiently(partial(fill.remove, server.client, names))
    finally:
        server.close()


def _names_on_server(settings: Settings) -> tuple[Names, Names]:
    """The keys of the index on its server, and those of the lines of sites."""
    from worker.dedup.valkey.memory import INDEX  # noqa: PLC0415 - as above

    index = replace(INDEX, name=settings.index_name)
    return index, replace(index, part="sites", tables=TABLES)


def index_size(memory: Memory, settings: Settings) -> IndexSize:
    """How much the index holds, for the metrics."""
    stats = memory.stats()
    limit_bytes = int(settings.index_max_bytes) if settings.index == EMBEDDED else None
    return {
        "articles": stats["records"], "bytes": stats["bytes"], "limit_bytes": limit_bytes, "span_s": stats["span_s"],
    }  # fmt: skip
