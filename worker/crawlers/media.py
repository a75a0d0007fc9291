"""Recognises content that is not a page: feeds, sitemaps, data, and files such as PDFs, in whatever encoding.

Sources: https://mimesniff.spec.whatwg.org/, https://www.rssboard.org/rss-specification, RFC 4287 (Atom),
https://www.sitemaps.org/protocol.html, RFC 5545 (iCalendar), RFC 4180 (CSV), https://www.w3.org/TR/webvtt1/.
"""

from __future__ import annotations

import re
from typing import Final

import orjson

from worker.text.cleaning import looks_like_html

_PROBE_CHARS: Final = 2000
_CONTROL_SHARE: Final = 0.03  # of the characters; compressed data has a tenth
_LOST_SHARE: Final = 0.3  # of the characters; a text in a wrong encoding loses fewer
_LEAST: Final = 8
_MOST_JSON_CHARS: Final = 8 << 20
_MARKS: Final = (",", ";", "\t")
_LEAST_MARKS: Final = 2  # in a row
_LEAST_ROWS: Final = 5
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NO_SPACES: Final = re.compile(r"(?=.{0,100}\d)(?=.{0,100}[a-z])(?=.{0,100}[A-Z])[A-Za-z0-9+/_=-]{400}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_=\s-]{40,400}")

# Decoders turn bytes that are no text into other characters, or leave them out.
_SVG: Final = (
    r"(?<!\s)\s*+(?:<\?xml[^>]{0,200}>\s*+)?(?:<!--.{0,500}?-->\s*+)?(?:<!DOCTYPE svg[^>]{0,300}>\s*+)?<svg[\s>]"
)
_FILES: Final = tuple(
    (name, re.compile("|".join(magics), re.DOTALL))
    for name, *magics in (
        ("a PDF", r"\W{0,4}%PDF-\d"),
        (
            "a picture",
            r"\W{0,4}PNG\s{0,4}\W{0,8}IHDR",
            "GIF8[79]a",
            r"[^\x20-\x7e]{2,20}(?:JFIF|Exif)\b",
            "RIFF.{4}WEBP",
        ),
        ("a picture", _SVG),
        (
            "an archive or office file",
            "PK[\3\5\7][\4\6\x08]",
            "\x1f\x8b\x08",
            "\xd0\xcf\x11\xe0",
            "7z\xbc\xaf",
            "Rar!\x1a",
        ),
        ("a video", ".{4}ftyp(?:isom|mp4|iso|avc|M4|qt)", "\x1aE\xdf\xa3", "FLV\1", "OggS\0", "ID3[\2-\4]"),
    )
)
_BASE64_FILES: Final = {
    "JVBERi0": "a PDF",
    "iVBORw0KGgo": "a picture",
    "/9j/": "a picture",
    "R0lGODdh": "a picture",
    "R0lGODlh": "a picture",
    "UklGR": "a picture",
    "UEsDB": "an archive or office file",
    "H4sI": "an archive or office file",
    "0M8R4KGx": "an archive or office file",
}
_DATA_URL: Final = re.compile(r"data:[a-z]+/[a-z0-9.+-]{1,60}(?:;[a-z0-9=-]{1,30})?;base64,", re.IGNORECASE)

# A browser that shows a feed wraps it in a page of its own.
_WRAPPED: Final = re.compile(
    r"<div id=\"webkit-xml-viewer-source-xml\">|<body>\s*<pre[^>]{0,200}>(?=\s*(?:&lt;\?xml|&lt;rss|\{))"
)
_PROLOGUE: Final = re.compile(
    r"(?:\ufeff|\s|<\?[^>]{0,500}>|<!--.{0,2000}?-->|<!DOCTYPE\s(?!html)[^>]{0,500}>)*+", re.DOTALL | re.IGNORECASE
)
_ROOTS: Final = {
    "rss": "a feed",
    "feed": "a feed",
    "rdf:rdf": "a feed",
    "opml": "a feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "error": "data",
    "manifest": "data",
    "soap:envelope": "data",
    "smil": "data",
}  # fmt: skip
_ROOT: Final = re.compile(r"<([A-Za-z][\w:.-]{0,30})[\s>/]")
_CODE: Final = (
    ("a robots.txt", re.compile(r"(?:\ufeff|\s|#[^\n]{0,300}\n){0,40}user-agent:[^\n]{1,200}\n", re.IGNORECASE)),
    (
        "a script",
        re.compile(
            r"(?:[!;(+]{0,3}function\s?\w{0,40}\([\w, ]{0,200}\)\s?\{"
            r"|[\"']use strict[\"'];|(?:var|let|const) [\w$]{1,40}\s?=\s?[\w$\[{(\"']|var [\w$]{1,40},[\w$]"
            r"|\(\(\)\s?=>|\(?(?:window|self|globalThis)[.\[][\w$.\"'\]]{1,60}\s?(?:=|\|\|)"
            r"|import\s?[\w{*][^;\"'\n]{0,500}?\s?from\s?[\"'][^\"'\s]{1,200}[\"'][;\n]|import\s?[\"'][^\"'\s]{1,200}[\"'];"
            r"|export (?:default (?:\{|function|class|async )|(?:const|let|var) [\w$]{1,40}\s?="
            r"|\{|(?:async )?function))",
            re.DOTALL,
        ),
    ),
    (
        "data",
        re.compile(r"typeof [\w$.]{1,60} ===? [\"']function[\"']|[\w$.]{1,60}\(\s?[\[{]\s?[\"\[{\]}]"),
    ),
    ("a calendar", re.compile(r"\ufeff?BEGIN:V(?:CALENDAR|CARD)\r?\n")),
    (
        "subtitles",
        re.compile(r"\ufeff?(?:WEBVTT[^\n]{0,100}\n[^>]{0,500}?\d\d\.\d{3} --> |1\s{1,2}\d\d:\d\d:\d\d,\d{3} --> )"),
    ),
    (
        "a style sheet",
        re.compile(
            r"@(?:charset|import|media|font-face)\b"
            r"|[\w.#:*>,\[\]=\s-]{1,200}+\{\s{0,9}+[a-z-]{2,30}\s?:[^{}<]{1,300}+[;}]",
            re.DOTALL,
        ),
    ),
)
_CODE_TYPES: Final = re.compile(r"\s*(?:application|text)/(?:x-)?(?:javascript|ecmascript|css)\b", re.IGNORECASE)
_TEXTUAL_TYPES: Final = re.compile(
    r"\s*(?:text/(?:html|plain|xml|markdown)|application/(?:xhtml|xml)|multipart/|message/)|\s*$|[^/]*$"
)


