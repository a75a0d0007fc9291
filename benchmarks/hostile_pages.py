"""What pathological pages and texts cost, in all stages after decode: time and memory, each in its own process.

    python benchmarks/hostile_pages.py [--only WORD] [--max-nodes N] [--max-depth N] [--max-html-bytes N] [--timeout S]

`s` is CPU time, `MB` the memory of the whole process. `article` is how many paragraphs of the page's article came out;
most pages have 12. The exit code is 1 if a page takes more than 3 s or 300 MB.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import string
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from worker.config.settings import Settings
from worker.messages import Article, Dead, Dropped, RawRecord, Source
from worker.sites.lines import sketch
from worker.stages.identify import identify
from worker.stages.order import build_stages

MAX_SECONDS, MAX_MB = 3, 300
MARK = "The council voted to keep the old bridge open"
PARAGRAPHS = "".join(
    f"<p>{MARK} for {n} more years, although the engineers asked for its closure.</p>" for n in range(12)
)
ARTICLE = f"<article><h1>Bridge stays open</h1>{PARAGRAPHS}</article>"
TEN_WORDS = "ten words that stand before the next one begin here"
DEPTH = 390  # just below the limit, as are the counts below
NAMES = ["".join(letters) for letters in itertools.product(string.ascii_lowercase, repeat=3)]


def page(before: str, after: str = "") -> str:
    return (
        "<!DOCTYPE html><html><head><title>Bridge stays open</title></head>"
        f"<body>{before}{ARTICLE}{after}</body></html>"
    )


def nested(start: str, end: str, depth: int = DEPTH) -> str:
    return page(start * depth, end * depth)


def script(kind: str, content: str) -> str:
    return page(f"<script type={kind}>{content}</script>")


def tag(attributes: int, value: str) -> str:
    return f"<p {' '.join(f'{name}{value}' for name in NAMES[:attributes])}>x</p>"


def paragraphs(count: int) -> str:
    return page("".join(f"<p>{MARK} for {n} more years, say the engineers.</p>" for n in range(count)))


def filled(unit: str) -> str:
    """A page with as many repeats of the unit as the limits allow."""
    return page(unit * min(4_900_000 // len(unit), 290_000 // unit.count("<")))


def references(count: int, names: int, name: str = "", key: str = "author") -> str:
    """JSON-LD in which `count` authors refer to one node with `names` names."""
    many = ",".join(['{"@id":"x"}'] * count)
    listed = ",".join([f'"{name}"'] * names)
    return f'[{{"@type":"Article","headline":"x","{key}":[{many}]}},{{"@id":"x","name":[{listed}]}}]'


HIDDEN_NESTING = (
    "<form><div></form>", "<form><span></form>", "<noscript><div></noscript>", "<div><noembed></div></noembed>",
    "<div><noframes></div></noframes>", "<div><svg><![CDATA[</svg></div>]]></svg>", "<div><!</div>", "<div><?</div>",
    "<svg><param><base></applet>", "<svg><input></section>", "<math></link><area>", "<math><mtext>&amp;<fieldset/>\n",
    "<svg><title><div></svg>", "<math><mi><div></math>", "<template><div></template>", "<select><div></select>",
    "<button><div></button>", "<object><div></object>", "<table><div></table>", "<div></p></span>",
    "<ruby><rt><div></ruby>", "<a><div></a>", "<b><div></b>", "<nobr><table>", "<div><style></div></style>",
    "<div><textarea></div></textarea>", "<div><title></div></title>", "<div><xmp></div></xmp>", "<div a='</div>'>",
    "<div a=</div>", "</br><div/>", "<p><dialog></p>",
)  # fmt: skip
"""Units that leave elements open, so that counting tags does not show the nesting."""

PAGES: dict[str, Callable[[], str]] = {
    "an ordinary page": lambda: page("<nav><a href=/a>A</a></nav>"),
    "empty": lambda: "",
    "plain text": lambda: f"{MARK}. " * 2000,
    # Pages that every extractor should survive
    "100,000 nested div": lambda: nested("<div>", "", 100_000),
    "1,000,000 br": lambda: page("<br>" * 1_000_000),
    "50,000 paragraphs": lambda: paragraphs(50_000),
    "50,000 table rows": lambda: page(f"<table>{'<tr><td>cell</td><td>12</td></tr>' * 50_000}</table>"),
    "100,000 links": lambda: page("<a href=/x>a link to there</a> " * 100_000),
    "100,000 links in a list": lambda: page(f"<ul>{'<li><a href=/x>a link to there</a></li>' * 100_000}</ul>"),
    "a line of 4.9 MB": lambda: page(f"<p>{'word ' * 980_000}</p>"),
    "a script of 10 MB": lambda: script("text/javascript", "var a = 1 ;" * 910_000),
    "a script of 4.8 MB": lambda: script("text/javascript", "var a = 1 ;" * 440_000),
    "NULs between": lambda: page("<p>\x00a \x00word</p>" * 20_000 + "<p\x00>" * 300),
    "lone surrogates": lambda: page("<p>\ud800 word \udfff</p>" * 20_000),
    "unclosed comment": lambda: page("<!-- never closed "),
    "svg of 190,000 paths": lambda: page(f"<svg>{'<path d=1 />' * 190_000}</svg>"),
    "template of 140,000 p": lambda: page(f"<template>{'<p>word</p>' * 140_000}</template>"),
    "390 nested table": lambda: nested("<table><tr><td>", "</td></tr></table>"),
    # Depth
    "870,000 nested <div/>": lambda: page("<div/>" * 870_000),
    "290,000 nested div": lambda: nested("<div>", "", 290_000),
    "9,000 nested div": lambda: nested("<div>", "", 9_000),
    "390 nested div of ten words": lambda: nested(f"<div>{TEN_WORDS}", "</div>"),
    "390 nested em of ten words": lambda: nested(f"<em>{TEN_WORDS}", "</em>"),
    "390 nested b": lambda: nested("<b>", "</b>"),
    "390 nested article": lambda: nested("<article>", "</article>"),
    "390 nested ul": lambda: nested("<ul><li>item", "</li></ul>"),
    "298,000 unclosed p below 390 div": lambda: page("<div>" * DEPTH + "<p>x" * 298_000),
    "300,000 </x> below 390 span": lambda: page("<span>" * DEPTH + "</x>" * 300_000),
    "290,000 nested <x>": lambda: page("<x>" * 290_000),
    "290,000 nested rt": lambda: page("<rt>" * 290_000),
    "290,000 nested optgroup": lambda: page("<optgroup>" * 290_000),
    # Formatting elements that are left open
    "50,000 unclosed a b i p": lambda: page("<a><b><i><p>x</p>" * 50_000),
    "100,000 unclosed b in p": lambda: page("<p><b>word</p>" * 100_000),
    "1,990 unclosed b, no two alike": lambda: page("".join(f"<p><b id={n}>w" for n in range(990))),
    "9,900 unclosed b, no two alike": lambda: page("".join(f"<p><b id={n}>w</p>" for n in range(3300))),
    "100,000 unclosed b, no two alike": lambda: page("".join(f"<p><b id={n}>w</p>" for n in range(100_000))),
    "33 unclosed before 9,900 p": lambda: page(f"<p>{'<b><i><u><s><em><tt><big>' * 3}</p>" + "<p>x" * 9_900),
    "21 unclosed before 300,000 p": lambda: page(f"<p>{'<b><i><u><s><em><tt><big>' * 3}</p>" + "<p>x" * 300_000),
    # Attributes
    "500 attributes in a tag, 5 MB": lambda: page(tag(500, "") * 2400),
    "500 attributes of a value, 5 MB": lambda: page(tag(500, "=1") * 1650),
    "17,000 attributes in a tag": lambda: page(tag(17_000, "=1")),
    '17,000 attributes in a tag, =""': lambda: page(tag(17_000, '=""').replace('" ', '"')),
    '17,000 attributes in a tag, =">"': lambda: page(tag(17_000, '=">"')),
    '17,000 attributes in a tag, ="<p>"': lambda: page(tag(17_000, '="<p>"')),
    "98,000 p of two attributes": lambda: page("<p a=1 b=2>x y</p>" * 98_000),
    "198,000 unclosed p of an attribute": lambda: page("<p a>x" * 198_000),
    "50 unclosed before 9,800 p": lambda: page(f"<p>{''.join(f'<b x{n}>' for n in range(49))}</p>" + "<p>x" * 9800),
    "95,000 p of four attributes": lambda: page("<p a b c d>x" * 95_000),
    "an attribute of 4.8 MB": lambda: page(f"<p class='{'c ' * 2_400_000}'>x</p>"),
    # Breadth
    "900,000 br between words": lambda: page("x<br>" * 900_000),
    "298,000 unclosed p": lambda: page("<p>x" * 298_000),
    "230,000 div": lambda: page("<div>word here</div>" * 230_000),
    "290,000 i in a p": lambda: page(f"<p>{'<i>w</i> ' * 290_000}</p>"),
    "290,000 h2": lambda: page("<h2>Words</h2>" * 290_000),
    "180,000 br between notices": lambda: page(
        f"<article>{''.join(f'クッキー同意{n}<br>' for n in range(180_000))}</article>"
    ),
    "290,000 br in an article": lambda: page(f"<article>{'some words<br>' * 290_000}</article>"),
    "95,000 blockquote": lambda: page("<blockquote><p>Words said</p></blockquote>" * 95_000),
    "95,000 article": lambda: page("<article><p>Words of a teaser</p></article>" * 95_000),
    "110,000 figure": lambda: page("<figure><img src=x></figure>" * 110_000),
    "140,000 form": lambda: page("<form><input></form>" * 140_000),
    "290,000 li, no two alike": lambda: page("".join(f"<li>{n:x}" for n in range(290_000))),
    "100,000 classes, no two alike": lambda: page("".join(f"<p class=c{n}x>word</p>" for n in range(100_000))),
    # Size
    "a word of 4.9 MB": lambda: page(f"<p>{'w' * 4_900_000}</p>"),
    "a pre of 4.8 MB": lambda: page("<pre>code line here\n" + "x = 1\n" * 800_000 + "</pre>"),
    "broken JSON-LD of 4.9 MB": lambda: script("application/ld+json", "[" * 4_900_000),
    "JSON-LD of 350,000 nodes": lambda: script("application/ld+json", f"[{'{},' * 350_000}{{}}]"),
    "900,000 entities": lambda: page(f"<p>{'&amp;' * 900_000}</p>"),
    "900,000 characters of 4 bytes": lambda: page(f"<p>{'🌍 ' * 900_000}</p>"),
    # Odd
    "140,000 meta": lambda: page("<meta name=author content='J'>" * 140_000),
    "290,000 comments": lambda: page("<!-- c -->" * 290_000),
    "290,000 unclosed tags": lambda: page("<div " * 290_000),
    "5 MB of <": lambda: page("<" * 5_000_000),
    "290,000 <": lambda: page("<" * 290_000),
    "800,000 end tags": lambda: page("</div>" * 800_000),
    "800,000 </p>": lambda: page("</p>" * 800_000),
    # Nesting that the tags do not show
    **{f"{unit[:30]!r} ...": partial(filled, unit) for unit in HIDDEN_NESTING},
    "svg, 190,000 param": lambda: page("<svg>" + "<param></x>" * 140_000),
    "math, 280,000 base": lambda: page("<math>" + "<base>" * 280_000),
    # Attributes and texts that merge
    "190,000 body of an attribute": lambda: page("".join(f"<body a{n}=1>" for n in range(190_000))),
    "190,000 html of an attribute": lambda: page("".join(f"<html a{n}=1>" for n in range(190_000))),
    "145,000 </x a=1> in a text": lambda: page("<p>" + "</x a=1>x" * 145_000),
    "290,000 </x a=1> in a text": lambda: page("<p>" + "</x a=1>x" * 290_000),
    "145,000 td in a text": lambda: page("<p>" + "\n<td a=1>x" * 145_000),
    "comments in a table, text before": lambda: page("<table>" + "word <!x>&#65;" * 290_000),
    "CDATA in a table, text before": lambda: page("<table>" * 100 + "word </button></caption><![CDATA[x]]>" * 98_000),
    # JSON-LD, dates, headings
    "JSON-LD, spaces after -->": lambda: script("application/ld+json", f"x-->{' ' * 1_000_000}y"),
    "JSON-LD, 2,000 references to names": lambda: script("application/ld+json", references(1_990, 240_000)),
    "JSON-LD, 300 references to 1,000 sites": lambda: script(
        "application/ld+json", references(300, 1_000, "w" * 900, "publisher")
    ),
    "JSON-LD of 20 nested blocks": lambda: page(
        "<svg>" + "<script type=application/ld+json>" * 20 + "[" + "1," * 400_000 + "1,]" + "</script>" * 20
    ),
    "JSON-LD, an author of 1 MB": lambda: script(
        "application/ld+json", f'{{"@type":"Article","author":"{"Ann, " * 200_000}"}}'
    ),
    "JSON-LD of 20 blocks of 0.2 MB": lambda: (
        script("application/ld+json", "{}") + script("application/ld+json", f"[{'{},' * 70_000}1]") * 20
    ),
    "90,000 dates below 385 div": lambda: page("<div>" * 385 + "<s-x itemprop=datePublished></s-x>" * 90_000),
    "90,000 dates in a comment": lambda: page(
        "<div itemprop=comment>" + "<div>" * 385 + "<s-x itemprop=datePublished content=x></s-x>" * 65_000
    ),
    "9,900 nested dates": lambda: page("<object itemprop=datePublished>" * 9_900),
    "115,000 dates without a value": lambda: page(
        "<div itemprop=comment>" + "<div>" * 385 + "<i itemprop=datePublished></i>" * 115_000
    ),
    "4,900 nested h1 around 4.8 MB of spaces": lambda: "<h1><span>" * 4_900 + " " * 4_800_000,
    "20 h1 around 290,000 texts": lambda: page("<h1><div>" * 20 + "x<br>" * 290_000),
    "145,000 titles below 385 svg": lambda: page("<svg>" * 385 + "<title>x</title>" * 145_000),
    "400 headings, each like the title": lambda: page(
        "".join(f"<h1>Bridge stays open {n}</h1>" for n in range(100_000))
    ),
    "15,000 lines of a date": lambda: page(f"<h1>Bridge stays open</h1>{'<p>12 May 20' * 250_000}"),
    # Characters
    "entities of 5,000 digits": lambda: page(f"<p>&#{'1' * 5000}; &amp;#{'1' * 5000};</p>" * 480),
    "200,000 pairs of combining marks": lambda: page("<p>a" + "\u0315\u0300" * 200_000),
    "1,000,000 pairs of marks": lambda: page("<p>" + "a\u0315\u0300" * 900_000),
    "1,600,000 U+FDFA": lambda: page("<p>" + "\ufdfa" * 1_600_000),
    "1,600,000 U+202E": lambda: page("<p>" + "\u202e" * 1_600_000),
    "2,400,000 C1 controls": lambda: page("<p>" + "\x9b" * 2_400_000),
    "1,200,000 letters in mojibake": lambda: page("<p>" + "Ã©" * 1_200_000),
    "700,000 words of notice": lambda: page("<p>" + "cookie_accept" * 370_000),
    # Classes that a cache keeps
    "100 classes of 48 KB": lambda: page("".join(f"<p class='{n}{'c ' * 24_000}'>x" for n in range(100))),
    "a base of 4.8 MB": lambda: page(f"<base href='http://{'a.' * 2_400_000}org/'><link rel=canonical href=/a>"),
}

TEXTS: dict[str, Callable[[], str]] = {
    "text: 660,000 joints": lambda: "in 2024.The " * 660_000,
    "text: 880,000 joints in a line": lambda: "abcd.The " * 880_000,
    "text: 700,000 quoted joints": lambda: "abcd”The " * 700_000,
    "text: joints behind a long word": lambda: "a" * 4_000_000 + " " + f"{'b' * 70}The " * 50_000,
    "text: 4,000,000 capitals behind letters": lambda: "aA" * 4_000_000,
    "text: 200,000 bylines": lambda: "".join(f"By Ann {n} | Updated: 14 June 2023\n" for n in range(200_000)),
    "text: 300,000 notices, no two alike": lambda: "".join(f"クッキー同意{n}\n" for n in range(300_000)),
    "text: 35,000 lines of link words": lambda: "".join(f"{'登録購読関連記事分享' * 7}{n}\n" for n in range(35_000)),
    "text: 50,000 lines of bylines": lambda: "".join(f"{'by a|' * 22}{n}\n" for n in range(50_000)),
    "text: 50,000 lines of link words, parts": lambda: "".join(f"{'登録|関連|分享|' * 5}{n}\n" for n in range(50_000)),
    "text: 800,000 times `n 2`": lambda: "".join(f"{n} 2\n" for n in range(800_000)),
    "text: 30,000 lines of many parts": lambda: "".join(f"{'カ| ' * 50}{n}\n" for n in range(30_000)),
    "text: 30,000 lines of 23 parts": lambda: "".join(f"{'カ| ' * 22}{n}\n" for n in range(60_000)),
    "text: 1,000,000 lines, no two alike": lambda: "\n".join(f"{n:x}" for n in range(1_000_000)),
    "text: 2,600,000 lines, all alike": lambda: "ab\n" * 2_600_000,
    "text: two lines in turn": lambda: "ab\ncd\n" * 1_300_000,
    "text: 200,000 pairs of combining marks": lambda: "a" + "\u0315\u0300" * 200_000,
    "text: 2,600,000 U+FDFA": lambda: "\ufdfa" * 2_600_000,
    "text: 2,000,000 emoji": lambda: "🌍" * 2_000_000,
    "text: 2,600,000 ideographs": lambda: "一" * 2_600_000,
    "text: 1,200,000 words, no two alike": lambda: " ".join(f"{n:x}" for n in range(1_200_000)),
    "text: 1,580,000 tags of a template": lambda: "[a_b]" * 1_580_000,
    "text: 1,100,000 lines of a tag": lambda: "[a_b]x\n" * 1_100_000,
    "text: 2,600,000 words, one wide": lambda: "🌍" + "ab " * 2_600_000,
    "text: 1,900,000 lines, one wide": lambda: "🌍" + "ab\n" * 1_900_000,
    "text: 700,000 lines of U+FDFA": lambda: "\ufdfa\ufdfa\ufdfa\n" * 700_000,
    "text: 2,000,000 open tags of a template": lambda: "[a_b" * 2_000_000,
    "text: 1,000,000 tags with attributes": lambda: "[ad a=b " * 1_000_000,
    "text: 8,000,000 w": lambda: "w" * 8_000_000,
    "text: 4,000,000 stops": lambda: ". " * 4_000_000,
    "text: 300,000 letters in mojibake": lambda: "é\n" + "Ã©b\n" * 160_000,
}
"""Texts that a crawler extracted. They are costly for the stages after extract, which every text passes through."""

CASES = {**PAGES, **TEXTS}


def cpu_s() -> float:
    """CPU time of this process and of the child processes that tried its page."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def run_case(name: str, settings: Settings) -> dict[str, object]:
    source = CASES[name]()
    stages = build_stages(settings)

    def run(article: Article) -> Article | Dropped | Dead:
        step: Article | Dropped | Dead = article
        for stage in stages:
            if isinstance(step, Article):
                step = stage.run(step)
        if isinstance(step, Article):
            sketch(step, 0.0)
            identify(step, RawRecord(Source("articles.raw", 0, 0), b""), time.time(), seed=1)
        return step

    run(Article(html=page("")))  # load imports and models before the clock starts
    begin = cpu_s()
    result = run(Article(text=source) if name in TEXTS else Article(html=source))
    seconds = cpu_s() - begin
    text = (result.text or "") if isinstance(result, Article) else ""
    return {
        "outcome": (result.extractor or "text") if isinstance(result, Article) else str(result.reason),
        "size": len(source) / 1e6,
        "tags": source.count("<"),
        "seconds": seconds,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "chars": len(text),
        "article": text.count(MARK) if text else "-",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = Settings(min_words=0)  # a short text must not skip the last stages
    parser.add_argument("--only", default="", help="pages with this word in their name")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parser.add_argument("--max-html-bytes", type=int, default=defaults.max_html_bytes)
    parser.add_argument("--max-nodes", type=int, default=defaults.max_nodes)
    parser.add_argument("--max-depth", type=int, default=defaults.max_depth)
    parser.add_argument("--timeout", type=float, default=60)
    args = parser.parse_args()
    if args.case:
        limits = {name: getattr(args, name) for name in ("max_html_bytes", "max_nodes", "max_depth")}
        print(json.dumps(run_case(args.case, defaults.model_copy(update=limits))))
        return 0
    print(f"{'page':<36}{'size':>5}{'tags':>11}{'s':>7}{'MB':>6}{'chars':>11}{'article':>8}  outcome")
    options = [f"--max-html-bytes={args.max_html_bytes}", f"--max-nodes={args.max_nodes}"]
    options.append(f"--max-depth={args.max_depth}")
    passed = [_passes(name, options, args.timeout) for name in CASES if args.only in name]
    print(f"{passed.count(False)} of {len(passed)} pages over {MAX_SECONDS} s or {MAX_MB} MB")
    return int(not all(passed))


def _passes(name: str, options: list[str], timeout: float) -> bool:
    """Print the row of a page. Return whether it stayed within the time and memory limits."""
    command = [sys.executable, __file__, "--case", name, *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        print(f"{name:<36} killed after {timeout:.0f} s", flush=True)
        return False
    if done.returncode:
        print(f"{name:<36} status {done.returncode}: {done.stderr.strip().splitlines()[-1:]}", flush=True)
        return False
    row = json.loads(done.stdout.splitlines()[-1])
    passed = bool(row["seconds"] <= MAX_SECONDS and row["mb"] <= MAX_MB)
    print(
        f"{name:<36}{row['size']:>5.1f}{row['tags']:>11,}{row['seconds']:>7.2f}{row['mb']:>6.0f}{row['chars']:>11,}"
        f"{row['article']:>8}  {row['outcome'] or '-'}{'' if passed else '  OVER'}",
        flush=True,
    )
    return passed


if __name__ == "__main__":
    sys.exit(main())
