"""Puts a made page into the HTML of its site: menu, article, links to other pages, footer, and metadata in the head.

All pages of a site have the same layout, which depends on its name. Its pages for telephones have another. Print
pages have no more than the article.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

CHROME = Path(__file__).parent / "families" / "chrome.txt"
_WRAPPERS = (
    ('<article class="story">', "</article>"),
    ('<main><div class="content">', "</div></main>"),
    ('<div id="main"><div class="article-body" itemprop="articleBody">', "</div></div>"),
    ('<main id="content"><article><section>', "</section></article></main>"),
)


class Site:
    """The layout of a site in a language."""

    def __init__(self, host: str, language: str) -> None:
        rng = Random(f"layout/{host}")  # noqa: S311 - not for secrets
        words = {kind: _chrome()[f"{language}.{kind}"] for kind in ("menu", "more", "join", "foot", "share")}
        self.name = host.split(".")[-2].title()
        self.opens, self.closes = rng.choice(_WRAPPERS)
        self.menu = rng.sample(words["menu"], rng.randint(5, len(words["menu"])))
        self.more, self.join, self.foot = (rng.choice(words[kind]) for kind in ("more", "join", "foot"))
        self.share = rng.sample(words["share"], 2)
        self.heading = rng.choice(("h2", "h3"))
        self.has = {
            part: rng.random() < share
            for part, share in {"json": 0.5, "og": 0.7, "byline": 0.5, "join": 0.5, "aside": 0.6, "name": 0.6}.items()
        }


def html_page(doc: dict[str, Any], others: Sequence[str]) -> str:
    """The page of a document of `training.made_families`. `others` are the titles of other pages on its site."""
    site = Site(f"m.{doc['host']}" if doc["kind"] == "mobile" else doc["host"], doc["language"])
    bare = doc["kind"] == "print"
    menu, aside, foot = ("", "", "") if bare else (_menu(site), _aside(site, others), _foot(site))
    language = f'lang="{doc["language"]}"' + (' dir="rtl"' if doc["language"] == "ar" else "")
    return (
        f'<!DOCTYPE html><html {language}><head><meta charset="utf-8">{_head(site, doc)}</head>'
        f"<body>{menu}{site.opens}<h1>{escape(doc['title'])}</h1>{_byline(site, doc)}{_body(site, doc['lines'])}"
        f"{site.closes}{aside}{foot}</body></html>"
    )


def _head(site: Site, doc: dict[str, Any]) -> str:
    title = escape(doc["title"], quote=True)
    head = f"<title>{title}{f' | {site.name}' if site.has['name'] else ''}</title>"
    if site.has["og"]:
        head += f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site.name}">'
    if site.has["json"]:
        data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": doc["title"]}
        head += f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return head


def _byline(site: Site, doc: dict[str, Any]) -> str:
    rng = Random(doc["cluster"])  # noqa: S311 - likewise
    date = f"2026-11-{rng.randint(1, 28):02d}"
    return f'<p class="meta"><time datetime="{date}">{date}</time></p>' if site.has["byline"] else ""


def _body(site: Site, lines: Sequence[str]) -> str:
    html = ""
    for mark, group in groupby(lines, key=lambda line: line[:2] if line[:2] in ("= ", "- ") else ""):
        texts = [escape(line.removeprefix(mark), quote=False) for line in group]
        tag = {"= ": site.heading, "- ": "li", "": "p"}[mark]
        block = "".join(f"<{tag}>{text}</{tag}>" for text in texts)
        html += f"<ul>{block}</ul>" if mark == "- " else block
    return html


def _menu(site: Site) -> str:
    links = "".join(f'<li><a href="/{at}">{name}</a></li>' for at, name in enumerate(site.menu))
    return f'<header><a href="/">{site.name}</a><nav><ul>{links}</ul></nav></header>'


def _aside(site: Site, others: Sequence[str]) -> str:
    share = "".join(f'<a href="#{at}">{name}</a> ' for at, name in enumerate(site.share))
    links = "".join(f'<li><a href="/{at}">{escape(title)}</a></li>' for at, title in enumerate(others))
    tag = "aside" if site.has["aside"] else "div"
    return f'<div class="share">{share}</div><{tag} class="related"><h4>{site.more}</h4><ul>{links}</ul></{tag}>'


def _foot(site: Site) -> str:
    join = f'<div class="newsletter"><p>{site.join}</p><button>OK</button></div>' if site.has["join"] else ""
    return f"{join}<footer><p>© 2026 {site.name}. {site.foot}</p></footer>"


@cache
def _chrome() -> dict[str, list[str]]:
    lines = CHROME.read_text(encoding="utf-8").splitlines()
    return {kind: words.split("|") for kind, words in (line.split(": ", 1) for line in lines)}
