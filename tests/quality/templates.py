"""Ten ways in which sites build a page around a story. Everything is in the language of the story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import cycle

from tests.dedup.made_stream import Story


@dataclass(frozen=True, slots=True)
class Page:
    """A page to build: its story, and the site's other stories for teasers, comments and the ticker."""

    story: Story
    others: tuple[Story, ...]

    @property
    def menu(self) -> list[str]:
        """The names of the sections."""
        return [name.strip() for name in self.story.furniture[0].replace("·", "|").split("|")]

    @property
    def headlines(self) -> list[str]:
        """The titles of the other stories."""
        return [other.title for other in self.others]

    @property
    def asides(self) -> list[str]:
        """Paragraphs that belong to the other stories, as comments or teaser texts."""
        return [line for other in self.others for line in other.update]

    @property
    def share(self) -> str:
        return escape(self.story.furniture[1])

    @property
    def read_also(self) -> str:
        return escape(self.story.furniture[2])

    @property
    def newsletter(self) -> str:
        return escape(self.story.furniture[3])

    @property
    def cookies(self) -> str:
        return escape(self.story.furniture[4])

    @property
    def copyright(self) -> str:
        return escape(self.story.furniture[5])

    @property
    def app(self) -> str:
        return escape(self.story.furniture[6])

    @property
    def related(self) -> str:
        return escape(self.story.furniture[7])

    @property
    def comments_head(self) -> str:
        return escape(self.story.furniture[8])

    @property
    def legal(self) -> str:
        return escape(self.story.furniture[9])


def paragraphs(page: Page, tag: str = "p", attributes: str = "") -> list[str]:
    """The story's paragraphs, each in its own element."""
    return [f"<{tag}{attributes}>{escape(line)}</{tag}>" for line in page.story.paragraphs]


def links(texts: list[str], wrap: str = "li") -> str:
    """Links with these texts, each in its own element."""
    return "".join(f"<{wrap}><a href='/{number}'>{escape(text)}</a></{wrap}>" for number, text in enumerate(texts))


def document(page: Page, body: str, *, head: str = "") -> str:
    """The whole page."""
    title = escape(page.story.title)
    return (
        f"<!DOCTYPE html><html lang='{page.story.language}'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='og:type' content='article'><meta property='og:title' content='{title}'>{head}"
        f"</head><body>{body}</body></html>"
    )


def rail(page: Page) -> str:
    """A newspaper: a menu above, teasers with summaries in a rail, a share bar and a newsletter box around the story."""
    teasers = "".join(
        f"<div class='teaser'><h3><a href='/t'>{escape(title)}</a></h3><p>{escape(text)}</p></div>"
        for title, text in zip(page.headlines, page.asides, strict=False)
    )
    return document(
        page,
        f"<header><nav><ul>{links(page.menu)}</ul></nav></header><main><article><h1>{escape(page.story.title)}</h1>"
        f"<div class='share'>{page.share}</div><div class='article-body'>{''.join(paragraphs(page))}</div>"
        f"<div class='newsletter'><p>{page.newsletter}</p></div></article>"
        f"<aside class='rail'>{teasers}</aside></main><footer><p>{page.copyright}</p><p>{page.legal}</p></footer>",
    )


def blog(page: Page) -> str:
    """A blog: widgets in a sidebar, a box about the author, tags, the previous and the next post, a comment form."""
    return document(
        page,
        f"<div id='page' class='site'><header id='masthead'><ul class='menu'>{links(page.menu)}</ul></header>"
        f"<div id='primary'><div class='post hentry'><h2 class='entry-title'>{escape(page.story.title)}</h2>"
        f"<div class='entry-meta'>12.03.2026 · <a href='/author/ada'>Ada Brandt</a></div>"
        f"<div class='entry-content'>{''.join(paragraphs(page))}<div class='sharedaddy'>{page.share}</div></div>"
        f"<div class='tags'>{links(page.menu[1:4], 'span')}</div><div class='author-box'><p>{page.app}</p></div>"
        f"<nav class='post-navigation'>{links(page.headlines[:2], 'div')}</nav></div>"
        f"<div id='respond'><h3>{page.comments_head}</h3><form><textarea></textarea></form></div></div>"
        f"<div id='secondary' class='widget-area'><div class='widget'><ul>{links(page.headlines)}</ul></div>"
        f"<div class='widget'><p>{page.newsletter}</p></div></div><footer>{page.copyright}</footer></div>",
    )


def figures(page: Page) -> str:
    """A magazine: figures with credits between the paragraphs, one of them repeated as a pull quote."""
    first, second, *rest = paragraphs(page)
    figure = "<figure><img src='/p.jpg' alt=''><figcaption>Ada Brandt / Example Images</figcaption></figure>"
    return document(
        page,
        f"<nav>{links(page.menu, 'span')}</nav><section class='hero'><h1>{escape(page.story.title)}</h1>{figure}</section>"
        f"<section class='longread'>{first}{second}{figure}{rest[0]}"
        f"<aside class='gallery'>{figure * 3}</aside>{''.join(rest[1:])}</section>"
        f"<section class='more'><h4>{page.related}</h4><ul>{links(page.headlines)}</ul></section>"
        f"<footer>{page.legal}</footer>",
    )


def comments(page: Page) -> str:
    """A page with more text in its comments than in its story."""
    thread = "".join(
        f"<li class='comment'><b>reader{number}</b> <time>10:{number:02}</time><p>{escape(text)}</p>"
        f"<a href='#'>+{number}</a></li>"
        for number, text in enumerate(page.asides)
    )
    return document(
        page,
        f"<header>{links(page.menu, 'span')}</header><article><h1>{escape(page.story.title)}</h1>"
        f"{''.join(paragraphs(page))}</article><section id='comments'><h3>{page.comments_head}</h3>"
        f"<ol class='comment-list'>{thread}</ol></section><footer>{page.copyright} {page.legal}</footer>",
    )


