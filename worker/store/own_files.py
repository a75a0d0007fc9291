"""Opens, replaces and locks the worker's own files.

The worker never follows a symbolic link to them. Only its own user can read its state.

In a path, only the directory that the user named may be a link. The worker created everything inside it, so any link
there was planted by somebody else, perhaps to have another file read or overwritten. Opening a pipe would block for
ever, and a device has no end. So the worker uses only regular files there, and reads none that is too large.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STATE_DIRECTORY_MODE = 0o700
STATE_MODE = 0o600
"""Only the worker needs the state, and the state reveals what it read."""

OUTPUT_MODE = 0o666
"""Outputs are for others: the umask of the process decides who can read them."""

MAX_READ_BYTES = 256 << 20
"""The largest file that is read whole. A checkpoint of a million input files is about this large."""

_TO_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_TO_LOCK = os.O_RDWR | os.O_CREAT

_NAME_CHARS = 50  # at most 200 bytes; a file system allows 255 in a name
_RANDOM_BYTES = 8


def open_file(path: Path, flags: int, mode: int = STATE_MODE) -> int:
    """The descriptor of a regular file, as from `os.open`. `mode` applies to a new file. Never blocks on a pipe.

    Raises:
        OSError: the file cannot be opened. If it is a link or not a regular file, `strerror` says so plainly.
    """
    try:
        file = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode)
    except OSError:
        look(path)
        raise
    try:
        _require_regular(path, os.fstat(file))
    except OSError:
        os.close(file)
        raise
    return file


def read(path: Path) -> bytes:
    """The content of a file.

    Raises:
        OSError: see `open_file`; or the file is larger than `MAX_READ_BYTES`.
    """
    with os.fdopen(open_file(path, os.O_RDONLY), "rb") as file:
        content = file.read(MAX_READ_BYTES + 1)
    if len(content) > MAX_READ_BYTES:
        raise OSError(errno.EFBIG, "it is too large for a file of the worker; remove it", str(path))
    return content


def replace(path: Path, content: bytes, mode: int = STATE_MODE) -> None:
    """Replace or create a file in one step that survives a power failure. See `replacing`.

    The caller holds a lock: no other process replaces the file meanwhile. So the new content is always written to
    `NAME.new`, and what a killed process left there is removed.
    """
    new = path.with_name(f"{path.name}.new")
    look(new)
    new.unlink(missing_ok=True)
    with _replacing(path, new, mode) as file:
        write(file, content)


@contextmanager
def replacing(path: Path, mode: int = STATE_MODE) -> Iterator[int]:
    """Replace or create a file, in one step that survives a power failure, with what the body writes to a descriptor.

    Readers find either the old content or the new. The new content is first written to a file beside it whose name
    nobody else uses, so several processes can replace the file at the same time. The last one wins.

    Raises:
        OSError: the old content is still in place, and `errno` says why. The exception is EIO: the new content may be
            in place, but a power failure can undo it.
    """
    name = f"{path.name[:_NAME_CHARS]}.{secrets.token_hex(_RANDOM_BYTES)}.new"
    with _replacing(path, path.with_name(name), mode) as file:
        yield file


@contextmanager
def _replacing(path: Path, new: Path, mode: int) -> Iterator[int]:
    file = open_file(new, _TO_WRITE | os.O_EXCL, mode)
    try:
        try:
            yield file
            os.fsync(file)
        finally:
            os.close(file)
        look(path)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink(missing_ok=True)  # on a full disk, the space is needed
        raise
    _sync_directory(path.parent)


def write(file: int, content: bytes) -> None:
    """Write all of `content` to a descriptor: one call of `os.write` may write only a part.

    Raises:
        OSError: a part may have been written.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


@contextmanager
def locked(path: Path, *, wait: bool, mode: int = STATE_MODE) -> Iterator[None]:
    """Hold the lock on a file until the body or the process ends, in whatever way.

    Raises:
        BlockingIOError: another process holds the lock, and `wait` is false.
        OSError: see `open_file`; or the file system does not support locks.
    """
    file = open_file(path, _TO_LOCK, mode)
    try:
        _lock(file, wait=wait)
        yield
    finally:
        os.close(file)  # also releases the lock


def look(path: Path) -> os.stat_result | None:
    """The status of a file; None if it does not exist. Also checks a path that a library will open.

    Raises:
        OSError: the file cannot be examined. If it is a link or not a regular file, `strerror` says so plainly.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    _require_regular(path, status)
    return status


def make_directory(path: Path) -> None:
    """Create a directory of the state unless it exists.

    Raises:
        OSError: it cannot be created. If the path is a link or not a directory, `strerror` says so plainly.
    """
    refuse_link(path)
    try:
        path.mkdir(STATE_DIRECTORY_MODE, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OSError(errno.EEXIST, "it is not a directory; remove it", str(path)) from error


def refuse_link(path: Path) -> None:
    """Check a directory before anything in it is opened.

    Raises:
        OSError: it is a symbolic link; `strerror` says so plainly.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    _refuse_link(path, status)


def _refuse_link(path: Path, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, "it is a symbolic link, which the worker does not follow; remove it", str(path))


def _require_regular(path: Path, status: os.stat_result) -> None:
    _refuse_link(path, status)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.ENXIO, "it is not a regular file; remove it", str(path))


def _lock(file: int, *, wait: bool) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError as error:  # NFS raises this if another process holds the lock
        raise BlockingIOError(errno.EWOULDBLOCK, error.strerror) from error


def _sync_directory(path: Path) -> None:
    """Sync the names of the files in a directory to disk."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems cannot sync a directory
            raise OSError(errno.EIO, f"the directory cannot be synced: {error.strerror}", str(path)) from error
    finally:
        os.close(directory)
