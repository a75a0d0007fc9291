"""Cleans text for output: removes control characters, unifies newlines, and repairs unmistakable mojibake.

Bidirectional controls are also removed (U+202A..U+202E, U+2066..U+2069), even balanced ones in an article's text. They
can reverse a title, or everything after it in a log or table. The text loses little: HTML's own direction markup
(`dir`, `<bdi>`) is lost anyway, and Unicode's default rules lay out mixed lines. The directional marks (U+200E, U+200F,
U+061C), which override nothing, are kept.

Sources: https://www.unicode.org/reports/tr9/, https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Final

import numpy as np

from worker.compiled import compiled
from worker.text.lines import blocks
from worker.text.normal_forms import stream_safe

C_CLEAN = compiled("worker.text._clean")

_CONTROLS: Final = bytes({*range(0x20), 0x7F} - set(b"\t\n"))
_CONTROLS_BUT_SPACES: Final = bytes(set(_CONTROLS) - set(b"\v\f"))
_SPACES: Final = bytes.maketrans(b"\v\f", b"  ")
_CONTROL: Final = re.compile("[\0-\x1f\x7f-\x9f]")
# https://url.spec.whatwg.org/#concept-basic-url-parser, steps 1 to 3
_IGNORED_IN_URL: Final = dict.fromkeys(map(ord, "\t\n\r"))
_AROUND_URL: Final = "".join(map(chr, range(0x21)))
_LINE_END: Final = re.compile(rb"\r\n?")
_CR, _LF = b"\r\n"
# in UTF-8
_C1_CONTROL: Final = re.compile(rb"\xc2[\x80-\x9f]")
_DIRECTIONS: Final = tuple(chr(code).encode() for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_DIRECTION: Final = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
_MOST_HOPS: Final = 1000  # from one candidate byte to the next; a page needs a few dozen

_TAGS: Final = (
    "html|head|body|title|meta|link|script|style|div|p|span|article|section|main|header|footer|nav|aside|h[1-6]|"
    "a|b|i|em|strong|br|hr|img|figure|ul|ol|li|dl|table|tr|td|blockquote|pre|iframe|form|font|center"
)
_MARKUP: Final = re.compile(rf"<(?:!doctype\s|!--|\?xml\s|/?(?:{_TAGS})(?:\s[^<>]*)?/?>)", re.IGNORECASE)
_MARKUP_WITHIN: Final = 256 << 10  # the search takes up to 2 µs a character in hostile text

# The bytes 0x80..0xBF continue a UTF-8 sequence. These are the characters that they become as Latin-1 or Windows-1252.
_CONTINUATION: Final = "".join(
    dict.fromkeys(bytes(range(0x80, 0xC0)).decode("latin-1") + bytes(range(0x80, 0xC0)).decode("cp1252", "ignore"))
)
# A C1 control, or a letter that begins a sequence and its continuation. The leading class speeds up the search.
_SUSPECT: Final = re.compile(f"[\x80-\x9f\xc2-\xf4](?:(?<=[\x80-\x9f])|[{re.escape(_CONTINUATION)}])")
_QUOTED_CAPITAL: Final = re.compile("(?<=[A-ZÀ-Þ])[À-Þ][”’»›]")  # the end of a quoted AMANHÃ may not be mojibake
_LEADS: Final = "ÃÂâÐÑãà"  # how UTF-8 sequences of Europe, India and the Far East begin in mojibake
_C1: Final = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_NO_C1: Final = dict.fromkeys(_C1)
_C1_CHARACTER: Final = re.compile("[\x80-\x9f]")
_PART_END: Final = re.compile(r"[<>\n]")
_MOST_PARTS: Final = 50_000
_LONGEST_REPAIRED: Final = 1 << 20  # longer texts are not articles, and checking a hostile line takes 10 µs
_LAYERS: Final = 3  # mojibake of mojibake of mojibake has been seen, but nothing beyond

# `int` refuses more than 4,300 digits; the limit can be configured down to 640.
_OVERLONG_ENTITY: Final = re.compile(r"(&#[0-9]{641,}+;?)")

_IN_LINES: Final = (
    "abbr|big|button|cite|code|del|dfn|ins|kbd|label|mark|picture|q|s|samp|small|sub|sup|svg|time|tt|u|var|wbr"
)
# With a hyphen or a colon, it is an element of somebody's own. `C<T>` holds no tag.
_TAG: Final = re.compile(rf"</?(?:{_TAGS}|{_IN_LINES}|[a-z]\w*[:-][\w:-]*)(?:[\s/][^<>]*)?>", re.IGNORECASE)
_LONE_TAG: Final = re.compile(r"<(?:br|hr|img|wbr|[a-zA-Z]+ )[^<>]*>", re.IGNORECASE)
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")

MAX_LINE_CHARS: Final = 1000
"""The longest title, name or description."""
_RAW_LINE_CHARS: Final = 4 * MAX_LINE_CHARS  # room for spaces and mojibake

MAX_URL_CHARS: Final = 8192
"""No article has a longer URL. A longer one is treated as missing, before it is parsed."""


def scrub(text: str) -> str:
    """The text without lone surrogates, control characters (C0, DEL, C1) and bidirectional controls.

    Tab and newline are kept; CR LF and CR become LF. `orjson.dumps` accepts any result. Costs about 1 ns a character.
    """
    return _scrubbed(text, lambda with_c1: with_c1.translate(_NO_C1))


def clean_html(html: str) -> str:
    """A clean page: scrubbed, and repaired if all of it, or a part with C1 controls, is mojibake."""
    return _scrubbed(_repair_page(html), _repair_parts)


def clean_text(text: str) -> str:
    """Clean extracted text: one paragraph per line, no blank lines, mojibake repaired line by line, scrubbed."""
    if len(text) <= _LONGEST_REPAIRED and not text.isascii() and _SUSPECT.search(text):
        text = "\n".join(map(repair, _peeled(text).split("\n")))
    return scrub("\n".join(filter(None, map(_stripped, blocks(text)))))


def _stripped(block: str) -> str:
    return "\n".join(filter(None, map(str.strip, block.splitlines())))


def clean_line(text: str) -> str:
    """A clean title or name: one line of at most `MAX_LINE_CHARS`, single spaces, mojibake repaired, scrubbed."""
    line = stream_safe(" ".join(scrub(repair(text[:_RAW_LINE_CHARS])).split()))
    return line[:MAX_LINE_CHARS].rstrip()


def plain_line(text: str) -> str:
    """A clean line of a text that may hold markup and entities: without tags and invisible characters.

    "How to use <div>" stays as it is: what has neither end tags nor attributes is not markup.
    """
    text = text[:MAX_LINE_CHARS]
    if "<" in text:
        text = (_TAG if "</" in text else _LONE_TAG).sub("", text)
    text = unescaped(text)
    return clean_line(text if text.isascii() else _INVISIBLE.sub("", text))


def clean_url(url: str) -> str:
    """A URL without spaces and controls around it, and without the line breaks and tabs that browsers ignore inside it.

    Empty if it contains other controls: without them, it would be another URL. Also empty if it is longer than
    `MAX_URL_CHARS`: the standard library caches each URL that it splits.
    """
    if len(url) > MAX_URL_CHARS:
        return ""
    if not url.isprintable():  # otherwise there is nothing to scrub
        url = url.translate(_IGNORED_IN_URL).strip(_AROUND_URL)
        if _CONTROL.search(url):
            return ""
        url = scrub(url)
    return stream_safe(url.strip())


def unescaped(text: str) -> str:
    """The text with HTML entities replaced. Never raises; numbers with more digits than Python accepts are kept."""
    try:
        return unescape(text)
    except ValueError:
        parts = _OVERLONG_ENTITY.split(text)  # every second part is such an entity
        parts[::2] = map(unescape, parts[::2])
        return "".join(parts)


def looks_like_html(text: str) -> bool:
    """Whether the first 256 K characters contain a doctype, a comment or one of HTML's common tags."""
    return "<" in text and _MARKUP.search(text, 0, _MARKUP_WITHIN) is not None


