#!/usr/bin/env python3
"""A replay of one host in twenty against a replay of everything, on a real broker: time, CPU time and bytes fetched.

    python -m benchmarks.replay_only PAGES.jsonl.xz [--records 3000] [--partitions 6] [--batch-bytes 16384]
                                     [--only host=host7.example.org] [--fetch-bytes 65536 ...]

PAGES has one JSON object per line with `url` and `html`. The pages are written to a new raw topic, each on one of
twenty hosts. A worker processes them once, so that there are reports. `--batch-bytes` is the size of the producer's
batches, which a broker always sends whole. `--fetch-bytes` tries other sizes of a fetch; 0 fetches everything, and
leaves out records in memory only. The broker is the tests' own (see tests/kafka/broker.py).
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from kafka import KafkaProducer
from kafka.consumer.fetcher import Fetcher

from tests.kafka import broker, corpus
from tests.kafka.oracle import Topics
from worker.transport.kafka import fetches

HOSTS = 20
_RESULT = "BENCHMARK_RESULT"


def messages(path: Path, count: int) -> Iterator[bytes]:
    """Pages in turn until there are enough, each at another address, on a random host."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    chosen = random.Random(1)
    for number, page in enumerate(itertools.islice(itertools.cycle(found), count)):
        address = f"https://host{chosen.randrange(HOSTS)}.example.org/{number}{urlsplit(page['url']).path}"
        yield corpus.native(corpus.Page(address, page["html"]))


def fill(kafka: broker.KafkaBroker, topics: Topics, options: argparse.Namespace) -> int:
    """Write the raw topic. Return the bytes of the values."""
    size = 0
    with KafkaProducer(
        bootstrap_servers=kafka.bootstrap, compression_type="lz4", batch_size=options.batch_bytes, linger_ms=5,
        max_request_size=16 << 20,
    ) as producer:  # fmt: skip
        for number, value in enumerate(messages(options.pages, options.records)):
            producer.send(topics.raw, value, partition=number % options.partitions)
            size += len(value)
            if number % 50 == 0:
                producer.flush()
        producer.flush()
    return size


def run(*arguments: str, fetch_bytes: int | None = None) -> dict[str, Any]:
    """Run the command line in another process. Return the seconds, those of the CPU, and what it has fetched."""
    with tempfile.NamedTemporaryFile() as result:
        environ = {**os.environ, _RESULT: json.dumps([result.name, fetch_bytes])}
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.replay_only", *arguments],
            env=environ, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        wall_s = time.perf_counter() - begin
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        told = [line for line in done.stderr.splitlines() if line.startswith(("read", "the replay"))]
        return {"wall_s": round(wall_s, 1), **json.loads(result.read()), "told": told}


def measured(result: str, fetch_bytes: int | None) -> None:
    """The command line, with a count of what the client fetches of the raw topic."""
    from worker.commands.cli import main  # noqa: PLC0415

    counts = {"fetches": 0, "fetched_mb": 0.0}
    fetcher: Any = Fetcher
    handle, patched = fetcher._handle_fetch_response, cast("Any", fetches)  # noqa: SLF001 - the client does not tell

    def counted(self: Any, node_id: Any, fetch_offsets: Any, send_time: Any, response: Any) -> None:
        sizes = [
            len(part.records or b"")
            for topic in response.responses
            if "raw" in topic.topic
            for part in topic.partitions
        ]
        counts["fetches"] += bool(sizes)
        counts["fetched_mb"] += sum(sizes) / 1e6
        handle(self, node_id, fetch_offsets, send_time, response)

    fetcher._handle_fetch_response = counted  # noqa: SLF001
    if fetch_bytes:
        patched.SPARSE_FETCH_BYTES = fetch_bytes
    elif fetch_bytes == 0:
        patched.limit = lambda _consumer, _bounds: None
    try:
        main()
    finally:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        cpu_s = usage.ru_utime + usage.ru_stime
        Path(result).write_text(json.dumps({"cpu_s": round(cpu_s, 1), **counts}), "utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages", type=Path)
    arguments.add_argument("--records", type=int, default=3000)
    arguments.add_argument("--partitions", type=int, default=6)
    arguments.add_argument("--batch-bytes", type=int, default=16384)
    arguments.add_argument("--only", default="host=host7.example.org")
    arguments.add_argument("--fetch-bytes", type=int, nargs="*", default=[fetches.SPARSE_FETCH_BYTES])
    options = arguments.parse_args()
    kafka = broker.find()
    try:
        topics = Topics.create(kafka, options.partitions)
        print(f"{options.records} records, {fill(kafka, topics, options) / 1e6:.0f} MB")
        with tempfile.TemporaryDirectory() as state:
            flags = [*topics.flags(kafka), "--state-dir", state, "--log-format", "json"]
            run("run", *flags, "--stop-at-end")
            print("everything:", run("replay", "run", "all", *flags))
            for size in options.fetch_bytes:
                only = ("replay", "run", f"only{size}", *flags, "--only", options.only)
                print(f"{options.only}, fetches of {size:,} bytes:", run(*only, fetch_bytes=size))
    finally:
        kafka.close()


if __name__ == "__main__":
    if _RESULT in os.environ:
        measured(*json.loads(os.environ[_RESULT]))
    else:
        main()
