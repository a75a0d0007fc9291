"""What the class and id of an element say about it: `article-body__share-bar` means article, body and share.

Names are split into atoms (`shareBar` and `share-bar` into `share` and `bar`). An atom has the categories of its
longest prefix in the table. Everything is cached: a site uses the same names on all its pages.
"""

from __future__ import annotations

import re
from typing import Final

# A word that ends in "$" must be the whole atom; any other word is a prefix.
_WORDS: Final = {
    "comment": "comment disqus reply replies respond discuss livefyre kommentar comentario commentaire forum talkback",
    "related": "relate recommend similar more$ morenews readmore readnext also$ alsolike popular trend mostread latest "
    "recirc teaser taboola outbrain zergnet revcontent suggest explore verwandt mehr$ relacionad weitere thema "
    "upnext discover crosslink interlink linklist",
    "share": "share sharing social facebook twitter whatsapp addthis sharethis pinterest linkedin sns$ fb$ "
    "addtoany follow teilen compartir partag",
    "newsletter": "newsletter subscri signup mailchimp optin mailing abo$ abonne suscri notification",
    "author": "author byline bio$ biography profile avatar writer contributor autor verfasser auteur redact",
    "caption": "caption credit$ credits legend$ bildunterschrift bildtext cutline copyright imagecopy",
    "media": "img$ image photo picture gallery slideshow carousel slider slick swiper media$ video player thumb "
    "figure audio podcast galerie bild$ foto",
    "sidebar": "sidebar aside rail rightcol right$ secondary widget complementary marginal",
    "ad": "ad$ ads$ advert adsense adslot adunit adbox banner sponsor promo dfp$ gpt$ anzeige werbung publicid pub$ "
    "commercial adcontainer adwrapper",
    "consent": "cookie consent gdpr privacy cmp$ onetrust didomi datenschutz",
    "nav": "nav menu breadcrumb topbar tabs$ pagination pager paging sitemap skip",
    "header": "header masthead head$ top$ hero kopf",
    "footer": "footer foot$ bottom colophon legal imprint impressum",
    "meta": "meta date time$ timestamp published posted dateline info$ datum fecha",
    "tag": "tag$ tags$ tagged category categories label kicker topic keyword rubri schlagwort section$ overline",
    "article": "article story$ post$ posts$ entry hentry news$ single blog artikel noticia articulo storypage "
    "postcontent entrycontent",
    "body": "body content text$ copy$ prose main$ maincontent articlebody storybody richtext rich$ wysiwyg markdown "
    "inhalt contenido corpo corps fulltext texte articletext bodytext maintext rte$ ck$ cms$",
    "lead": "lead$ lede intro summary excerpt standfirst subtitle subhead deck$ dek$ descri abstract vorspann "
    "entradilla chapo bajada sumario anons sapo$",
    "title": "title headline heading h1$ titre titel titulo",
    "paragraph": "paragraph para$ p$ absatz block$ textblock",
    "quote": "quote blockquote pullquote zitat citation cita$",
    "box": "box$ infobox factbox callout note$ highlight inset fact$ facts kasten panel",
    "list": "list$ listing grid$ item$ items$ card feed$ stream archive rowitem entries teaserlist collection liste",
    "hidden": "hidden hide$ none$ invisible sr$ screenreader screen$ visually offscreen collapse modal popup overlay "
    "lightbox dialog tooltip dropdown",
    "login": "login signin regist account user$ paywall premium piano$ meter regwall locked member gate$ plus$ offer",
    "search": "search suche buscar recherche",
    "vote": "rating rate$ vote poll$ quiz survey umfrage review star$ stars like$ likes reaction",
    "product": "product shop price cart$ buy$ affiliate deal coupon store$ merch event job$ ticket",
    "embed": "embed tweet instagram iframe oembed youtube tiktok",
    "tool": "print$ tool action button btn icon bookmark save$ font$ fontsize listen speech",
    "live": "live$ liveblog ticker timeline update scoreboard score$ match$ statistic stats",
    "toc": "toc$ tableofcontents index$ anchor jump faq transcript footnote reference source$ sources disclaimer",
}
CATEGORIES: Final = tuple(_WORDS)

_ATOM: Final = re.compile(r"[A-Z]?[a-z]+\d?|[A-Z]+\d?")
_MAX_NAME_CHARS: Final = 300
_MAX_CACHED: Final = 20_000  # 26 MB with the longest names in the widest characters
_MAX_PREFIX: Final = max(len(word) for words in _WORDS.values() for word in words.split())


def _table() -> dict[str, int]:
    table: dict[str, int] = {}
    for bit, words in enumerate(_WORDS.values()):
        for word in words.split():
            table[word] = table.get(word, 0) | 1 << bit
    return table


WORDS: Final = _table()
_OF_ATOM: dict[str, int] = {}
_OF_NAME: dict[str, int] = {}


def categories_of(name: str) -> int:
    """The categories of a class or id attribute: bit n stands for `CATEGORIES[n]`."""
    name = name[:_MAX_NAME_CHARS]
    bits = _OF_NAME.get(name)
    if bits is None:
        bits = 0
        for atom in _ATOM.findall(name):
            bits |= _of_atom(atom.lower())
        _remember(_OF_NAME, name, bits)
    return bits


def _of_atom(atom: str) -> int:
    bits = _OF_ATOM.get(atom)
    if bits is None:
        bits = WORDS.get(atom + "$", 0) or WORDS.get(atom.rstrip("0123456789") + "$", 0)
        for length in range(min(len(atom), _MAX_PREFIX), 1, -1) if not bits else ():
            if bits := WORDS.get(atom[:length], 0):
                break
        _remember(_OF_ATOM, atom, bits)
    return bits


def _remember(cache: dict[str, int], key: str, bits: int) -> None:
    if len(cache) >= _MAX_CACHED:
        cache.clear()
    cache[key] = bits
