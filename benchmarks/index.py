"""How fast the index decides, and what it stores: `python -m benchmarks.index STREAM [--articles N] [--days D] ...`.

STREAM (JSON lines with `text`, .xz or plain) is repeated until there are enough articles. In each round the hashes of
words, numbers and keys get another salt, so that copies within the stream are not copies of an earlier round. Every
article has its own URL and message id. The time covers everything that the worker does for the index: hashing the
content, cutting it into words, the decision, and a commit with fsync for each batch.

    --index valkey://HOST:PORT/DB   the shared index instead of the embedded one
    --processes N                   this many processes on one index, each with a part of the articles
    --rate R                        each process judges R articles per second, instead of as many as it can

With an index server, it also prints what `benchmarks.fifty_workers` needs to know, measured with one process or more:
the server's CPU time for reads and for writes, and the worker's time for the first and for a repeated run of a body.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import redis

from training.pairs import read
from worker.config.index_address import parse_address
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Entry, Index, Sketch
from worker.dedup.memory import Memory
from worker.dedup.valkey.memory import ValkeyMemory
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
    rate: float = 0.0  # articles per second; 0: no limit


@dataclass(slots=True)
class Result:
    """What one process measured."""

    done: int = 0
    cpu_s: float = 0.0
    private_bytes: int = 0
    batches_s: list[float] = field(default_factory=list)
    effort: Counter[str] = field(default_factory=Counter)


def open_memory(place: str) -> Memory:
    if "://" in place:
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


def run(job: Job) -> Result:
    """Judge the articles of one process."""
    batches = list(batched(entries(job, texts(job.stream)), job.batch))
    memory, result = open_memory(job.index), Result()
    index = Index(memory)
    ready = time.perf_counter()
    cpu_s = time.process_time()
    for number, batch in enumerate(batches, start=1):
        if job.rate:
            time.sleep(max(0.0, ready + (number + job.part / job.parts) * job.batch / job.rate - time.perf_counter()))
        before = time.perf_counter()
        result.done += len(index.decide(batch))
        result.batches_s.append(time.perf_counter() - before)
        result.private_bytes = max(result.private_bytes, private_bytes())
    result.cpu_s = time.process_time() - cpu_s
    if isinstance(memory, ValkeyMemory):
        result.effort = Counter(asdict(memory.effort))
    index.close()
    return result


def batched(entries: Iterator[Entry], size: int) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, size)):
        yield batch


def server_us(place: str) -> dict[str, int]:
    """The microseconds that the server has spent on reads, on writes, and in all."""
    with redis.Redis.from_url(re.sub("^valkey", "redis", place)) as client:
        stats: Any = client.info("commandstats")
        cpu: Any = client.info("cpu")
    spent = {name.removeprefix("cmdstat_"): each["usec"] for name, each in stats.items()}
    return {
        "reads": sum(spent.get(name, 0) for name in ("hmget", "hgetall")),
        "writes": spent.get("evalsha", 0),
        "cpu": round((cpu["used_cpu_user"] + cpu["used_cpu_sys"]) * 1e6),
    }


def print_server(results: list[Result], before: dict[str, int], after: dict[str, int]) -> None:
    count = sum(result.done for result in results)
    spent = {name: (after[name] - before[name]) / count for name in after}
    print("server, us/article: " + ", ".join(f"{name} {us:.1f}" for name, us in spent.items()))
    effort = sum((result.effort for result in results), Counter[str]())
    first_s, repeated_s = effort.pop("first_s"), effort.pop("repeated_s", 0.0)
    print("batches: " + ", ".join(f"{effort[name]} {name}" for name in effort if name != "batches"))
    again = max(1, effort["repeated"]) / effort["batches"] * count
    print(f"body, us/article: first run {first_s * 1e6 / count:.1f}, repeated {repeated_s * 1e6 / again:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stream", type=Path)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--index", default="")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        place = args.index or directory
        job = Job(args.stream, args.articles, args.days, args.batch, place, parts=args.processes, rate=args.rate)
        before = server_us(place) if "://" in place else {}
        begin = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(job.parts) as pool:
            results = pool.map(run, [replace(job, part=part) for part in range(job.parts)], chunksize=1)
        report(results, time.perf_counter() - begin, job)
        if before:
            print_server(results, before, server_us(place))
        memory = open_memory(place)
        stats = memory.stats()
        memory.close()
    count = sum(result.done for result in results)
    print(f"{stats['bytes'] / count:.0f} bytes/article; {dict(stats)}")


def report(results: list[Result], seconds: float, job: Job) -> None:
    count, times = sum(result.done for result in results), sorted(each for one in results for each in one.batches_s)
    busiest_s = max(sum(result.batches_s) for result in results)
    print(f"{count / busiest_s:,.0f} articles/s while all judge ({seconds:.0f} s with start and sketches)")
    print(f"{1e6 * sum(result.cpu_s for result in results) / count:.0f} us of CPU per article in the worker")
    p50, p99 = (times[int(share * (len(times) - 1))] * 1000 for share in (0.5, 0.99))
    print(f"batch of {job.batch}: median {p50:.0f} ms, p99 {p99:.0f} ms, slowest {times[-1] * 1000:.0f} ms")
    print(f"at most {max(result.private_bytes for result in results) / 1e6:.0f} MB of private memory per process")


if __name__ == "__main__":
    main()
