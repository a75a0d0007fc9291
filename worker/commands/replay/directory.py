"""The state directory of a replay on this machine, and which replay it belongs to.

If a replay is removed on another machine, its state stays here. A new replay of the same name must not use it.
Replays of several groups may have the same name, too. The directory is that of the first one.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worker.commands.replay.manifest import Manifest
from worker.errors import IndexStoreError, SettingsError
from worker.store import own_files

ID_FILE = "replay.id"
_LOCK_FILE = "replay.lock"


@contextmanager
def locked(state_dir: Path) -> Iterator[None]:
    """Create the directory, and prevent other processes of the machine from starting the same replay.

    Raises:
        IndexStoreError: it cannot be written.
    """
    try:
        own_files.make_directory(state_dir)
        with own_files.locked(state_dir / _LOCK_FILE, wait=True):
            yield
    except OSError as error:
        raise IndexStoreError.unwritable(state_dir, error) from error


def described(state_dir: Path) -> str:
    """The directory in the form that identifies it on other machines: HOST:PATH."""
    return f"{socket.gethostname()}:{state_dir.absolute()}"


def begun_here(manifest: Manifest) -> Path | None:
    """The state directory of the first start, if that was on this machine."""
    host, _, path = manifest.begun_in.partition(":")
    return Path(path) if host == socket.gethostname() else None


def take(state_dir: Path, replay_id: str) -> None:
    """Note which replay the directory belongs to, unless it has the state of another. The caller holds the lock.

    Raises:
        IndexStoreError: it has the state of another replay.
        OSError: it cannot be written.
    """
    noted = _noted(state_dir)
    if noted == replay_id:
        return
    if noted and {each.name for each in state_dir.iterdir()} - {ID_FILE, _LOCK_FILE}:
        raise IndexStoreError(
            f"{state_dir} has the state of another replay of this name. If that is a replay of another group, choose "
            "another --state-dir. If it was removed on another machine or with another --state-dir, remove the "
            "directory. Then run the command again"
        )
    own_files.replace(state_dir / ID_FILE, replay_id.encode())


def join(state_dir: Path, manifest: Manifest, name: str) -> None:
    """Make sure that this machine can work on a replay that was started. The caller holds the lock.

    Raises:
        SettingsError: the index is in another state directory.
        IndexStoreError: see `take`.
        OSError: it cannot be written.
    """
    if manifest.index_is_embedded and _noted(state_dir) != manifest.id:
        if manifest.begun_in == described(state_dir):
            raise SettingsError(
                f"the index of the replay {name} is lost: {state_dir} no longer has it. Without it, copies of earlier "
                f"articles would count as new. Remove it, and begin it again: article-worker replay remove {name}"
            )
        raise SettingsError(
            f"the index of the replay {name} is in another state directory, {manifest.begun_in}: duplicates would not "
            "be found across both. To use several machines, remove the replay, and start it again with an index server "
            "(--index valkey://HOST:6379/0)"
        )
    take(state_dir, manifest.id)


def is_of(state_dir: Path, replay_id: str) -> bool:
    """Whether there is a directory that may be removed with this replay: no other replay has noted that it is its own.

    Raises:
        IndexStoreError: it cannot be read.
    """
    try:
        return state_dir.exists() and _noted(state_dir) in {None, "", replay_id}
    except OSError as error:
        raise IndexStoreError.unwritable(state_dir, error) from error


def _noted(state_dir: Path) -> str | None:
    path = state_dir / ID_FILE
    return own_files.read(path).decode(errors="replace") if own_files.look(path) else None


def remove(state_dir: Path) -> None:
    """Remove the directory, if there is one.

    Raises:
        IndexStoreError: it cannot be removed.
    """
    try:
        own_files.refuse_link(state_dir)
        shutil.rmtree(state_dir)
    except FileNotFoundError:
        return
    except OSError as error:
        raise IndexStoreError.unwritable(state_dir, error) from error
