"""Opens what a worker remembers, where the settings say: the index and the lines of sites, on disk or on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from worker.config.index_address import EMBEDDED, Address, parse_address
from worker.config.settings import Settings
from worker.dedup.dump import Movable
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index
from worker.dedup.memory import Memory
from worker.dedup.valkey.names import Names
from worker.observe.status import IndexSize
from worker.sites.memory import TABLES, SiteStore, on_disk
from worker.store.damage import Damage
from worker.store.tables import Tables


def open_memory(
    settings: Settings,
    state_dir: Path,
    waiting: Callable[[], None] = lambda: None,
    damage: Damage | None = None,
    *,
    create: bool = True,
) -> Movable:
    """The memory of the index that `settings.index` selects. `waiting` is called while the index server is unreachable.

    Without `create`, an index that is not on its server yet is an error.

    Raises:
        IndexStoreError: the memory cannot be used; the message says what to do.
    """
    if settings.index == EMBEDDED:
        window, max_bytes = settings.dedup_window, int(settings.index_max_bytes)
        return EmbeddedMemory(state_dir / "index", window=window, max_bytes=max_bytes, damage=damage)
    from worker.dedup.valkey.movable import MovableValkeyMemory  # noqa: PLC0415 - most runs do not need a server

    names, window = _names_on_server(settings)[0], settings.dedup_window
    address = index_address(settings)
    return MovableValkeyMemory(address, window=window, names=names, waiting=waiting, damage=damage, create=create)


def index_address(settings: Settings) -> Address:
    """The index server, with its password."""
    address = parse_address(settings.index)
    if settings.index_password:
        address = replace(address, password=settings.index_password.get_secret_value())
    return address


def open_index(settings: Settings, memory: Memory, damage: Damage | None = None) -> Index:
    """The index that decides as the settings say."""
    return Index(
        memory,
        damage,
        drop_supersets=settings.supersets == "drop",
        drop_minor_updates=settings.updates == "major",
    )


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
        address = index_address(settings)
        tables = ValkeyMemory(address, window=window, names=names, waiting=waiting, damage=damage, create=create)
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
