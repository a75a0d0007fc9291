"""Simulates many workers on one index server: `python -m benchmarks.fifty_workers [--workers N ...] [--rate R] ...`.

Each worker judges a batch as soon as it has gathered one, and may fall behind. The server serves one request after the
other. A batch reads, runs its body, and writes. The server stores the articles that depend on nothing that others have
written since. The worker reads again what has changed, decides the refused articles again, and writes them
(worker.dedup.valkey.memory). After five refusals it takes a turn, and the others hold back their writes.

The times are what `benchmarks.index --index ...` prints, in microseconds per article. `--affects` is the probability
that an article affects another one that a worker is deciding: that they share a posting key that few articles have. In
the development stream it is .0011, and .007 while an index is nearly empty.

It prints how long a batch took, counted from the moment when it was complete, so that a worker that cannot keep up
shows. It also prints how busy the server was, and how often bodies ran again.
"""

from __future__ import annotations

import argparse
import heapq
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

TURN_AFTER = 5  # as in worker.dedup.valkey.memory
WAIT_S = 0.005  # likewise
REFUSED_S = 150e-6  # of the server, for a request that it refuses as a whole

Reply = tuple[float, Any]
Process = Generator[float | Callable[[], Reply], Any, None]
"""Yields the seconds that it works by itself, or a request, which returns its own seconds and the answer."""


@dataclass(frozen=True, slots=True)
class Load:
    """The times are in seconds per article; `trip_s` is that of a round trip."""

    workers: int
    rate: float
    batch: int
    seconds: float
    trip_s: float
    read_s: float
    write_s: float
    check_s: float  # of the server, for each article of a batch that was overtaken, and of those that overtook it
    body_s: float
    again_s: float
    other_s: float  # of the worker, outside the body: half of it before, half after
    affects: float


@dataclass(slots=True)
class Server:
    """The state that the workers share, and what happened."""

    articles: int = 0  # stored
    turn: int | None = None
    free_s: float = 0.0
    busy_s: float = 0.0
    batches_s: list[float] = field(default_factory=list)
    refused: int = 0
    again: int = 0  # articles that were decided again
    turns: int = 0


class Clock:
    """Runs processes in simulated time."""

    def __init__(self, server: Server, trip_s: float) -> None:
        self.now_s = 0.0
        self._server = server
        self._trip_s = trip_s
        self._numbers = count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []

    def start(self, process: Process) -> None:
        """Run a process from now on."""
        self._at(0.0, lambda: self._resume(process, None))

    def run(self) -> None:
        """Run until all processes have ended."""
        while self._events:
            self.now_s, _, event = heapq.heappop(self._events)
            event()

    def _at(self, time_s: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (time_s, next(self._numbers), event))

    def _resume(self, process: Process, answer: Any) -> None:
        try:
            step = process.send(answer)
        except StopIteration:
            return
        if isinstance(step, float):
            self._at(self.now_s + step, lambda: self._resume(process, None))
        else:
            self._at(self.now_s + self._trip_s / 2, lambda: self._arrive(process, step))

    def _arrive(self, process: Process, request: Callable[[], Reply]) -> None:
        if self._server.free_s > self.now_s:
            self._at(self._server.free_s, lambda: self._arrive(process, request))
            return
        seconds, answer = request()
        self._server.busy_s += seconds
        self._server.free_s = self.now_s + seconds
        self._at(self._server.free_s + self._trip_s / 2, lambda: self._resume(process, answer))


def worker(name: int, clock: Clock, server: Server, load: Load, chance: random.Random) -> Process:
    """Judge one batch after the other."""
    every_s = load.batch / load.rate
    ready_s = chance.random() * every_s
    while ready_s < load.seconds:
        yield max(0.0, ready_s - clock.now_s)
        known = yield lambda: (load.read_s * load.batch, server.articles)
        yield (load.body_s + load.other_s / 2) * load.batch
        left, losses = load.batch, 0
        while True:
            yield load.other_s / 2 * left
            refused, now = yield lambda: write(name, server, load, chance, (known, left, losses))  # noqa: B023
            if refused == 0:
                break
            if now is None:
                yield WAIT_S
                continue
            losses, left, known = losses + 1, refused, now
            server.again += left
            yield lambda: (load.read_s * left / 4, None)  # noqa: B023 - only some keys; called before the next step
            yield load.again_s * left
        server.batches_s.append(clock.now_s - ready_s)
        ready_s += every_s * (0.5 + chance.random())


def write(name: int, server: Server, load: Load, chance: random.Random, state: tuple[int, int, int]) -> Reply:
    """The number of articles that were not stored, and of all articles now: None if another worker has its turn."""
    known, left, losses = state
    if server.turn not in (None, name):
        return REFUSED_S, (left, None)
    clean = (1 - load.affects) ** (server.articles - known)
    refused = sum(chance.random() > clean for _ in range(left)) if clean < 1 else 0
    server.turn = None
    if refused:
        server.refused += 1
        if losses >= TURN_AFTER:
            server.turn = name
            server.turns += 1
    server.articles += left - refused
    check_s = load.check_s * (left + server.articles - known - left + refused) if clean < 1 else 0.0
    return load.write_s * (left - refused) + check_s, (refused, server.articles)


def simulate(load: Load) -> None:
    """Simulate, and print a line of a table."""
    server, chance = Server(), random.Random(1)
    clock = Clock(server, load.trip_s)
    for name in range(load.workers):
        clock.start(worker(name, clock, server, load, chance))
    clock.run()
    times, batches = sorted(server.batches_s), len(server.batches_s)
    p50, p99 = (times[int(share * (batches - 1))] * 1000 for share in (0.5, 0.99))
    print(
        f"{load.workers:7} {batches * load.batch / clock.now_s:10,.0f} {p50:8.0f} {p99:8.0f} {times[-1] * 1000:8.0f}"
        f" {server.busy_s / clock.now_s:8.0%} {server.refused / batches:9.2f}"
        f" {server.again / batches / load.batch:9.2f} {server.turns / batches:8.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 8, 50, 100])
    parser.add_argument("--rate", type=float, default=100.0, help="articles per second and worker")
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--trip", type=float, default=500.0, help="microseconds of a round trip")
    parser.add_argument("--reads", type=float, default=35.0, help="of the server")
    parser.add_argument("--writes", type=float, default=50.0, help="of the server")
    parser.add_argument("--check", type=float, default=2.5, help="of the server, to compare what was written and read")
    parser.add_argument("--body", type=float, default=150.0, help="of the worker, in the first run")
    parser.add_argument("--again", type=float, default=150.0, help="of the worker, for an article decided again")
    parser.add_argument("--other", type=float, default=160.0, help="of the worker, outside the body")
    parser.add_argument("--affects", type=float, default=0.0015)
    args = parser.parse_args()
    print("workers articles/s   p50 ms   p99 ms  slowest   server   refused     again    turns")
    for workers in args.workers:
        simulate(
            Load(
                workers, args.rate, args.batch, args.seconds, trip_s=args.trip / 1e6, read_s=args.reads / 1e6,
                write_s=args.writes / 1e6, check_s=args.check / 1e6, body_s=args.body / 1e6,
                again_s=args.again / 1e6, other_s=args.other / 1e6, affects=args.affects,
            )
        )  # fmt: skip


if __name__ == "__main__":
    main()
