"""`article-worker replay remove`: removes a replay and everything that belongs to it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console

from worker.commands.index_memory import patience
from worker.commands.replay.manifest import MANIFEST_FILE, Manifest, existing
from worker.commands.replay.standing import Standing, ask
from worker.config.index_address import EMBEDDED, parse_address
from worker.config.settings import Settings
from worker.errors import IndexStoreError, SettingsError
from worker.memories import remove_from_server
from worker.store import own_files
from worker.store.slots import held_slots
from worker.text.terminal import shown


def run_remove(settings: Settings, name: str, console: Console, *, yes: bool, confirm: Callable[[str], bool]) -> int:
    """Remove the topics, the group, the index and the state of a replay. Return the exit code.

    Without `yes`, `confirm` is asked first. What an interrupted removal has left, the next one removes.

    Raises:
        SettingsError: there is no replay of this name, it is running, or there is nobody to ask.
        TransportError: the brokers refused.
        IndexStoreError: the index server or the state directory refused.
    """
    own, manifest = existing(settings, name)
    server = manifest.rules.places["index"] != EMBEDDED
    if server:
        _require_server(own, manifest)
    standing = ask(manifest, own)
    _require_idle(name, standing, own)
    console.print(shown(f"the replay {name} ({standing.state}, {standing.share} records done):"), soft_wrap=True)
    for line in _belongings(own, server=server):
        console.print(shown(f"  {line}"), soft_wrap=True)
    if not yes:
        if not sys.stdin.isatty():
            raise SettingsError("nobody can be asked, because standard input is no terminal: add --yes to remove it")
        if not confirm("Remove all of this?"):
            return 1
    _remove(own, server=server)
    console.print("removed")
    return 0


def _require_server(own: Settings, manifest: Manifest) -> None:
    wanted = manifest.rules.places["index"]
    given = own.index if own.index == EMBEDDED else str(parse_address(own.index))
    if given != wanted:
        raise SettingsError(f"the index of this replay is on {wanted}, but --index is {given}")


def _require_idle(name: str, standing: Standing, own: Settings) -> None:
    workers = max(standing.workers, len(held_slots(own.resolved_state_dir)))
    if workers:
        raise SettingsError(
            f"{workers} worker(s) are running the replay {name}: stop them first. One that was killed counts until "
            "--session-timeout has passed"
        )


def _belongings(own: Settings, *, server: bool) -> Iterator[str]:
    yield f"topics {own.clean_topic}, {own.quality_topic}, {own.dead_topic}"
    yield f"group {own.group_id}"
    if server:
        yield f"index {own.index_name} on {parse_address(own.index)}"
    yield f"directory {own.resolved_state_dir}"


def _remove(own: Settings, *, server: bool) -> None:
    from worker.transport.kafka import removal  # noqa: PLC0415 - importing kafka costs 0.3 s

    removal.remove(own)
    if server:
        remove_from_server(own, patience(own))
    _remove_directory(own.resolved_state_dir)


def _remove_directory(path: Path) -> None:
    """Remove the state, and the manifest last: as long as it is there, the replay can be removed again."""
    try:
        own_files.refuse_link(path)
        for each in path.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            elif each.name != MANIFEST_FILE:
                each.unlink()
        (path / MANIFEST_FILE).unlink()
        path.rmdir()
    except OSError as error:
        raise IndexStoreError.unwritable(path, error) from error
