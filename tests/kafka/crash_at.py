"""Runs the command line, and kills its own process with SIGKILL at a chosen point of the loop.

    python crash_at.py POINT NTH run --bootstrap-servers ...

The faults are put into the classes from outside: the product has no hook for them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from kafka import KafkaProducer

from worker.dedup.index import Index
from worker.pipeline import Pipeline
from worker.sites.store import SiteStore
from worker.transport.kafka import KafkaTransport

BEFORE, AFTER = True, False
POINTS: dict[str, tuple[Any, str, bool]] = {
    "after_poll": (Pipeline, "process", BEFORE),
    "while_processing": (Pipeline, "_finish", BEFORE),
    "before_site_commit": (SiteStore, "decide", AFTER),
    "before_index_commit": (Index, "judge", AFTER),
    "after_index_commit": (KafkaTransport, "commit", BEFORE),
    "after_send": (KafkaProducer, "flush", BEFORE),
    "after_flush": (KafkaProducer, "send_offsets_to_transaction", BEFORE),
    "after_offsets": (KafkaProducer, "commit_transaction", BEFORE),
    "after_commit": (KafkaProducer, "commit_transaction", AFTER),
}


def kill_at(owner: Any, name: str, nth: int, *, before: bool) -> None:
    """Let the nth call of this method be the process's last."""
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def method(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if before and calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, method)


if __name__ == "__main__":
    point, nth = sys.argv[1], int(sys.argv[2])
    owner, name, before = POINTS[point]
    kill_at(owner, name, nth, before=before)
    from worker.cli import main

    sys.argv = ["article-worker", *sys.argv[3:]]
    main()
