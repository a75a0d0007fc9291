"""The worker's own files: how it opens, replaces and locks them.

It follows no symbolic link to them, and only its own user may read its state.

In a path, only the directory that the user named may be a link. The worker made everything inside it itself; a link
there was put in by somebody else, who may want another file read or overwritten. Opening a pipe would wait for ever,
and a device has no end. So all that the worker reads or writes there must be a regular file, of bounded size if read.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATE_DIRECTORY_MODE = 0o700
STATE_MODE = 0o600
"""The state reveals what was read, and only the worker needs it."""

OUTPUT_MODE = 0o666
"""Outputs are for others to read: the umask of the process decides for whom."""

MAX_READ_BYTES = 256 << 20
"""The largest file that is read whole; a checkpoint of a million input files has about as much."""

_TO_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_TO_LOCK = os.O_RDWR | os.O_CREAT


def open_file(path: Path, flags: int, mode: int = STATE_MODE) -> int:
    """The descriptor of a regular file, as from `os.open`; `mode` applies to a new file. Never waits for a pipe.

    Raises:
        OSError: it cannot be opened; if it is a link or no regular file, `strerror` says so plainly.
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
        OSError: as `open_file`, or the file is larger than `MAX_READ_BYTES`.
    """
    with os.fdopen(open_file(path, os.O_RDONLY), "rb") as file:
        content = file.read(MAX_READ_BYTES + 1)
    if len(content) > MAX_READ_BYTES:
        raise OSError(errno.EFBIG, "it is too large to be a file of the worker; remove it", str(path))
    return content


def replace(path: Path, content: bytes, mode: int = STATE_MODE) -> None:
    """Replace a file, or make it, in one step that survives a power failure.

    Whoever reads the file finds the old content or the new. The new one is written to `NAME.new` beside it first.

    Raises:
        OSError: the old content stands, for the reason that `errno` tells. `errno` EIO may also mean that the new
            content is in place, and a power failure can undo it.
    """
    new = path.with_name(f"{path.name}.new")
    file = open_file(new, _TO_WRITE, mode)
    try:
        write(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    look(path)
    new.replace(path)
    _sync_directory(path.parent)


def write(file: int, content: bytes) -> None:
    """Write all of it to a descriptor: one `os.write` may take less than it was given.

    Raises:
        OSError: a part of it may be written.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


@contextmanager
def locked(path: Path, *, wait: bool, mode: int = STATE_MODE) -> Iterator[None]:
    """Hold the lock on a file, to the end of the body or of the process, however that ends.

    Raises:
        BlockingIOError: another process holds the lock, and `wait` is false.
        OSError: as `open_file`, or the file system knows no locks.
    """
    file = open_file(path, _TO_LOCK, mode)
    try:
        _lock(file, wait=wait)
        yield
    finally:
        os.close(file)  # and the lock with it


def look(path: Path) -> os.stat_result | None:
    """The status of a file; None if there is none. Also checks a path that a library will open.

    Raises:
        OSError: it cannot be looked at; if it is a link or no regular file, `strerror` says so plainly.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    _require_regular(path, status)
    return status


def make_directory(path: Path) -> None:
    """Make a directory of the state, unless it exists.

    Raises:
        OSError: it cannot be made; if it is a link or no directory, `strerror` says so plainly.
    """
    refuse_link(path)
    try:
        path.mkdir(STATE_DIRECTORY_MODE, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OSError(errno.EEXIST, "it is no directory; remove it", str(path)) from error


def refuse_link(path: Path) -> None:
    """Check a directory, before something in it is opened.

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
        raise OSError(errno.ENXIO, "it is no regular file; remove it", str(path))


def _lock(file: int, *, wait: bool) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError as error:  # how NFS says that another process holds it
        raise BlockingIOError(errno.EWOULDBLOCK, error.strerror) from error


def _sync_directory(path: Path) -> None:
    """Make the names of the files in a directory durable."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems cannot be asked
            raise OSError(errno.EIO, f"the directory cannot be synced: {error.strerror}", str(path)) from error
    finally:
        os.close(directory)
