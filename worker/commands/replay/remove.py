"""`article-worker replay remove`: removes a replay and everything that belongs to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from rich.console import Console

from worker.commands.index_memory import patience
from worker.commands.replay import directory, registry
from worker.commands.replay.manifest import Manifest
from worker.commands.replay.registry import Key
from worker.commands.replay.standing import ask
from worker.config.index_address import EMBEDDED, parse_address
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.memories import remove_from_server
from worker.store.slots import held_slots
from worker.text.terminal import shown


def run_remove(settings: Settings, name: str, console: Console, *, yes: bool, confirm: Callable[[str], bool]) -> int:
    """Remove the topics, the group, the index and the state of a replay. Return the exit code.

    Without `yes`, `confirm` is called first. After an interrupted removal, the next one removes the rest.

    Raises:
        SettingsError: there is no replay of this name, it is running, or there is nobody to ask.
        TransportError: the brokers refused.
        IndexStoreError: the index server or the state directory refused.
    """
    found = registry.replays(settings)
    key = found.named(name)
    own, manifest = found.opened(key)
    _require_server(own, manifest)
    standing = ask(manifest, own)
    is_here = directory.is_of(own.resolved_state_dir, manifest.id)
    _require_idle(name, standing.workers, own, is_here=is_here)
    console.print(shown(f"the replay {name} ({standing.state}, {standing.share} records done):"), soft_wrap=True)
    for line in _belongings(own, manifest, is_here=is_here):
        console.print(shown(f"  {line}"), soft_wrap=True)
    if not _is_wanted(settings, key, confirm, yes=yes):
        return 1
    _require_idle(name, ask(manifest, own).workers, own, is_here=is_here)  # again: the user may have taken a while
    _remove(own, key, manifest, is_here=is_here)
    console.print(shown(f"removed{_elsewhere(own, manifest, is_here=is_here)}"), soft_wrap=True)
    return 0


def _is_wanted(settings: Settings, key: Key, confirm: Callable[[str], bool], *, yes: bool) -> bool:
    if not yes:
        if not sys.stdin.isatty():
            raise SettingsError("cannot ask, because standard input is not a terminal: add --yes to remove the replay")
        return confirm("Remove all of this?")
    if settings.group_id != key.group:
        raise SettingsError(
            f"the replay {key.name} belongs to the group {key.group}: to remove it with --yes, add --group-id "
            f"{key.group}"
        )
    return True


def _require_server(own: Settings, manifest: Manifest) -> None:
    if manifest.index_is_embedded:
        return
    wanted = manifest.rules.places["index"]
    given = own.index if own.index == EMBEDDED else str(parse_address(own.index))
    if given != wanted:
        raise SettingsError(f"the index of this replay is on {wanted}, but --index is {given}")


def _require_idle(name: str, in_group: int, own: Settings, *, is_here: bool) -> None:
    workers = max(in_group, len(held_slots(own.resolved_state_dir)) if is_here else 0)
    if workers:
        raise SettingsError(
            f"{workers} worker(s) are running the replay {name}: stop them first. A worker that was stopped or "
            "killed may count until --session-timeout has passed"
        )


def _belongings(own: Settings, manifest: Manifest, *, is_here: bool) -> Iterator[str]:
    yield f"topics {own.clean_topic}, {own.quality_topic}, {own.dead_topic}"
    yield f"group {own.group_id}"
    if not manifest.index_is_embedded:
        yield f"index {own.index_name} on {parse_address(own.index)}"
    if is_here:
        yield f"directory {own.resolved_state_dir}"


def _elsewhere(own: Settings, manifest: Manifest, *, is_here: bool) -> str:
    """What other machines still have, as the end of a sentence."""
    directory_name = own.resolved_state_dir.name
    if not manifest.index_is_embedded:
        return f". Other machines that worked on it still have a directory {directory_name}: remove it there"
    if not is_here:
        return f". Its state is in {manifest.begun_in}: remove it there"
    return ""


def _remove(own: Settings, key: Key, manifest: Manifest, *, is_here: bool) -> None:
    """Remove everything, and the manifest last: as long as it is there, the replay can be removed again."""
    from worker.transport.kafka import removal  # noqa: PLC0415 - importing kafka costs 0.3 s

    registry.mark_as_removing(own, key, manifest)
    removal.remove(own)
    if not manifest.index_is_embedded:
        remove_from_server(own, patience(own))
    if is_here:
        directory.remove(own.resolved_state_dir)
    registry.forget(own, key)
