"""Plain web pages of invented sites, each site with its own template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from training.changes import Block, Story


class Site(NamedTuple):
    """A paper, and the template of its pages."""

    host: str
    paper: str
    town: str
    template: int
    house: int


def page(site: Site, story: Story, url: str, teasers: Sequence[str]) -> str:
    """The page of a story. `teasers` are headlines of other articles, for the menus and the side column."""
    title = escape(story.title)
    head = (
        f"<head><meta charset=utf-8><title>{title} | {escape(site.paper)}</title>"
        f'<link rel=canonical href="{escape(url)}"><meta property="og:title" content="{title}">'
        f'<meta property="og:type" content="article"></head>'
    )
    body = TEMPLATES[site.template % len(TEMPLATES)](site, story, teasers)
    return f"<!doctype html><html lang=en>{head}<body>{body}</body></html>"


def _menu(site: Site) -> str:
    names = ("Home", "News", "Sport", "Business", "Opinion", "Life", "Jobs", f"Your {site.town}", "E-Paper")
    return "".join(f'<li><a href="/{name.lower()}">{escape(name)}</a></li>' for name in names)


def _teasers(teasers: Sequence[str]) -> str:
    return "".join(f'<li><a href="/story/{at}">{escape(text)}</a></li>' for at, text in enumerate(teasers))


def _tagged(block: Block) -> str:
    text = escape(block.text)
    if block.tag == "link":
        return f'<p><a href="/more">{text}</a></p>'
    if block.tag == "advert":
        return f'<div class="ad"><p>{text}</p></div>'
    if block.tag == "furniture":
        return f"<p>{text}</p>"
    return f"<{block.tag}>{text}</{block.tag}>"


def _blocks(story: Story, tagged: Callable[[Block], str] = _tagged) -> str:
    return "\n".join(map(tagged, story.blocks))


def _article_element(site: Site, story: Story, teasers: Sequence[str]) -> str:
    return (
        f"<header><a href=/>{escape(site.paper)}</a><nav><ul>{_menu(site)}</ul></nav></header><main><article>"
        f"<h1>{escape(story.title)}</h1><p class=byline>By our staff</p>{_blocks(story)}</article></main>"
        f"<aside><h3>Most read</h3><ul>{_teasers(teasers)}</ul></aside>"
        f"<footer>© {escape(site.paper)}. All rights reserved.</footer>"
    )


def _nested_boxes(site: Site, story: Story, teasers: Sequence[str]) -> str:
    inner = _blocks(story, lambda block: f"<div>{_tagged(block)}</div>" if block.tag != "p" else _tagged(block))
    return (
        f"<div id=wrap><div id=top><ul>{_menu(site)}</ul></div><div id=main><div class=entry><h1 class=entry-title>"
        f"{escape(story.title)}</h1><div class=entry-content>{inner}</div></div></div><div id=sidebar>"
        f"<h4>Latest from {escape(site.town)}</h4><ul>{_teasers(teasers)}</ul></div></div>"
    )


def _old_table(site: Site, story: Story, teasers: Sequence[str]) -> str:
    inner = "<br><br>".join(escape(block.text) for block in story.blocks)
    return (
        f"<table width=100%><tr><td colspan=2><b>{escape(site.paper)}</b> <ul>{_menu(site)}</ul></td></tr><tr><td>"
        f"<h2>{escape(story.title)}</h2>{inner}</td><td width=160><ul>{_teasers(teasers)}</ul></td></tr></table>"
    )


def _sections(site: Site, story: Story, teasers: Sequence[str]) -> str:
    return (
        f"<div class=masthead>{escape(site.paper)}</div><ul class=nav>{_menu(site)}</ul><section class=story>"
        f"<h1>{escape(story.title)}</h1><div class=meta>{escape(site.town)} | Updated today | Share</div>"
        f"<div class=story-body>{_blocks(story)}</div></section><section class=related><h2>Read next</h2>"
        f"<ul>{_teasers(teasers)}</ul></section><div class=newsletter><p>Sign up for the {escape(site.paper)} "
        f"newsletter and never miss a story.</p></div>"
    )


def _bare(site: Site, story: Story, _teasers_unused: Sequence[str]) -> str:
    return f"<h3>{escape(site.paper)}</h3><h1>{escape(story.title)}</h1>{_blocks(story)}<hr>"


TEMPLATES: tuple[Callable[[Site, Story, Sequence[str]], str], ...] = (
    _article_element,
    _nested_boxes,
    _old_table,
    _sections,
    _bare,
)
BARE = TEMPLATES.index(_bare)
