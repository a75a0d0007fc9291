"""How fast the extract stage is on real pages, and where its time goes.

    python benchmarks/extraction.py PAGES.jsonl.xz [--limit N]

PAGES has one JSON object per line with `url` and `html`. Times are for one process, without decode. `rest` is what the
stage does apart from the listed steps: kind of page, language, and normalising the text.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import resource
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from worker.extraction.features import features
from worker.extraction.model import page_model
from worker.extraction.walk import read_blocks
from worker.messages import Article
from worker.page.limits import Limits, check
from worker.page.metadata import read_metadata
from worker.page.tree import encode, parse
from worker.stages.extract import Extract
from worker.stages.reading import hints_of

LIMITS = Limits()
STEPS = ("limits", "parse", "metadata", "blocks", "features", "trees", "rest")


def pages(path: Path, limit: int | None) -> Iterator[tuple[str | None, str]]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, limit):
            page = json.loads(line)
            yield page.get("url"), page["html"]


def steps(url: str | None, html: str) -> list[float]:
    """The seconds of each step on one page, run in the stage's order. Empty if the page exceeds a limit."""
    model = page_model()
    times = [time.perf_counter()]
    if check(html, LIMITS):
        return []
    times.append(time.perf_counter())
    tree = parse(encode(html))
    times.append(time.perf_counter())
    metadata = read_metadata(tree, url)
    times.append(time.perf_counter())
    blocks = read_blocks(tree)
    times.append(time.perf_counter())
    if blocks.texts:
        rows = features(blocks, hints_of(metadata), model.wording)
        times.append(time.perf_counter())
        model.trees.probabilities(rows)
    else:
        times.append(time.perf_counter())
    times.append(time.perf_counter())
    return [end - begin for begin, end in itertools.pairwise(times)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--limit", type=int)
    args = parser.parse_args()
    stage = Extract(LIMITS)
    stage(Article(html="<p>Imports, the model and the language model are loaded before the clock starts.</p>"))
    outcomes: Counter[str] = Counter()
    seconds, size = [], 0
    for url, html in pages(args.pages, args.limit):
        begin = time.perf_counter()
        result = stage(Article(html=html, url=url))
        seconds.append(time.perf_counter() - begin)
        size += len(html)
        outcomes[str(result.extractor) if isinstance(result, Article) else result.reason.value] += 1
    parts = []
    for (url, html), whole in zip(pages(args.pages, args.limit), seconds, strict=True):
        if times := steps(url, html):
            parts.append([*times, max(whole - sum(times), 0.0)])
    report(seconds, size, outcomes, parts)


def report(seconds: list[float], size: int, outcomes: Counter[str], parts: list[list[float]]) -> None:
    total = sum(seconds)
    cuts = statistics.quantiles(seconds, n=100)
    print(f"{len(seconds)} pages, {len(seconds) / total:.1f} pages/s, {size / 1e6 / total:.1f} M characters/s")
    print(f"ms a page: mean {total / len(seconds) * 1000:.1f}", end="")
    print("".join(f", p{q} {cuts[q - 1] * 1000:.1f}" for q in (50, 95, 99)), f", max {max(seconds) * 1000:.0f}", sep="")
    for name, times in zip(STEPS, zip(*parts, strict=True), strict=True):
        print(f"  {name:<10}{statistics.mean(times) * 1000:>7.2f} ms")
    print("outcomes:", ", ".join(f"{name} {count}" for name, count in outcomes.most_common()))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