def interrupted(page: Page) -> str:
    """Related links, an advertisement and a newsletter box between the paragraphs, each in its own paragraph."""
    between = cycle(
        [
            f"<p><strong><a href='/r'>{page.read_also}</a></strong></p>",
            f"<p class='inline-newsletter'>{page.newsletter}</p>",
            f"<div class='related-inline'><p>{page.related}</p><ul>{links(page.headlines[:2])}</ul></div>",
            "<div class='ad'><span>Advertisement</span></div>",
        ]
    )
    body = "".join(part for pair in zip(paragraphs(page), between, strict=False) for part in pair)
    return document(
        page,
        f"<header><ul>{links(page.menu)}</ul></header><div class='content'><h1>{escape(page.story.title)}</h1>{body}</div>"
        f"<div class='trending'><ul>{links(page.headlines)}</ul></div><footer>{page.legal}</footer>",
    )


def ticker(page: Page) -> str:
    """A live blog: each paragraph is an entry with its time and share links. A ticker of other news is beside it."""
    entries = "".join(
        f"<div class='live-entry' id='e{number}'><time>14:{59 - number}</time><div class='entry-text'>{text}</div>"
        f"<ul class='entry-share'><li><a href='#e'>Facebook</a></li><li><a href='#e'>WhatsApp</a></li></ul></div>"
        for number, text in enumerate(paragraphs(page))
    )
    flashes = "".join(
        f"<li><time>13:{number:02}</time> <a href='/f'>{escape(title)}</a></li>"
        for number, title in enumerate(page.headlines)
    )
    return document(
        page,
        f"<nav>{links(page.menu, 'span')}</nav><main><h1>{escape(page.story.title)}</h1>"
        f"<div class='liveblog'>{entries}</div><div class='flashes'><ul>{flashes}</ul></div></main>"
        f"<footer>{page.copyright}</footer>",
    )


def table(page: Page) -> str:
    """An old site: tables for the layout, line breaks for paragraphs, no meaningful names."""
    body = "<br><br>\n".join(escape(line) for line in page.story.paragraphs)
    side = "<br>".join(f"<a href=/{number}.htm>{escape(text)}</a>" for number, text in enumerate(page.headlines))
    return document(
        page,
        f"<table width=100%><tr><td colspan=2><font size=1>{page.story.furniture[0]}</font></td></tr>"
        f"<tr><td width=160 valign=top><font size=2>{side}</font></td><td><font size=5><b>{escape(page.story.title)}</b>"
        f"</font><br><br><font face=Arial size=2>{body}</font><br><br><a href=/>{page.share}</a></td></tr>"
        f"<tr><td colspan=2><font size=1>{page.copyright}<br>{page.legal}</font></td></tr></table>",
    )


def hashed(page: Page) -> str:
    """A single-page application: only div elements with meaningless class names, and a cookie banner first."""
    body = "".join(f"<div class='css-{number}x9f'>{text}</div>" for number, text in enumerate(paragraphs(page, "span")))
    cards = "".join(
        f"<a href='/c'><div class='css-k3'>{escape(title)}</div><div class='css-k4'>{escape(text)}</div></a>"
        for title, text in zip(page.headlines, page.asides[1::2], strict=False)
    )
    return document(
        page,
        f"<div id='root'><div class='css-1a'><div class='css-1b'>{page.cookies}</div></div>"
        f"<div class='css-2a'>{links(page.menu, 'div')}</div><div class='css-3a'><h1>{escape(page.story.title)}</h1>{body}"
        f"<div class='css-7q'>{page.app}</div></div><div class='css-4a'>{cards}</div>"
        f"<div class='css-5a'>{page.legal}</div></div>",
    )


def sections(page: Page) -> str:
    """A report with subheadings, a list and a quotation, all part of the story, and then teasers that look like it."""
    lines = [escape(line) for line in page.story.paragraphs]
    teasers = "".join(
        f"<div class='card'><h2><a href='/c'>{escape(title)}</a></h2><p>{escape(text)}</p></div>"
        for title, text in zip(page.headlines, page.asides, strict=False)
    )
    return document(
        page,
        f"<header><ul>{links(page.menu)}</ul></header><main><article itemprop='articleBody'><h1>{escape(page.story.title)}"
        f"</h1><p>{lines[0]}</p><ul><li>{lines[1]}</li></ul><blockquote>{lines[2]}</blockquote>"
        f"{''.join(f'<p>{line}</p>' for line in lines[3:])}<p><em>{page.app}</em></p></article>"
        f"<section class='cards'>{teasers}</section></main><footer>{page.copyright}{page.legal}</footer>",
    )


def walled(page: Page) -> str:
    """A consent dialogue and a subscription offer in the markup of a page that has the whole story."""
    half = len(page.story.paragraphs) // 2
    lines = paragraphs(page, attributes=" class='text'")
    return document(
        page,
        f"<div class='modal' role='dialog'><p>{page.cookies}</p><button>OK</button></div>"
        f"<header><ul>{links(page.menu)}</ul></header><article><h1>{escape(page.story.title)}</h1>"
        f"{''.join(lines[:half])}<div class='paywall-offer'><h3>{page.newsletter}</h3><p>{page.app}</p>"
        f"<button>1 €</button></div>{''.join(lines[half:])}</article>"
        f"<div class='most-read'><ol>{links(page.headlines)}</ol></div><footer>{page.legal}</footer>",
    )


TEMPLATES: tuple[Callable[[Page], str], ...] = (
    rail,
    blog,
    figures,
    comments,
    interrupted,
    ticker,
    table,
    hashed,
    sections,
    walled,
)
