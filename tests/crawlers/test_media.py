"""Content that is no page: recognised in whatever way the crawler decoded it."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.crawlers.media import media
from worker.messages import Article, Dropped, Reason

NOISE = random.Random(1).randbytes(3000)
TEXT = "The water mill at Harrow Bridge ground its first sack of flour in forty years. " * 10
PAGE = f"<html><body><p>{TEXT}</p></body></html>"
FILES = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nstream\n" + NOISE,
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + NOISE,
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1" + NOISE,
    "gif": b"GIF89a" + NOISE,
    "webp": b"RIFF\1\2\3\4WEBPVP8 " + NOISE,
    "office": b"PK\3\4\x14\0\6\0\x08\0" + NOISE,
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE,
    "gzip": b"\x1f\x8b\x08\0" + NOISE,
    "video": b"\0\0\0 ftypisom" + NOISE,
    "font": b"wOF2" + NOISE,
}
READINGS: dict[str, Callable[[bytes], str]] = {
    "latin-1": lambda data: data.decode("latin-1"),
    "windows-1252": lambda data: data.decode("cp1252", "replace"),
    "replaced": lambda data: data.decode("utf-8", "replace"),
    "left out": lambda data: data.decode("utf-8", "ignore"),
    "base64": lambda data: base64.b64encode(data).decode(),
    "data URL": lambda data: "data:application/octet-stream;base64," + base64.b64encode(data).decode(),
}
DATA = {
    "RSS": f'<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?>\n<!-- made --><rss version="2.0"><item>{TEXT}</item></rss>',
    "Atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><content>{TEXT}</content></entry></feed>',
    "RDF": f'<?xml version="1.0"?><rdf:RDF><item>{TEXT}</item></rdf:RDF>',
    "sitemap": '\ufeff<?xml version="1.0"?><urlset><url><loc>https://a.example/1</loc></url></urlset>',
    "sitemap index": '<?xml version="1.0"?>\n<sitemapindex><sitemap/></sitemapindex>',
    "error of a store": f"<Error><Code>AccessDenied</Code><Message>{TEXT}</Message></Error>",
    "SVG": f'<svg xmlns="http://www.w3.org/2000/svg"><text>{TEXT}</text></svg>',
    "JSON": orjson.dumps({"items": [{"title": TEXT}]}).decode(),
    "list in JSON": orjson.dumps([{"title": TEXT}]).decode(),
    "feed in a browser": '<html><body><div id="webkit-xml-viewer-source-xml"><rss></rss></div></body></html>',
    "JSON in a browser": f'<html><head></head><body><pre style="x">{{"a":"{TEXT}"}}</pre></body></html>',
}
ARTICLES = {
    "page": PAGE,
    "page after a comment": f"<!-- made -->{PAGE}",
    "XHTML": f'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y"><body><p>{TEXT}</p></body></html>',
    "text": TEXT,
    "text with a label": f"[Video] {TEXT}",
    "text in a pre": f"<html><body><pre>{TEXT}</pre></body></html>",
    "Cyrillic": "Мельница у моста заработала впервые за сорок лет. " * 10,
    "Japanese": "水車小屋が四十年ぶりに再び動き出した。" * 10,
    "lost umlauts": ("Die Mühle fährt für Jürgen. " * 10).encode("latin-1").decode("utf-8", "replace"),
    "one long word": "x" * 5000,
}


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("file", FILES)
def test_a_file_is_not_a_page_however_it_was_decoded(file: str, reading: str) -> None:
    assert media(READINGS[reading](FILES[file]))


@pytest.mark.parametrize("name", DATA)
def test_a_feed_or_data_is_not_a_page(name: str) -> None:
    assert media(DATA[name])


@pytest.mark.parametrize("name", ARTICLES)
def test_a_page_or_a_text_is_an_article(name: str) -> None:
    assert media(ARTICLES[name], "text/html; charset=utf-8") == ""


def test_the_content_type_counts_if_there_is_no_markup() -> None:
    assert media("body { color: red }", "text/css") == "of the type text/css"
    assert media(PAGE, "application/octet-stream") == ""
    assert media(TEXT, "text/plain; charset=utf-8") == ""


@pytest.mark.parametrize("file", ["pdf", "png", "gif", "office"])
def test_a_bare_file_is_dropped(file: str, decode_message: Callable[..., Any]) -> None:
    assert decode_message(FILES[file]).reason is Reason.NOT_HTML


def test_a_message_without_a_page_is_dropped(decode_message: Callable[..., Any]) -> None:
    ended = decode_message(orjson.dumps({"url": "https://a.example/feed", "html": DATA["RSS"]}))
    assert isinstance(ended, Dropped)
    assert (ended.reason, ended.detail) == (Reason.NOT_HTML, "the content is a feed")
    assert ended.read
    assert ended.read.url == "https://a.example/feed"


def test_the_text_is_used_if_the_html_is_not_a_page(decode_message: Callable[..., Any]) -> None:
    ended = decode_message(orjson.dumps({"url": "https://a.example/1", "html": DATA["JSON"], "text": TEXT}))
    assert isinstance(ended, Article)
    assert (ended.html, ended.text) == (None, TEXT.strip())


def test_an_error_status_comes_first(decode_message: Callable[..., Any]) -> None:
    ended = decode_message(orjson.dumps({"url": "https://a.example/1", "html": DATA["JSON"], "status": 500}))
    assert ended.reason is Reason.HTTP_ERROR


@pytest.mark.parametrize("unit", ["<!--", "<?", " ", "<!DOCTYPE x", "{", "[", "%PDF", "\x00", "<rss", "<a"])
def test_hostile_content_is_judged_quickly(unit: str) -> None:
    begin = time.process_time()
    media(unit * (1_000_000 // len(unit)))
    assert time.process_time() - begin < 1


@given(st.text(), st.text())
def test_any_content_is_judged(content: str, declared: str) -> None:
    assert isinstance(media(content, declared), str)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("User-agent: *\nDisallow: /private\n", "a robots.txt"),
        ("(function(){var a='<p>x</p>';document.write(a)})();", "a script"),
        ("body{margin:0}\n.a>p{color:red}", "a style sheet"),
        ('import{r as t}from"./vendor.js";t(document.querySelector("#app"))', "a script"),
        ('import "./polyfills.js";start()', "a script"),
        ("export const pages=[1,2,3];", "a script"),
        ("(self.chunks=self.chunks||[]).push([[7],{}])", "a script"),
        ("var e,t;function n(){return e<t}", "a script"),
        (f'/**/ typeof show === "function" && show({{"text": "{TEXT}"}});', "data"),
        (f'news.show([{{"text":"{TEXT}"}}])', "data"),
        ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Open day at the mill\r\n", "a calendar"),
        ("WEBVTT - talk\n\n00:01.000 --> 00:04.000\nThe mill turns again.\n", "subtitles"),
        ("1\n00:00:01,000 --> 00:00:04,000\nThe mill turns again.\n", "subtitles"),
        ("mill,flour\tyear\n".replace("\t", ",") + 'Harrow,"12 t",2026\n' * 9, "data"),
        ("Mühle;Mehl;Jahr\n" + "Harrow;12;2026\n" * 9, "data"),
        ("mill\tflour\tyear\n" + "Harrow Bridge\t12\t2026\n" * 9, "data"),
    ],
)
def test_code_is_no_text(content: str, name: str) -> None:
    assert media(content) == name


def test_a_declared_script_is_no_text_even_if_it_writes_markup() -> None:
    assert media("write('<p>x</p>')", "application/javascript").endswith("application/javascript")


@pytest.mark.parametrize(
    "text",
    [
        "Function follows form, said the architect.",
        "Let us = be honest",
        "Body: {the} end.",
        "Import duties from ‘friends’ rose. ",
        "export figures fell, exports to France most, imports less.\n",
        "Var det han, eller var det hon?\n",
        "typeof is an operator (see below). ",
        'import duties from "friends" rose. ',
        "WEBVTT is a format for subtitles. ",
        "BEGIN:VCALENDAR is how such a file begins. ",
        "Milk, flour, eggs\n",
        "Begin: at the mill, at nine.\n",
        "1\nThe mill, the bridge, the river.\n",
    ],
)
def test_prose_is_no_code(text: str) -> None:
    assert media(text * 20) == ""
