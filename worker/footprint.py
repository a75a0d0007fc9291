"""Keeps a process from holding on to memory that nothing uses any more, and from work and threads that gain nothing.

* glibc: pages are large and of any size. glibc puts most of them on its heap, and what is freed there leaves holes that
  the next pages do not fit into: a worker that used 200 MB at full speed took 420 MB after 36,000 messages, and more
  every minute. With another C library, nothing is done about this.
* Python: exceptions of the Kafka client are in reference cycles with whole batches. Left alone, Python looks for such
  cycles among old objects so rarely that 25 MB wait to be freed, because a search among all objects takes 70 ms. So
  what was there at the start is left out, and the youngest are searched regularly. Python itself would do that after
  every 700 new objects, which took 0.1 ms a page and found nothing.
* OpenBLAS: its threads never sleep while they wait for the next small product of matrices, which costs more time than
  they save.
"""

from __future__ import annotations

import ctypes
import gc
import os
from typing import Final

_TRIM_THRESHOLD: Final = -1  # of malloc.h, like the next two
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8

_HEAPS: Final = 1  # Python's lock lets one thread at a time allocate, so that more heaps only have more holes
_LARGE_BYTES: Final = 4 << 20  # arrays of a long page are smaller, and reusing their memory saves 0.1 ms per page
_FREE_BYTES: Final = 64 << 20  # at the end of the heap, between two calls of `give_back`

_NEW_OBJECTS: Final = 30_000  # between two searches for cycles among the youngest objects; a batch makes about as many


def _glibc() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows
        return None
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None


_GLIBC: Final = _glibc()


def save_work() -> None:
    """Search for cycles less often, and leave matrices to one thread. Call this before numpy is imported."""
    gc.set_threshold(_NEW_OBJECTS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def use_one_heap() -> None:
    """Let all threads share one heap, and keep the largest blocks off it. Call this before any thread starts."""
    if _GLIBC:
        _GLIBC.mallopt(_ARENA_MAX, _HEAPS)
        _GLIBC.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)  # glibc would raise it up to 32 MB
        _GLIBC.mallopt(_TRIM_THRESHOLD, _FREE_BYTES)


def keep_what_is_loaded() -> None:
    """Leave all that is there now out of the search for cycles: it stays until the process ends."""
    gc.freeze()


def give_back() -> None:
    """Return unused memory to the system. Takes about 10 ms."""
    gc.collect(1)  # the old objects are caches, mostly; looking at them takes 60 ms more
    if _GLIBC:
        _GLIBC.malloc_trim(0)
