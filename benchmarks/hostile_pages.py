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
PATH, NODE = "<path d=1 />", "{}"
ARTICLE = f"<article><h1>Bridge stays open</h1>{PARAGRAPHS}</article>"


def _page(before: str, after: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>T</title></head><body>{before}{ARTICLE}{after}</body></html>"


def _nested(start: str, end: str, depth: int) -> str:
    return _page("", "") if not depth else f"<html><body>{start * depth}{ARTICLE}{end * depth}</body></html>"


def _rows(count: int) -> str:
    return f"<table>{'<tr><td>cell<td>12</tr>' * count}</table>"


PAGES: dict[str, Callable[[], str]] = {
    "an ordinary page": lambda: _page("<nav><a href=/a>A</a></nav>"),
    "empty": lambda: "",
    "plain text": lambda: f"{MARK}. " * 2000,
    "50,000 nested div": lambda: _nested("<div>", "", 59_000),
    "390 nested div": lambda: _nested("<div>", "</div>", 390),
    "390 nested span": lambda: _nested("<span>", "</span>", 390),
    "390 nested b": lambda: _nested("<b>", "</b>", 390),
    "390 nested font": lambda: _nested("<font>", "</font>", 390),
    "390 nested blockquote": lambda: _nested("<blockquote>", "</blockquote>", 390),
    "1,000 nested div": lambda: _nested("<div>", "</div>", 1000),
    "390 nested article": lambda: _nested("<article>", "</article>", 390),
    "390 nested em of 10 words": lambda: _nested(
        "<em>ten words that stand before the next one begin here", "</em>", 390
    ),
    "390 nested table": lambda: _nested("<table><tr><td>", "</td></tr></table>", 390),
    "390 nested ul": lambda: _nested("<ul><li>item", "</li></ul>", 390),
    "390 nested div of 10 words": lambda: _nested(
        "<div>ten words that stand before the next one begin here", "</div>", 390
    ),
    "29,000 p below 390 div": lambda: (
        f"<html><body>{'<div>' * 390}{'<p>word here</p>' * 29_000}{ARTICLE}</body></html>"
    ),
    "29,000 a below 390 div": lambda: (
        f"<html><body>{'<div>' * 390}{'<a href=/x>link text</a>' * 29_000}{ARTICLE}</body></html>"
    ),
    "20,000 unclosed b": lambda: _page("<b>word " * 20_000),
    "19,000 unclosed b in p": lambda: _page("<p><b>word</p>" * 19_000),
    "29,000 div in a row": lambda: _page("<div>word here</div>" * 29_000),
    "59,000 br": lambda: _page("line<br>" * 59_000),
    "59,000 br in an article": lambda: f"<html><body><article>{'some more words<br>' * 59_000}</article>{ARTICLE}",
    "29,000 p": lambda: _page("<p>A short paragraph of words.</p>" * 29_000),
    "29,000 p, no two alike": lambda: _page("".join(f"<p>Paragraph number {n} of words.</p>" for n in range(29_000))),
    "29,000 p in an article": lambda: (
        f"<html><body><article>{'<p>A short paragraph of words.</p>' * 29_000}</article>{ARTICLE}"
    ),
    "29,000 links before": lambda: _page("<a href=/x>a link to there</a> " * 29_000),
    "14,000 li with links": lambda: _page(f"<ul>{'<li><a href=/x>a link</a></li>' * 14_000}</ul>"),
    "14,000 table rows": lambda: _page(_rows(14_000)),
    "20,000 list items": lambda: _page(f"<ul>{'<li>An item of six words here</li>' * 20_000}</ul>"),
    "29,000 span in one p": lambda: _page(f"<p>{'<span>word</span> ' * 29_000}</p>"),
    "29,000 h2": lambda: _page("<h2>Heading</h2>" * 29_000),
    "14,000 figure": lambda: _page("<figure><img src=x></figure>" * 14_000),
    "14,000 form": lambda: _page("<form><input></form>" * 14_000),
    "14,000 blockquote": lambda: _page("<blockquote><p>Words that someone said</p></blockquote>" * 14_000),
    "14,000 article": lambda: _page("<article><p>Words of a teaser here</p></article>" * 14_000),
    "a line of 4.9 MB": lambda: _page(f"<p>{'word ' * 980_000}</p>"),
    "a word of 4.9 MB": lambda: _page(f"<p>{'w' * 4_900_000}</p>"),
    "4.9 MB of pre": lambda: _page(f"<pre>{'code line here' + chr(10)}" * 1 + "x = 1\n" * 800_000 + "</pre>"),
    "a script of 4.9 MB": lambda: _page(f"<script>{'var a = 1 ;' * 440_000}</script>"),
    "broken JSON-LD of 4.9 MB": lambda: _page(f"<script type=application/ld+json>{'[' * 4_900_000}</script>"),
    "JSON-LD of 400,000 nodes": lambda: _page(
        f"<script type=application/ld+json>[{','.join([NODE] * 329_000)}]</script>"
    ),
    "an attribute of 4.9 MB": lambda: _page(f"<p class='{'c ' * 2_400_000}'>x</p>"),
    "29,000 attributes in a tag": lambda: _page(f"<p {' '.join(f'a{n}=1' for n in range(29_000))}>x</p>"),
    "59,000 meta": lambda: _page("<meta name=author content='Jane Doe'>" * 59_000),
    "NULs between": lambda: _page("\x00a\x00<p\x00>" * 30_000),
    "unclosed comment": lambda: _page("<!-- never closed "),
    "59,000 comments": lambda: _page("<!-- c -->" * 59_000),
    "unclosed tag": lambda: _page("<div " * 59_000),
    "59,000 <": lambda: _page("<" * 59_000),
    "end tags only": lambda: _page("</div>" * 59_000),
    "svg": lambda: _page(f"<svg>{PATH * 59_000}</svg>"),
    "template": lambda: _page(f"<template>{'<p>word</p>' * 29_000}</template>"),
    "1,000,000 entities": lambda: _page(f"<p>{'&amp;' * 900_000}</p>"),
    "28,000 inline elements in a p": lambda: _page("<p>" + "<i>a</i><b>b</b>" * 14_000 + "</p>"),
}


def run_case(name: str, limits: Limits) -> dict[str, object]:
    html = PAGES[name]()
    stage = Extract(limits)
    stage(Article(html=_page("")))  # imports and stop lists are paid once, not by a page
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
