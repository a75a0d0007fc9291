"""Files that the worker writes: it follows no symbolic link to them, and only its own user may read its state.

In a path, only the directory that the user named may be a link. The worker made everything inside it itself; a link
there was put in by somebody else, who may want another file overwritten.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

STATE_DIRECTORY_MODE = 0o700
STATE_MODE = 0o600
"""The state reveals what was read, and only the worker needs it."""

OUTPUT_MODE = 0o666
"""Outputs are for others to read: the umask of the process decides for whom."""

_WRITE_ANEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def open_file(path: Path, flags: int, mode: int = STATE_MODE) -> int:
    """The descriptor of a file to write, as from `os.open`; `mode` applies to a new file.

    Raises:
        OSError: it cannot be opened; if it is a symbolic link, `strerror` says so plainly.
    """
    try:
        return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _link(path) from error
        raise


@contextmanager
def written_anew(path: Path, mode: int = STATE_MODE) -> Iterator[IO[bytes]]:
    """A file, emptied, for new content.

    Raises:
        OSError: as `open_file`.
    """
    with os.fdopen(open_file(path, _WRITE_ANEW, mode), "wb") as file:
        yield file


def make_directory(path: Path) -> None:
    """Make a directory of the state, unless it exists.

    Raises:
        OSError: it cannot be made; if it is a symbolic link, `strerror` says so plainly.
    """
    refuse_link(path)
    path.mkdir(STATE_DIRECTORY_MODE, parents=True, exist_ok=True)


def refuse_link(path: Path) -> None:
    """Check a path that a library will open, which would follow a link.

    Raises:
        OSError: it is a symbolic link; `strerror` says so plainly.
    """
    try:
        is_link = stat.S_ISLNK(path.lstat().st_mode)
    except FileNotFoundError:
        return
    if is_link:
        raise _link(path)


def _link(path: Path) -> OSError:
    return OSError(errno.ELOOP, f"{path.name} is a symbolic link, which the worker does not follow; remove it")
