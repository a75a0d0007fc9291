"""How much CPU time the metrics take, and how much that is of all.

    python benchmarks/metrics.py [--articles-per-s N] [--scrape-s S]

Counts articles with all stages, rules and hosts as the worker does, and asks for the log line, the page for Prometheus
and a probe. Each figure is the minimum of many runs. The share is that of a worker with this rate, a log line every ten
seconds, and a scrape and two probes every S seconds. The look at the lag asks a broker and is not included: it takes
0.5 ms, every two seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from worker.config.settings import Settings
from worker.messages import Outcome, RawRecord, Reason, Result, Source
from worker.observe.metrics import About, Metrics, Seen
from worker.observe.pages import Pages
from worker.observe.reporter import log_keys
from worker.stages.order import build_stages
from worker.text.terminal import json_text

BATCH, HOSTS, PARTITIONS, LINE_S = 200, 500, 12, 10.0


def best_s(run: Callable[[], object], times: int = 200) -> float:
    """The least CPU time of one run, in seconds."""
    best = float("inf")
    for _ in range(times):
        begin = time.process_time()
        run()
        best = min(best, time.process_time() - begin)
    return best


def batch() -> list[Result]:
    stages = ["decode", *(stage.name for stage in build_stages(Settings())), "site_lines", "dedup", "publish"]
    stage_ms = {name: 0.1 * number for number, name in enumerate(stages, 1)}
    record = RawRecord(Source("articles.raw", 0, 0), b"x")
    removed = {"ad_label": 1, "related_link": 3}
    return [
        Result(record, Outcome.PUBLISHED, Reason.NEW, (), stage_ms, removed, f"{number % HOSTS}.example")
        for number in range(BATCH)
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles-per-s", type=float, default=100.0)
    arguments.add_argument("--scrape-s", type=float, default=15.0)
    options = arguments.parse_args()

    metrics, results = Metrics(About("crawl-1-0", "news", "1.2.3", "0123456789abcdef")), batch()
    metrics.seen = Seen(100, dict.fromkeys(range(PARTITIONS), 10), 0.0)
    pages = Pages(lambda: [metrics.status()], 60.0)
    article_s = best_s(lambda: metrics.add(results, 1.0)) / BATCH
    line_s = best_s(lambda: json_text(log_keys(metrics.line())))
    scrape_s, probe_s = best_s(lambda: pages("/metrics")), best_s(lambda: pages("/readyz"))
    share = options.articles_per_s * article_s + line_s / LINE_S + (scrape_s + 2 * probe_s) / options.scrape_s
    print(f"one article    {article_s * 1e6:8.1f} µs")
    print(f"one log line   {line_s * 1e3:8.2f} ms")
    print(f"one scrape     {scrape_s * 1e3:8.2f} ms")
    print(f"one probe      {probe_s * 1e3:8.2f} ms")
    print(f"in all         {share:8.3%} of a core at {options.articles_per_s:g} articles/s")


if __name__ == "__main__":
    main()
