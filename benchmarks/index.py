"""How fast the embedded index decides, and what it stores: `python benchmarks/index.py [articles] [--days N]`.

A stream of new articles with every tenth a recrawl and every tenth an exact copy, in batches of 200 with fsync, spread
over as many days as the window has, so that look-ups go through all generations.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from worker.dedup.embedded import EmbeddedIndex
from worker.dedup.ids import hash_id
from worker.dedup.index import Sketch

BATCH = 200
START_S = 1_750_000_000


def stream(count: int, days: int) -> Iterator[tuple[str, Sketch]]:
    for number in range(count):
        earlier = number // 2 if number % 10 in (3, 7) else number
        page = earlier if number % 10 == 3 else number
        url = f"https://example{page % 500}.com/2025/news/{page}"
        content = hashlib.sha256(str(earlier).encode()).digest()
        when = START_S + number * days * 86400 / count
        yield f"articles.raw/{number % 6}/{number // 6}", Sketch(hash_id(url), url, content, when)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=int, nargs="?", default=200_000)
    parser.add_argument("--days", type=int, default=30)
    arguments = parser.parse_args()
    sketches = list(stream(arguments.articles, arguments.days))
    with tempfile.TemporaryDirectory() as directory:
        index = EmbeddedIndex(Path(directory), window=timedelta(days=30), max_bytes=64 << 30)
        slowest_s, begin, cpu_begin = 0.0, time.perf_counter(), time.process_time()
        for first in range(0, len(sketches), BATCH):
            batch_begin = time.perf_counter()
            with index.batch():
                for message_id, sketch in sketches[first : first + BATCH]:
                    index.decide(message_id, sketch)
            slowest_s = max(slowest_s, time.perf_counter() - batch_begin)
        seconds, cpu_s = time.perf_counter() - begin, time.process_time() - cpu_begin
        stats = index.stats()
        index.close()
    print(f"{len(sketches) / seconds:,.0f} decisions/s ({len(sketches) / cpu_s:,.0f} a CPU second)")
    print(f"slowest batch of {BATCH}: {slowest_s * 1000:.1f} ms")
    print(f"{stats['bytes'] / len(sketches):.0f} bytes/article on disk; {stats}")


if __name__ == "__main__":
    main()
