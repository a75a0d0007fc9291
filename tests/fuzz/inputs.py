"""Strategies for anything that may come from the web: texts, pages, messages of all crawlers, WARC records, headers."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from worker.messages import RawRecord, Source

Strategy = st.SearchStrategy

PROSE: Final = (
    "The council voted on Monday to keep the old bridge open for two more years, although the engineers had asked for "
    "its closure. Traffic was light in the morning, said the mayor, who will report again on 12 May 2026."
)
_CLASSES: Final = (
    " ", "\n", "\t", "\r\n", "\0", "\x07", "\x1b[31m", "\x1b]0;x\x07", "\x7f", "\x85", "\x9b31m", "\x9d", "\xa0", "\xad", "a", "Z", "é", "e\u0301",
    "\u0315\u0300", "\u0300", "\u0d4d", "\u200b", "\u200d", "\u200e", "\u2028", "\u202a", "\u202e", "\u202c", "\u2066", "\u2069", "\ufeff", "\ufdfa", "ﬁ",
    "①", "İ", "ß", "Σ", "一", "カ", "기", "ก", "ा", "क्ष", "ا", "א", "Ã©", "â€™", "ÃƒÂ©", "🌍", "👩\u200d👩\u200d👧", "𝒳", "\U000e0041", "\U0010ffff", "\ufffe",
    "\ud800", "\udfff", "1", "9,5", ".", "…", "“", "”", "'", "[ad_1]", "[", "{", "<", "&", "&amp;", "&#0;", "&#x202e;", "&#155;", f"&#{'1' * 5000};", f"&amp;#{'1' * 5000};", "|", "©", "→", "http://e.org/",
    "Share", "Photo: Ann Example / Reuters", "By Ann Example | 12 May 2026", "We use cookies", "saidThe", "in 2024.The", PROSE,
)  # fmt: skip
_TAG_NAMES: Final = """
a b i p br div span h1 h2 ul li dl dt dd table caption colgroup col tbody tr td th select option optgroup form input button
label textarea noscript noembed noframes svg math mi mtext annotation-xml foreignObject desc title template ruby rt rp nobr
font center pre article section nav footer header main aside blockquote figure figcaption time script style iframe object
xmp plaintext frameset frame html head body base link meta image marquee x-y
"""
_TAGS: Final = tuple(_TAG_NAMES.split())
_ATTRIBUTES: Final = (
    "", "a=1", "class='article body'", "class=\x9b31m", "id=\u202e", "style='display:none'", "hidden", "itemprop=datePublished content=2026-03-02",
    "itemprop=author", "rel=author", "datetime=2026-03-02", "property=og:title content='A \x1b[31m title \u202e of a page'", "name=author content='Ann \x9b Example'",
    "rel=canonical href=//e.org/\u202ea\x9bb", "href=http://[", "property=og:image content=http://e.org/\x85.jpg", "type=application/ld+json",
    "lang=xx", "a='", 'a="', "content=\ufdfa", "=", "/", "encoding=text/html",
)  # fmt: skip
_ODDITIES: Final = (
    "<!-- c -->", "<!--", "<!-->", "-->", "<!", "<!x>", "<?", "<?x>", "</", "</>", "<", ">", "<![CDATA[x]]>", "<![CDATA[", "]]>", "<!DOCTYPE html>", "<p", "<p a='",
    '{"@type":"NewsArticle","headline":"A \\u202e title","author":{"name":"Ann"},"datePublished":"2026-03-02"}', '{"@graph":[', "[[[[", f"<p>{PROSE}</p>",
)  # fmt: skip
_BY_SHAPE: Final[tuple[dict[str, Any], ...]] = (
    {}, {"schema": "raw_article.v1"}, {"schema": "raw_article.v9"}, {"crawlid": "c", "appid": "a"}, {"maintext": PROSE, "date_download": "None"},
    {"rss_entry": {}, "raw_html": {}, "content_metadata": {}}, {"metadata": {"fetch.statusCode": ["200"]}}, {"request": {}, "response": {}},
    {"source": "https://e.org/", "excerpt": "", "fingerprint": "", "text": PROSE}, {"free_access": True, "topics": []}, {"body": {"sections": []}},
    {"requested_url": "https://e.org/", "responded_url": "https://e.org/"}, {"article": {"articleBody": PROSE}}, {"browserHtml": f"<p>{PROSE}"},
    {"data": {"markdown": PROSE, "metadata": {}}}, {"markdown": PROSE, "metadata": {"statusCode": 200}},
)  # fmt: skip
_FIELD_NAMES: Final = """
url final_url response_url canonical_url html body content raw_html text maintext plaintext title title_page authors author
published_at date_publish date fetched_at timestamp language lang status status_code response request metadata encoding
charset headers response_headers http_headers extra content_metadata rss_entry http_metadata sections unknown
source page dom response_body articleBody paragraphs headline publish_date crawled_at article data markdown rawHtml browserHtml
"""
_FIELDS: Final = (*_FIELD_NAMES.split(), "\x1b[31m", "\u202e", "\x9b")
_URLS: Final = (
    "https://example.org/news/1", "http://", "https://e.org/\x1b[31m\x9b\u202e", "https://" + "a." * 300 + "org/", "//e.org", "https://[::1", "javascript:1", "https://é.org/é",
    "https://e.org/" + "a/" * 5000, "\x85https://e.org/", "https://\x1b[31m.example/", "\x1bhttps://e.org/\0", "https://e.org:99999999/",
)  # fmt: skip
_WILD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 10**18, 2**63, 2**64, 1e308, 0.1, 200, 404, "404", "", "None", " ", [], {}, [[]], [None], {"name": None}, {"name": ["a"]}, {"": {}}, "2026-03-02",
    "0001-01-01", "9999-12-31T23:59:60Z", "Mon, 02 Mar 2026 07:15:30 -9999", "1" * 64, "en", "text/html; charset=utf-7", "gb18030", [["content-type", "text/html; charset=cp932"]],
)  # fmt: skip
_HEADER_NAMES: Final = ("traceparent", "reason", "source-topic", "", "\x1b[31m", "\u202e", "n" * 300, "é")


def _said(units: Sequence[str], most: int, size: int) -> Strategy[str]:
    """Some of the units, one after the other, each repeated several times."""
    times = st.sampled_from((1, 1, 1, 2, 5, 40, 40, most))
    parts = st.tuples(st.sampled_from(units), times).map(lambda part: part[0] * part[1])
    return st.lists(parts, max_size=size).map("".join)


def texts() -> Strategy[str]:
    """Texts with all kinds of characters, including lone surrogates."""
    return _said(_CLASSES, 2000, 12)


def pages() -> Strategy[str]:
    """Markup with all kinds of tags in any order; half of it is around an article."""
    start = st.builds("<{} {}>".format, st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES))
    bare = st.sampled_from(
        [f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS] + [f"<{tag}/>" for tag in _TAGS]
    )
    unit = st.lists(
        st.one_of(start, bare, bare, st.sampled_from(_ODDITIES), st.sampled_from(_CLASSES)), min_size=1, max_size=5
    )
    part = st.tuples(unit.map("".join), st.sampled_from((1, 1, 1, 3, 30, 400))).map(lambda part: part[0] * part[1])
    body = st.lists(part, max_size=6).map("".join)
    around = st.sampled_from(
        ("{}", "{}", f"<html><head><title>Bridge</title><body><h1>Bridge</h1><article>{{}}<p>{PROSE}</p>{{}}</article>")
    )
    return st.builds(lambda frame, markup: frame.replace("{}", markup), around, body)


def values() -> Strategy[Any]:
    """JSON of any type, some of it nested deeper than any real data."""
    deep = st.builds(_nested, st.sampled_from((1, 90, 130, 260, 600)), st.booleans(), st.sampled_from(_WILD))
    leaves = st.one_of(st.sampled_from(_WILD), texts(), pages(), st.sampled_from(_URLS), deep)
    lists = st.lists(leaves, max_size=4)
    return st.one_of(
        leaves,
        lists,
        st.dictionaries(
            st.sampled_from((*_FIELDS, "name", "paragraphs", "_redirTo")), st.one_of(leaves, lists), max_size=4
        ),
    )


def messages() -> Strategy[bytes]:
    """JSON values in the shapes of all crawlers, with valid and invalid fields."""
    field = st.sampled_from(_FIELDS)
    contents = st.fixed_dictionaries(
        {},
        optional={
            "html": pages(),
            "text": texts(),
            "maintext": texts(),
            "url": st.sampled_from(_URLS),
            "content": st.one_of(pages().map(_base64), texts()),
        },
    )
    message = st.builds(
        lambda *parts: {key: value for part in parts for key, value in part.items()},
        st.sampled_from(_BY_SHAPE),
        contents,
        st.dictionaries(field, values(), max_size=4),
    )
    whole = st.builds(
        lambda value, plain: json.dumps(value, ensure_ascii=not plain).encode("utf-8", "surrogatepass"),
        message,
        st.booleans(),
    )
    broken = st.builds(
        lambda value, begin, end: begin + value + end,
        whole,
        st.sampled_from((b"", b"\xef\xbb\xbf", b" ", b"[")),
        st.sampled_from((b"", b"}", b"\0", b"\xff")),
    )
    return st.one_of(whole, whole, whole, broken, st.builds(lambda value, at: value[:at], whole, st.integers(0, 200)))


def page_values() -> Strategy[bytes]:
    """Values that are pages themselves, in various charsets."""
    return st.builds(
        lambda begin, page, charset: begin + page.encode(charset, "replace"),
        st.sampled_from((b"<html>", b"<!doctype html>", b"\xef\xbb\xbf<html>", b"<html lang=ja><meta charset=big5>\xff")),
        pages(), st.sampled_from(("utf-8", "utf-16", "cp1252", "cp932", "gb18030")),
    )  # fmt: skip


def warc_values() -> Strategy[bytes]:
    """WARC records with heads and bodies that follow or violate the standard."""
    line = st.sampled_from((
        "WARC-Type: response", "WARC-Type: request", "WARC-Target-URI: <https://e.org/\x1b[31m\x9b>", "WARC-Date: 2026-03-02T00:00:00Z", "Content-Length: 10",
        "Content-Length: 99999999999999999999", "Content-Type: text/html; charset=\x9b", "Content-Type: image/\x1b[31m", "Content-Encoding: gzip",
        "Content-Encoding: \x1b]0;x\x07", "Transfer-Encoding: chunked", ": ", " continued", "A", "\u202e: \u202e", "A: " + "b" * 3000,
    ))  # fmt: skip
    head = st.lists(line, max_size=6).map(lambda lines: "".join(f"{line}\r\n" for line in lines))
    status = st.sampled_from(("HTTP/1.1 200 OK\r\n", "HTTP/1.1 \x1b[31m\r\n", "HTTP/1.1 404 \r\n", ""))
    body = st.one_of(pages(), st.sampled_from(("a\r\nx", "5\r\nhello\r\n0\r\n\r\n", "\x1f\x8b\x08")))
    return st.builds(
        lambda *parts: "".join(parts).encode("utf-8", "replace"), st.sampled_from(("WARC/1.0\r\nWARC-Type: response\r\n", "WARC/9.9\r\n")), head,
        st.just("\r\n"), status, head, st.just("\r\n"), body,
    )  # fmt: skip


def records(offset: int) -> Strategy[RawRecord]:
    """A record of any kind at this offset, with any kind of headers and key."""
    value = st.one_of(messages(), messages(), page_values(), warc_values(), st.binary(max_size=60), st.none())
    header = st.tuples(
        st.sampled_from(_HEADER_NAMES), st.one_of(st.binary(max_size=40), st.sampled_from((b"\x9b31m", b"x" * 9000)))
    )
    key = st.one_of(
        st.none(),
        st.binary(max_size=20),
        st.sampled_from((b"https://example.org/news/1", b"https://e.org/\x1b[31m\xc2\x9b\xe2\x80\xae")),
    )
    when = st.sampled_from((None, -1, 0, 1_790_000_000_000, 1 << 62))
    return st.builds(
        lambda value, key, headers, when: RawRecord(Source("articles.raw", 0, offset, timestamp_ms=when), value, key, tuple(headers)),
        value, key, st.lists(header, max_size=4), when,
    )  # fmt: skip


def _nested(depth: int, objects: bool, value: Any) -> Any:
    for _ in range(depth):
        value = {"name": value} if objects else [value]
    return value


def _base64(page: str) -> str:
    return base64.b64encode(page.encode("utf-8", "replace")).decode()
