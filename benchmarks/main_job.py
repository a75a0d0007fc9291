#!/usr/bin/env python3
"""The whole main job on a real broker: whether the numbers add up, articles per second, and where the time goes.

    python benchmarks/main_job.py --pages PAGES.jsonl.xz [MORE ...] [--broken 50] [--partitions 6] [--limit N]

Each file has one JSON object per line with `url` and `html`. The pages are written to a new raw topic in the formats of
four crawlers, with broken messages between them. One worker runs to the end. Then the topics are checked for lost and
repeated records. The broker is the tests' own (see tests/kafka/broker.py). Last, the extract stage runs alone on the
pages.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.pages import read_pages
from tests.kafka import broker, corpus
from tests.kafka.oracle import Topics, check
from worker.config.load import load
from worker.messages import Article, RawRecord, Source
from worker.stages.order import build_stages


def run_worker(kafka: broker.KafkaBroker, topics: Topics, flags: list[str]) -> dict[str, Any]:
    """Run a worker to the end of the input. Return its last metrics line."""
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "-m", "worker", "run", "--stop-at-end", "--log-format", "json", "--state-dir", state]
        done = subprocess.run(
            [*command, *topics.flags(kafka), *flags], stderr=subprocess.PIPE, text=True, check=False
        )  # fmt: skip
    if done.returncode:
        sys.exit(f"the worker exited with code {done.returncode}:\n{done.stderr[-3000:]}")
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "metrics"][-1]


def extract_alone(values: list[bytes]) -> float:
    """The seconds that the extract stage takes for these messages, without decode."""
    stages = build_stages(load({})[0])
    extract = stages["extract"]
    articles = [stages.decode(RawRecord(Source("raw", 0, n), value)) for n, value in enumerate(values)]
    begin = time.perf_counter()
    for article in articles:
        if isinstance(article, Article):
            extract(article)
    return time.perf_counter() - begin


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=Path, required=True, nargs="+")
    arguments.add_argument("--broken", type=int, default=50)
    arguments.add_argument("--partitions", type=int, default=6)
    arguments.add_argument("--limit", type=int)
    arguments.add_argument("--flag", action="append", default=[], help="passed on to `article-worker run`")
    options = arguments.parse_args()

    shapes = itertools.cycle(corpus.SHAPES)
    pages = (corpus.Page(page["url"], page["html"]) for page in read_pages(options.pages, options.limit))
    good = [shape(page) for shape, page in zip(shapes, pages, strict=False)]
    kafka = broker.find()
    try:
        topics = Topics.create(kafka, options.partitions)
        total = topics.fill(kafka, corpus.mixed(good, corpus.broken(options.broken)), options.partitions)
        begin = time.perf_counter()
        metrics = run_worker(kafka, topics, options.flag)
        wall_s = time.perf_counter() - begin
        account = check(kafka, topics)
    finally:
        kafka.close()
    alone_s = extract_alone(good)
    print(json.dumps(metrics, indent=2))
    print(f"{total} messages in, {sum(account.outcomes.values())} quality reports; the topics add up")
    for (outcome, reason), count in sorted(account.outcomes.items()):
        print(f"  {outcome:10} {reason:20} {count}")
    loop_s = metrics["interval_s"]
    print(f"run: {loop_s:.1f} s in the loop ({wall_s:.1f} s with start and end), {total / loop_s:.1f} messages/s")
    print(f"extract alone: {alone_s:.1f} s, {len(good) / alone_s:.1f} articles/s")
    print(f"the run compared with extract alone: {loop_s / alone_s - 1:+.1%}")


if __name__ == "__main__":
    main()