def repair(text: str) -> str:
    """The text with unmistakable mojibake undone: UTF-8 that was read as Latin-1 or Windows-1252.

    It is unmistakable if the whole text turns back into valid UTF-8, and ftfy also finds its letters unlikely. After
    that, C1 controls, which occur in no text, become the Windows-1252 characters that they were.
    """
    if text.isascii() or not _SUSPECT.search(text):
        return text
    return _peeled(text).translate(_C1)


def _scrubbed(text: str, without_c1: Callable[[str], str]) -> str:
    if C_CLEAN and (scrubbed := C_CLEAN.scrub(text)) is not None:
        found: str = scrubbed
        return found
    # Passes in C over UTF-8 take a third of the time of a regular expression over characters.
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-8", "ignore")
        text = data.decode()
    clean = data.translate(None, _CONTROLS)
    gone = len(data) - len(clean)
    if gone and gone != _count_crlf(data):
        clean = _LINE_END.sub(b"\n", data).translate(_SPACES, _CONTROLS_BUT_SPACES)
    if not text.isascii():
        if _holds(clean, _DIRECTION, b"\xe2"):
            gone = 1
            for control in _DIRECTIONS:
                clean = clean.replace(control, b"")
        if _holds(clean, _C1_CONTROL, b"\xc2"):
            return without_c1(clean.decode())
    return clean.decode() if gone else text


