"""A process with an index, for tests that kill it. It reads from standard input what to decide.

The argument is JSON: `opener` and `path` of its memory, and optionally `topic`, `at_s`, `max_bytes` (of an embedded
memory) and `die_at`, the number of the document on which it dies. Each line of its input has the first document, the
last one and the batch size. It answers with a dot for each stored batch, then with the verdicts in JSON. After the line
`effort`, it answers what it took to store the batches on a server.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from tests.dedup.prose import prose
from tests.dedup.sketches import NOW_S, OPENERS, WINDOW, message, told
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Entry, Index, Sketch
from worker.dedup.memory import Wanted
from worker.dedup.valkey.memory import ValkeyMemory
from worker.messages import Verdict
from worker.observe import logs

STORIES, URLS = 150, 300


def document(number: int, at_s: float = NOW_S) -> Sketch:
    """The same document in every process. Each story comes to two URLs, and then to the first again, longer each time."""
    story = number % STORIES
    words = prose(story, 60) + prose("footer", 6 * (number // STORIES % 3))
    return told(str(number % URLS), " ".join(words), at_s)


class Process:
    """The main object of the process."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._topic = arguments.get("topic", "t")
        self._at_s = arguments.get("at_s", NOW_S)
        self._die_at = arguments.get("die_at")
        path, max_bytes = Path(arguments["path"]), arguments.get("max_bytes")
        self._memory = (
            EmbeddedMemory(path, window=WINDOW, max_bytes=max_bytes)
            if max_bytes
            else OPENERS[arguments["opener"]](path)
        )
        self._index = Index(self._memory)

    def run(self) -> None:
        _say("ready")
        for line in sys.stdin:
            if line == "effort\n":
                assert isinstance(self._memory, ValkeyMemory)
                _say(json.dumps(asdict(self._memory.effort)))
                continue
            first, last, step = json.loads(line)
            verdicts: list[list[Any]] = []
            for begin in range(first, last, step):
                verdicts += map(_shown, self._decide(range(begin, min(begin + step, last))))
                _say(".")
            _say(json.dumps(verdicts))
        self._memory.close()

    def _decide(self, numbers: Sequence[int]) -> list[Verdict]:
        entries = [(message(number, self._topic), document(number, self._at_s)) for number in numbers]
        if self._die_at not in numbers:
            return self._index.decide(entries)
        return self._memory.atomically(Wanted(), lambda: self._die(entries[: 1 + numbers.index(self._die_at)]))

    def _die(self, entries: Sequence[Entry]) -> NoReturn:
        self._index.begin()
        for entry in entries:
            self._index.judge(*entry)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _shown(verdict: Verdict) -> list[Any]:
    return [verdict.kind, verdict.version, verdict.of, verdict.similarity, verdict.cluster_id, verdict.evidence]


if __name__ == "__main__":
    logs.configure("console", "error")  # standard output is for the verdicts
    Process(json.loads(sys.argv[1])).run()
