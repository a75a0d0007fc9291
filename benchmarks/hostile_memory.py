#!/usr/bin/env python3
"""The memory of a process that handles 1,000 hostile messages, all different, in the whole pipeline.

    python benchmarks/hostile_memory.py [--messages N] [--only WORD] [--max-mb N]

Each kind of message tries to leave something behind in a cache that is keyed by the page's content, or to make one
message need a lot of memory. Linux only. `MB` is the resident memory, `most` its peak so far. The exit code is 1 if the
peak exceeds `--max-mb` (400 by default).
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from worker.config.settings import Settings
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index
from worker.messages import PipelineInfo, RawRecord, Source
from worker.pipeline.pipeline import Pipeline
from worker.sites.memory import SiteStore, on_disk
from worker.stages.identify import Dedup
from worker.stages.order import build_stages

BATCH = 5
MB = 1_000_000
STORY = "".join(
    f"<p>The council voted to keep bridge {n} open, although the engineers asked for its closure.</p>" for n in range(9)
)
SALAM = "\ufdfa"  # one character that becomes eighteen in the normal form NFKC


def page(head: str, body: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>Bridge</title>{head}</head>"
        f"<body>{body}<article>{STORY}</article></body></html>"
    )


def message(html: str, **fields: str) -> bytes:
    return json.dumps({"url": "https://paper.example/a", "html": html} | fields, ensure_ascii=False).encode()


def long_url(number: int, size: int) -> str:
    return f"https://paper{number}.example/{'a' * size}"


def of_bytes(number: int) -> bytes:
    """A page that is not UTF-8, with labels of unknown charsets."""
    html = page(f'<meta charset="x-meta{number}">', "Größe " * 200).encode("cp1252")
    headers = {"content-type": f"text/html; charset=x-header{number}"}
    fields = {"url": f"https://paper.example/{number}", "html": base64.b64encode(html).decode()}
    return json.dumps({**fields, "headers": headers, "encoding": f"utf-8{'-' * (number % 30)}_{number}"}).encode()


MESSAGES: dict[str, Callable[[int], bytes]] = {
    "a class of 4.8 MB": lambda n: message(page("", f"<div class='{n} {'c ' * 2_400_000}'>x</div>")),
    "an id of 4.8 MB": lambda n: message(page("", f"<div id='{n}{'é' * 2_400_000}'>x</div>")),
    "9,000 classes of 500 characters": lambda n: message(
        page("", "".join(f"<p class='{'c' * 480}{n}-{m}'>word</p>" for m in range(9_000)))
    ),
    "30,000 classes of 100 characters": lambda n: message(
        page("", "".join(f"<p id={n}x{m} class='{'ç' * 60}'>word</p>" for m in range(30_000)))
    ),
    "a URL of 7 MB": lambda n: message(page(""), url=long_url(n, 7 * MB)),
    "a final URL of 7 MB": lambda n: message(page(""), final_url=long_url(n, 7 * MB)),
    "a key of 8 MB": lambda _: page("").encode(),
    "a canonical link of 4.8 MB": lambda n: message(page(f"<link rel=canonical href='{long_url(n, 4_800_000)}'>")),
    "an og:url of 4.8 MB": lambda n: message(page(f"<meta property=og:url content='{long_url(n, 4_800_000)}'>")),
    "a base of 4.8 MB": lambda n: message(page(f"<base href='{long_url(n, 4_800_000)}'><link rel=canonical href=/x>")),
    "a URL of 1 MB in JSON-LD": lambda n: message(
        page(
            '<script type="application/ld+json">'
            + json.dumps({"@type": "NewsArticle", "headline": "x", "url": long_url(n, MB), "image": long_url(n, 9_000)})
            + "</script>"
        )
    ),
    "links of 4.8 MB": lambda n: message(page("", f"<a href='{long_url(n, 4_800_000)}'>there</a>")),
    "a host of 8,000 characters": lambda n: message(page(""), url=f"https://{n}.{'h' * 8_000}.example/a"),
    "a parameter of 8,000 characters": lambda n: message(page(""), url=f"https://paper.example/?{n}{'p' * 8_000}=1"),
    "labels of charsets": of_bytes,
    "a page of 1,600,000 U+FDFA": lambda n: message(page("", f"<p>{n} {SALAM * 1_600_000}</p>")),
    "a text of 2,600,000 U+FDFA": lambda n: json.dumps(
        {"url": f"https://paper.example/{n}", "text": f"{n} {SALAM * 2_600_000}"}, ensure_ascii=False
    ).encode(),
    "a text of words of U+FDFA": lambda n: json.dumps(
        {"url": f"https://paper.example/{n}", "text": f"{n} {f'{SALAM * 9} ' * 280_000}"}, ensure_ascii=False
    ).encode(),
}  # fmt: skip


def records(names: list[str], count: int) -> Iterator[RawRecord]:
    for number, name in zip(range(count), itertools.cycle(names), strict=False):
        key = long_url(number, 8 * MB).encode() if "key" in name else None
        yield RawRecord(
            Source("articles.raw", 0, number, timestamp_ms=1_700_000_000_000), MESSAGES[name](number), key=key
        )


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MB


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def run(names: list[str], count: int, directory: Path) -> None:
    settings = Settings()
    sites = SiteStore(
        on_disk(directory / "sites", window=settings.dedup_window, max_bytes=1 << 30), least=settings.site_lines
    )
    memory = EmbeddedMemory(directory / "index", window=settings.dedup_window, max_bytes=1 << 30)
    pipeline = Pipeline(build_stages(settings, sites, Dedup(Index(memory))), PipelineInfo("0", "0" * 16))
    left, done, begin = records(names, count), 0, time.process_time()
    print(f"{'messages':>8}{'s':>8}{'MB':>7}{'most':>7}")
    while batch := list(itertools.islice(left, BATCH)):
        pipeline.process(batch)
        done += len(batch)
        if done % 50 < BATCH or done == count:
            seconds = time.process_time() - begin
            print(f"{done:>8}{seconds:>8.0f}{resident_mb():>7.0f}{peak_mb():>7.0f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--only", default="", help="kinds with this word in their name")
    parser.add_argument("--max-mb", type=float, default=400)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        run([name for name in MESSAGES if args.only in name], args.messages, Path(directory))
    if peak_mb() > args.max_mb:
        print(f"the peak is {peak_mb():.0f} MB, more than {args.max_mb:.0f}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