def _count_crlf(data: bytes) -> int:
    """How often CR LF occurs, in a quarter of the time that `bytes.count` takes."""
    codes = np.frombuffer(data, np.uint8)
    after = np.flatnonzero(codes == _CR) + 1
    return int(np.count_nonzero(codes.take(after, mode="clip") == _LF))


def _holds(data: bytes, pattern: re.Pattern[bytes], first: bytes) -> bool:
    """Whether the pattern, which begins with byte `first`, occurs. Searching for the byte takes a tenth of the time."""
    at = data.find(first)
    for _ in range(_MOST_HOPS):
        if at < 0 or pattern.match(data, at):
            return at >= 0
        at = data.find(first, at + 1)
    return pattern.search(data, at) is not None


def _repair_parts(html: str) -> str:
    """Apply `repair` to each tag or line of a page that has a C1 control. Few pages have any."""
    if len(html) > _LONGEST_REPAIRED:
        return html.translate(_C1)
    made: list[str] = []
    done = 0
    while (control := _C1_CHARACTER.search(html, done)) and len(made) < _MOST_PARTS:
        begin = max(done, *(html.rfind(mark, done, control.start()) + 1 for mark in "<>\n"))
        end = _PART_END.search(html, control.end())
        part_end = end.start() if end else len(html)
        made += (html[done:begin], repair(html[begin:part_end]))
        done = part_end
    rest = html[done:]  # the repaired parts have no C1 control any more
    return "".join((*made, rest.translate(_C1) if control else rest))


def _peeled(text: str) -> str:
    """The text without its layers of mojibake, if they cover the whole text."""
    for _ in range(_LAYERS):
        better = _undo(text)
        if better is None:
            break
        text = better
    return text


def _repair_page(html: str) -> str:
    """Apply `repair` to a page. A clean page takes 20 µs, because the letter after the first suspicious one decides."""
    for lead in _LEADS if C_CLEAN is None or C_CLEAN.has_lead(html) else "":
        at = html.find(lead)
        if at >= 0:
            # Only a page that is mojibake as a whole is repaired. A lead without its continuation rules that out.
            return (_undo(html) or html) if html[at + 1 : at + 2] in _CONTINUATION else html
    return html


def _undo(text: str) -> str | None:
    """The text with one layer of mojibake removed; None if there is any doubt."""
    import ftfy.bad_codecs  # noqa: PLC0415 - registers sloppy-windows-1252; takes 0.1 s to import, and is rarely needed
    from ftfy.badness import is_bad  # noqa: PLC0415

    ftfy.bad_codecs.ok()
    for encoding in ("latin-1", "sloppy-windows-1252"):
        try:
            better = text.encode(encoding).decode()
        except UnicodeError:
            continue
        if is_bad(text) and _SUSPECT.search(_QUOTED_CAPITAL.sub("", text)):
            return better
    return None
