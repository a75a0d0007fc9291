"""Runs something in a thread of its own while the worker works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EndedWithin = Callable[[float], bool]
"""Waits for so many seconds, or until the end. Returns whether it is the end."""


@contextmanager
def in_background(work: Callable[[EndedWithin], object], name: str) -> Iterator[None]:
    """Run `work` in a thread of this name while the body runs. At the end of the body, wait until it returns."""
    ended = threading.Event()
    thread = threading.Thread(target=work, args=(ended.wait,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