def media(content: str, declared: str = "") -> str:
    """What the content is if it is no page and no text, for people; otherwise empty. Takes a few µs for a page.

    Args:
        content: What the crawler sent as the page or the text, not scrubbed.
        declared: The content type of the response. It counts only if the content has no markup.
    """
    beginning = content[:_PROBE_CHARS]
    if name := file_type(beginning):
        return name
    if _WRAPPED.search(beginning):
        return "a feed or data"
    if beginning.lstrip().startswith("<"):
        return ""
    if code := _code(beginning, declared):
        return code
    if looks_like_html(content):
        return ""
    return _unmarked(content, beginning) or ("" if _TEXTUAL_TYPES.match(declared) else f"of the type {declared[:80]}")


def file_type(beginning: str) -> str:
    """The type of a file that begins like this, if it is certainly neither a page nor text; otherwise empty."""
    for name, magic in _FILES:
        if magic.match(beginning):
            return name
    prologue = _PROLOGUE.match(beginning)
    root = _ROOT.match(beginning, prologue.end() if prologue else 0)
    return _ROOTS.get(root[1].lower(), "") if root else ""


def _code(beginning: str, declared: str) -> str:
    """What code the content is, if its type or its first statement says so."""
    if _CODE_TYPES.match(declared):
        return f"of the type {declared[:80]}"
    statement = _without_comments(beginning)
    return next((name for name, code in _CODE if code.match(statement)), "")


def _without_comments(code: str) -> str:
    """The code without the comments at its beginning, in the form of most programming languages."""
    code = code.strip()
    while code.startswith(("/*", "//")):
        _, end, code = code.partition("*/" if code.startswith("/*") else "\n")
        code = code.lstrip() if end else ""
    return code


def _unmarked(content: str, beginning: str) -> str:
    """What content without markup is, if not text."""
    start = _DATA_URL.match(beginning)
    packed = beginning[start.end() if start else 0 :].lstrip()
    if _BASE64.match(packed):
        for magic, name in _BASE64_FILES.items():
            if packed.startswith(magic):
                return name
    controls, lost = len(_CONTROL.findall(beginning)), beginning.count("\ufffd")
    size = max(len(beginning), _LEAST)
    if controls >= max(_LEAST, _CONTROL_SHARE * size) or lost >= _LOST_SHARE * size or _NO_SPACES.match(packed):
        return "binary"
    return "data" if _is_json(content) or _is_table(beginning) else ""


def _is_json(content: str) -> bool:
    if not content.lstrip("\ufeff \t\r\n").startswith(("{", "[")) or len(content) > _MOST_JSON_CHARS:
        return False
    try:
        found = orjson.loads(content.lstrip("\ufeff"))
    except orjson.JSONDecodeError:
        return False
    return bool(found) and (isinstance(found, dict) or any(isinstance(item, dict | list) for item in found))


def _is_table(beginning: str) -> bool:
    """Whether the text is made of comma-separated values, or of values with another mark between them.

    All lines have as many marks, and hardly a space beside them, as in prose.
    """
    lines = beginning.rpartition("\n")[0].split("\n")
    if len(lines) < _LEAST_ROWS:
        return False
    return any(
        lines[0].count(mark) >= _LEAST_MARKS
        and len({line.count(mark) for line in lines}) == 1
        and beginning.count(f"{mark} ") * 2 < len(lines)
        for mark in _MARKS
    )
