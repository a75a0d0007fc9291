"""How fast the index decides, and what it stores: `python -m benchmarks.index STREAM [--articles N] [--days D] ...`.

STREAM (JSON lines with `text`, .xz or plain) is repeated until there are enough articles. In each round the hashes of
words, numbers and keys get another salt, so that copies within the stream are not copies of an earlier round. Every
article has its own URL and message id. The time covers everything that the worker does for the index: hashing the
content, cutting it into words, the decision, and a commit with fsync for each batch.

    --index valkey://HOST:PORT/DB   the shared index instead of the embedded one
    --processes N                   this many processes on one index, each with a part of the articles
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from training.pairs import read
from worker.config.index_address import parse_address
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Entry, Index, Sketch
from worker.dedup.memory import Memory
from worker.dedup.word_codes import FUNCTION_WORDS, Words, words_of
from worker.identity.content import content_hash
from worker.identity.ids import hash_id
from worker.messages import MessageId

START_S = 1_750_000_000
WINDOW = timedelta(days=30)
SEED = 1


@dataclass(frozen=True, slots=True)
class Job:
    """The work of one process."""

    stream: Path
    articles: int
    days: float
    batch: int
    index: str  # a directory or a URL
    part: int = 0
    parts: int = 1


def open_memory(place: str) -> Memory:
    if "://" in place:
        from worker.dedup.valkey.memory import ValkeyMemory  # noqa: PLC0415 - the embedded index needs no client

        return ValkeyMemory(parse_address(place), window=WINDOW)
    return EmbeddedMemory(Path(place), window=WINDOW, max_bytes=256 << 30)


def texts(path: Path) -> list[str]:
    return [doc["text"] for doc in read(path)]


def entries(job: Job, stream: list[str]) -> Iterator[Entry]:
    salt = b""
    for number in range(job.articles):
        turn, place = divmod(number, len(stream))
        if place == 0:
            content = list(range(FUNCTION_WORDS, 256))
            random.Random(turn).shuffle(content)
            salt = bytes([*range(FUNCTION_WORDS), *content])
        if number % job.parts == job.part:
            url = f"https://example{number % 500}.com/2026/news/{number}"
            text = stream[place]
            yield (
                MessageId(f"articles.raw/{number % 6}/{number // 6}", number.to_bytes(8, "big")),
                Sketch(
                    hash_id(url),
                    url,
                    content_hash(f"{turn} {text}"),
                    START_S + number * job.days * 86_400 / job.articles,
                    salted(words_of(text, seed=SEED), turn, salt),
                ),
            )


def salted(words: Words, turn: int, table: bytes) -> Words:
    mask = random.Random(turn).getrandbits(32)
    return words._replace(
        sequence=words.sequence.translate(table),
        numbers=frozenset(number ^ mask & 0xFFFF for number in words.numbers),
        keys=tuple(key ^ mask for key in words.keys),
    )


def private_bytes() -> int:
    """The private memory of this process. The mapped pages of the index do not count: they are the system's cache."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"RssAnon:\s+(\d+) kB", status)[0]) * 1024


def run(job: Job) -> tuple[int, float, int]:
    """Articles, seconds of the slowest batch, and peak private memory in bytes."""
    stream = texts(job.stream)
    index = Index(open_memory(job.index))
    batch: list[Entry] = []
    done, slowest_s, private, begin = 0, 0.0, 0, time.perf_counter()
    for entry in entries(job, stream):
        batch.append(entry)
        if len(batch) == job.batch:
            before = time.perf_counter()
            done += len(index.decide(batch))
            slowest_s = max(slowest_s, time.perf_counter() - before)
            batch = []
            private = max(private, private_bytes())
            if job.part == 0 and done % (job.batch * 100) == 0:
                print(f"  {done:,} at {done / (time.perf_counter() - begin):,.0f}/s", flush=True)
    done += len(index.decide(batch))
    index.close()
    return done, slowest_s, private


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stream", type=Path)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--index", default="")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        job = Job(args.stream, args.articles, args.days, args.batch, args.index or directory, parts=args.processes)
        jobs = [Job(job.stream, job.articles, job.days, job.batch, job.index, n, job.parts) for n in range(job.parts)]
        begin, cpu = time.perf_counter(), time.process_time()
        if job.parts == 1:
            results = [run(job)]
        else:
            with multiprocessing.get_context("spawn").Pool(job.parts) as pool:
                results = pool.map(run, jobs)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        memory = open_memory(job.index)
        stats = memory.stats()
        memory.close()
    count = sum(done for done, *_ in results)
    print(f"{count / seconds:,.0f} articles/s" + (f" ({count / cpu:,.0f} per CPU second)" if job.parts == 1 else ""))
    print(f"slowest batch of {job.batch}: {max(slowest for _, slowest, _ in results) * 1000:.0f} ms")
    print(f"at most {max(memory for *_, memory in results) / 1e6:.0f} MB of private memory per process")
    print(f"{stats['bytes'] / count:.0f} bytes/article; {dict(stats)}")


if __name__ == "__main__":
    main()
