"""What pathological pages cost in the extract stage: outcome, seconds and peak memory of each, in a process of its own.

    python benchmarks/hostile_pages.py [--only WORD] [--max-nodes N] [--max-depth N] [--max-html-bytes N] [--timeout S]

`article` tells whether the real paragraphs at the end of each page came out.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from worker.messages import Article
from worker.stages.extract import Extract
from worker.stages.limits import Limits

MARK = "The council voted to keep the old bridge open"
PARAGRAPHS = "".join(
    f"<p>{MARK} for {n} more years, although the engineers asked for its closure.</p>" for n in range(12)
)
ARTICLE = f"<article><h1>Bridge stays open</h1>{PARAGRAPHS}</article>"
TEN_WORDS = "ten words that stand before the next one begin here"
DEPTH = 390  # just below the limit, as are the counts below


def page(before: str, after: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>T</title></head><body>{before}{ARTICLE}{after}</body></html>"


def nested(start: str, end: str, depth: int = DEPTH) -> str:
    return page(start * depth, end * depth)


def script(kind: str, content: str) -> str:
    return page(f"<script type={kind}>{content}</script>")


PAGES: dict[str, Callable[[], str]] = {
    "an ordinary page": lambda: page("<nav><a href=/a>A</a></nav>"),
    "empty": lambda: "",
    "plain text": lambda: f"{MARK}. " * 2000,
    # Depth
    "59,000 nested div": lambda: nested("<div>", "", 59_000),
    "1,000 nested div": lambda: nested("<div>", "</div>", 1000),
    "390 nested div": lambda: nested("<div>", "</div>"),
    "390 nested div of ten words": lambda: nested(f"<div>{TEN_WORDS}", "</div>"),
    "390 nested em of ten words": lambda: nested(f"<em>{TEN_WORDS}", "</em>"),
    "390 nested span": lambda: nested("<span>", "</span>"),
    "390 nested b": lambda: nested("<b>", "</b>"),
    "390 nested font": lambda: nested("<font>", "</font>"),
    "390 nested blockquote": lambda: nested("<blockquote>", "</blockquote>"),
    "390 nested article": lambda: nested("<article>", "</article>"),
    "390 nested table": lambda: nested("<table><tr><td>", "</td></tr></table>"),
    "390 nested ul": lambda: nested("<ul><li>item", "</li></ul>"),
    "29,000 p below 390 div": lambda: page("<div>" * DEPTH + "<p>word here</p>" * 29_000),
    "29,000 a below 390 div": lambda: page("<div>" * DEPTH + "<a href=/x>link text</a>" * 29_000),
    "2,300 div below 390 div": lambda: page("<div>" * DEPTH + "<div>word here</div>" * 2300),
    "20,000 unclosed b": lambda: page("<b>word " * 20_000),
    "19,000 unclosed b in p": lambda: page("<p><b>word</p>" * 19_000),
    # Breadth
    "29,000 div": lambda: page("<div>word here</div>" * 29_000),
    "4,900 div": lambda: page("<div>word here</div>" * 4900),
    "59,000 br": lambda: page("line<br>" * 59_000),
    "59,000 br in an article": lambda: page(f"<article>{'some more words<br>' * 59_000}</article>"),
    "29,000 p": lambda: page("<p>A short paragraph of words.</p>" * 29_000),
    "29,000 p, no two alike": lambda: page("".join(f"<p>Paragraph number {n} here.</p>" for n in range(29_000))),
    "29,000 p in an article": lambda: page(f"<article>{'<p>A short paragraph of words.</p>' * 29_000}</article>"),
    "29,000 links": lambda: page("<a href=/x>a link to there</a> " * 29_000),
    "14,000 li with links": lambda: page(f"<ul>{'<li><a href=/x>a link</a></li>' * 14_000}</ul>"),
    "29,000 li": lambda: page(f"<ul>{'<li>An item of six words here</li>' * 29_000}</ul>"),
    "9,000 table rows": lambda: page(f"<table>{'<tr><td>cell</td><td>12</td></tr>' * 9000}</table>"),
    "29,000 span in a p": lambda: page(f"<p>{'<span>word</span> ' * 29_000}</p>"),
    "29,000 i in a p": lambda: page(f"<p>{'<i>word</i> ' * 29_000}</p>"),
    "900 i in each of 32 p": lambda: page(f"<p>{'<i>word</i> ' * 900}</p>" * 32),
    "29,000 h2": lambda: page("<h2>Heading</h2>" * 29_000),
    "14,000 blockquote": lambda: page("<blockquote><p>Words that were said</p></blockquote>" * 14_000),
    "14,000 article": lambda: page("<article><p>Words of a teaser here</p></article>" * 14_000),
    "14,000 figure": lambda: page("<figure><img src=x></figure>" * 14_000),
    "14,000 form": lambda: page("<form><input></form>" * 14_000),
    # Size
    "a line of 4.9 MB": lambda: page(f"<p>{'word ' * 980_000}</p>"),
    "a word of 4.9 MB": lambda: page(f"<p>{'w' * 4_900_000}</p>"),
    "a pre of 4.8 MB": lambda: page("<pre>code line here\n" + "x = 1\n" * 800_000 + "</pre>"),
    "a script of 4.8 MB": lambda: script("text/javascript", "var a = 1 ;" * 440_000),
    "broken JSON-LD of 4.9 MB": lambda: script("application/ld+json", "[" * 4_900_000),
    "JSON-LD of 350,000 nodes": lambda: script("application/ld+json", f"[{'{},' * 350_000}{{}}]"),
    "an attribute of 4.8 MB": lambda: page(f"<p class='{'c ' * 2_400_000}'>x</p>"),
    "70,000 attributes in a tag": lambda: page(f"<p {' '.join(f'a{n}=1' for n in range(70_000))}>x</p>"),
    "5,900 attributes in a tag, 80x": lambda: page(f"<p {' '.join(f'a{n}=1' for n in range(5900))}>x</p>" * 80),
    "900,000 entities": lambda: page(f"<p>{'&amp;' * 900_000}</p>"),
    # Odd
    "59,000 meta": lambda: page("<meta name=author content='Jane Doe'>" * 59_000),
    "NULs between": lambda: page("\x00a\x00<p\x00>" * 20_000),
    "unclosed comment": lambda: page("<!-- never closed "),
    "59,000 comments": lambda: page("<!-- c -->" * 59_000),
    "59,000 unclosed tags": lambda: page("<div " * 59_000),
    "59,000 <": lambda: page("<" * 59_000),
    "59,000 end tags": lambda: page("</div>" * 59_000),
    "svg of 59,000 paths": lambda: page(f"<svg>{'<path d=1 />' * 59_000}</svg>"),
    "template of 29,000 p": lambda: page(f"<template>{'<p>word</p>' * 29_000}</template>"),
}


def run_case(name: str, limits: Limits) -> dict[str, object]:
    html = PAGES[name]()
    stage = Extract(limits)
    stage(Article(html=page("")))  # imports and stop lists are paid once, not by a page
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    result = stage(Article(html=html))
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = isinstance(result, Article)
    text = (result.text or "") if isinstance(result, Article) else ""
    return {
        "outcome": result.extractor if isinstance(result, Article) else str(result.reason),
        "mb": len(html) / 1e6,
        "tags": html.count("<"),
        "seconds": seconds,
        "peak_mb": (peak - base) / 1024,
        "chars": len(text),
        "article": text.count(MARK) if found else "-",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = Limits()
    parser.add_argument("--only", default="", help="pages with this word in their name")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parser.add_argument("--max-html-bytes", type=int, default=defaults.max_html_bytes)
    parser.add_argument("--max-nodes", type=int, default=defaults.max_nodes)
    parser.add_argument("--max-depth", type=int, default=defaults.max_depth)
    parser.add_argument("--timeout", type=float, default=60)
    args = parser.parse_args()
    if args.case:
        print(json.dumps(run_case(args.case, Limits(args.max_html_bytes, args.max_nodes, args.max_depth))))
        return
    print(f"{'page':<32}{'MB':>5}{'tags':>9}{'s':>8}{'+MB':>7}{'chars':>9}{'article':>8}  outcome")
    options = [f"--max-html-bytes={args.max_html_bytes}", f"--max-nodes={args.max_nodes}"]
    options.append(f"--max-depth={args.max_depth}")
    for name in PAGES:
        if args.only in name:
            print(_row(name, options, args.timeout), flush=True)


def _row(name: str, options: list[str], timeout: float) -> str:
    command = [sys.executable, __file__, "--case", name, *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return f"{name:<32}{'':>5}{'':>9}{timeout:>7.0f}+"
    if done.returncode:
        return f"{name:<32} status {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
    row = json.loads(done.stdout.splitlines()[-1])
    return (
        f"{name:<32}{row['mb']:>5.1f}{row['tags']:>9,}{row['seconds']:>8.2f}{row['peak_mb']:>7.0f}"
        f"{row['chars']:>9,}{row['article']:>8}  {row['outcome']}"
    )


if __name__ == "__main__":
    main()
