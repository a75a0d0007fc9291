"""Raw messages for tests and benchmarks: articles in the shapes of several crawlers, and broken ones of every kind."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

FETCHED_AT = "2026-03-04T05:06:07Z"

_SUBJECTS = [
    "council",
    "harbour",
    "railway",
    "hospital",
    "orchestra",
    "school",
    "library",
    "vineyard",
    "glacier",
    "bakery",
    "observatory",
    "ferry",
]
_VERBS = [
    "approved",
    "delayed",
    "reopened",
    "questioned",
    "expanded",
    "abandoned",
    "inspected",
    "praised",
    "funded",
    "relocated",
]
_OBJECTS = ["the timetable", "a new roof", "its budget", "the winter plan", "an old contract", "the northern entrance"]
_PLACES = [
    "Ardenbrook",
    "Velmora",
    "Kestrel",
    "Bay",
    "Tarnholm",
    "Ostrava-Nova",
    "Quillport",
    "Mirelle",
    "Dunsany",
    "Lowmarch",
]


@dataclass(frozen=True, slots=True)
class Page:
    """A web page and its address."""

    url: str
    html: str


def pages(count: int, seed: int = 1) -> list[Page]:
    """News pages with invented stories, all different. The same seed gives the same pages."""
    return [page(number, seed) for number in range(count)]


def page(number: int, seed: int = 1) -> Page:
    """One of these pages."""
    rng = random.Random(f"{seed}/{number}")
    subject, place = rng.choice(_SUBJECTS), rng.choice(_PLACES)
    title = f"{place} {subject} story number {number}"
    paragraphs = "".join(f"<p>{_sentences(rng)}</p>\n" for _ in range(rng.randint(4, 9)))
    return Page(
        f"https://news{number % 7}.example.org/2026/{subject}-{number}.html",
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body>"
        "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
        f"<article><h1>{title}</h1>\n{paragraphs}</article>"
        "<footer>All rights reserved</footer></body></html>",
    )


def _sentences(rng: random.Random) -> str:
    return " ".join(
        f"The {rng.choice(_SUBJECTS)} of {rng.choice(_PLACES)} {rng.choice(_VERBS)} {rng.choice(_OBJECTS)} "
        f"after {rng.randint(3, 9999)} people had asked for it in {rng.randint(1950, 2026)}."
        for _ in range(rng.randint(2, 4))
    )


# -- shapes --------------------------------------------------------------------------------------------------------


def native(page: Page) -> bytes:
    return _dump({"schema": "raw_article.v1", "url": page.url, "html": page.html, "fetched_at": FETCHED_AT})


def scrapy_cluster(page: Page) -> bytes:
    return _dump(
        {
            "appid": "news", "crawlid": "c1", "url": page.url, "response_url": page.url, "status_code": 200,
            "status_msg": "OK", "response_headers": {"Content-Type": ["text/html; charset=utf-8"]},
            "request_headers": {}, "body": page.html, "links": [], "attrs": {}, "success": True, "exception": None,
            "encoding": "utf-8", "timestamp": "2026-03-04T05:06:07.000001",
        }
    )  # fmt: skip


def story_indexer(page: Page) -> bytes:
    return _dump(
        {
            "rss_entry": {"link": page.url, "title": None, "domain": "example.org", "pub_date": None},
            "raw_html": {"html": base64.b64encode(page.html.encode()).decode(), "encoding": "utf-8"},
            "http_metadata": {
                "response_code": 200, "fetch_timestamp": 1772600767.5, "final_url": page.url, "encoding": "utf-8"
            },
            "content_metadata": {"original_url": page.url, "url": page.url},
        }
    )  # fmt: skip


def stormcrawler(page: Page) -> bytes:
    metadata = {"fetch.statusCode": ["200"], "_request.time_": ["1772600767500"], "fetch.byteLength": ["1"]}
    return _dump({"url": page.url, "content": page.html, "metadata": metadata})


SHAPES: tuple[Callable[[Page], bytes], ...] = (native, scrapy_cluster, story_indexer, stormcrawler)


# -- broken messages -----------------------------------------------------------------------------------------------


def broken(count: int, *, heavy: int = 1) -> list[bytes | None]:
    """Broken messages of every kind in turn. Of each kind that is megabytes large, only the first `heavy`."""
    light: list[Callable[[int], bytes | None]] = [
        lambda n: b'{"url": "https://cut.example.org/%d", "html": "<p>cut of' % n,
        lambda n: b'{"url": "https://nan.example.org/%d", "html": "<p>x</p>", "score": NaN}' % n,
        lambda n: b'{"url": "https://surrogate.example.org/%d", "html": "\\ud800"}' % n,
        lambda _n: b"json failed to parse",
        lambda _n: None,
        lambda n: _dump({"url": f"https://empty.example.org/{n}", "fetched_at": FETCHED_AT}),
        lambda n: _dump({"url": f"https://gone.example.org/{n}", "html": "<h1>Not found</h1>", "status": 404}),
        lambda n: b"\xff\xfe not utf-8 %d" % n,
        lambda _n: b"null",
        lambda n: _dump({"url": f"https://type.example.org/{n}", "html": 17}),
    ]
    large: list[Callable[[int], bytes | None]] = [
        lambda n: _dump({"url": f"https://junk.example.org/{n}", "text": "x" * 3_000_000}),
        lambda n: native(Page(f"https://deep.example.org/{n}", "<div>" * 100_000 + "deep" + "</div>" * 100_000)),
        lambda n: native(Page(f"https://script.example.org/{n}", f"<script>{'a' * 10_000_000}</script><p>x</p>")),
    ]
    made = [make(n) for n in range(heavy) for make in large][:count]
    return made + [light[n % len(light)](n) for n in range(count - len(made))]


def mixed(good: Sequence[bytes], bad: Sequence[bytes | None], seed: int = 1) -> Iterator[bytes | None]:
    """All messages, with the broken ones at random places between the good ones. Both keep their order."""
    rng = random.Random(seed)
    rest, left = iter(bad), len(bad)
    for number, message in enumerate(good):
        while left and rng.random() < left / (len(good) - number + left):
            left -= 1
            yield next(rest)
        yield message
    yield from rest


def _dump(message: dict[str, object]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()
