"""Runs the command line, and sends a signal to its own process at a chosen point of the loop.

    python -m tests.kafka.signal_at SIGKILL POINT NTH run --bootstrap-servers ...

It patches the classes from outside, because the worker has no hooks for faults.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from kafka import KafkaProducer

from worker.dedup.adopt import AdoptingIndex
from worker.dedup.index import Index
from worker.dedup.restore import RestoringIndex
from worker.pipeline.pipeline import Pipeline
from worker.pipeline.results import Results
from worker.sites.memory import SiteStore
from worker.transport.kafka.transport import KafkaTransport

BEFORE, AFTER = True, False
POINTS: dict[str, tuple[Any, str, bool]] = {
    "after_poll": (Pipeline, "process", BEFORE),
    "while_processing": (Results, "of", BEFORE),
    "before_site_commit": (SiteStore, "decide", AFTER),
    "before_index_commit": (Index, "judge", AFTER),
    "after_index_commit": (KafkaTransport, "commit", BEFORE),
    "after_send": (KafkaProducer, "flush", BEFORE),
    "after_flush": (KafkaProducer, "send_offsets_to_transaction", BEFORE),
    "after_offsets": (KafkaProducer, "commit_transaction", BEFORE),
    "after_commit": (KafkaProducer, "commit_transaction", AFTER),
}
"""The points of the worker's loop."""
REBUILD_POINTS = {"after_restore": (RestoringIndex, "restore", AFTER)}
"""The points of `index rebuild`."""
PROMOTE_POINTS = {"after_adopt": (AdoptingIndex, "adopt", AFTER)}
"""The points of `replay promote`, beside those of every producer."""


def signal_at(number: signal.Signals, point: str, nth: int) -> None:
    """Make the process get the signal the nth time that it reaches this point."""
    owner, name, before = (POINTS | REBUILD_POINTS | PROMOTE_POINTS)[point]
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def method(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if before and calls == nth:
            os.kill(os.getpid(), number)
        result = original(*args, **kwargs)
        if not before and calls == nth:
            os.kill(os.getpid(), number)
        return result

    setattr(owner, name, method)


if __name__ == "__main__":
    signal_at(signal.Signals[sys.argv[1]], sys.argv[2], int(sys.argv[3]))
    from worker.commands.cli import main

    sys.argv = ["article-worker", *sys.argv[4:]]
    main()
