"""Opens what a command reads: a file, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from worker.errors import SettingsError
from worker.text.terminal import printable

STDIO = "-"
"""Stands for standard input or standard output in place of a file."""


@contextmanager
def opened_source(source: str) -> Iterator[IO[bytes]]:
    """Yields a file, or standard input for `-`.

    Raises:
        SettingsError: it cannot be read.
    """
    if source == STDIO:
        if sys.stdin is None:
            raise SettingsError("cannot read standard input: it is closed")
        yield sys.stdin.buffer
        return
    try:
        with Path(source).open("rb") as file:
            yield file
    except OSError as error:
        raise SettingsError(
            f"cannot read {printable(source)}: {error.strerror}; give a file, or - for standard input"
        ) from error
