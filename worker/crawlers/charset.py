"""Decodes the bytes of a page: as strict UTF-8, then as declared, then as detected."""

from __future__ import annotations

import binascii
import codecs
import encodings
import re
from collections.abc import Iterable, Iterator
from encodings.aliases import aliases
from typing import Any, Final

from worker.text.cleaning import looks_like_html

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LABEL: Final = re.compile(
    r"(?:.*?charset\s*+=)?\s*+[\"']?\s*+([A-Za-z0-9_:-]{2,40})\s*+[\"']?\s*+(?:;.*)?", re.IGNORECASE
)
_META: Final = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_:-]{2,40})"
    rb"|<\?xml\s[^>]{0,100}?encoding\s*+=\s*+[\"']([A-Za-z0-9_:-]{2,40})",
    re.IGNORECASE,
)
_META_WITHIN_BYTES: Final = 4096
_DETECT_WITHIN_BYTES: Final = 64 << 10
_SAMPLE_BYTES: Final = 8 << 10
_ASCII: Final = bytes(range(0x80))
_ALL_BYTES: Final = bytes(range(0x100))
_FOREIGN: Final = re.compile(rb"[\x80-\xff]")
# A hostile label must not reach codecs that are not character sets (unicode_escape, zlib, idna ...). UTF-16 needs its
# byte order mark: if the meta element of a page can be read as ASCII, the page is not in UTF-16, whatever it declares.
_SINGLE_BYTE: Final = re.compile(
    r"cp(?:125[0-8]|437|85[025678]|866|874)|iso8859_(?:[2-8]|1[03-6])|koi8_[ru]|mac_(?:roman|cyrillic)"
)
_MULTI_BYTE: Final = frozenset({"utf_8", "gb18030", "euc_jp", "big5hkscs", "cp932", "cp949"})
# On the web, these labels mean the larger sets: https://encoding.spec.whatwg.org/#names-and-labels
_LARGER: Final = {
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859_1": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "tis_620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_BETWEEN_TAGS: Final = re.compile(rb">([^<>]*[\x80-\xff][^<>]*)")
# GB 18030 encodes a million rare characters in four bytes each, and the detector remembers every character it has seen.
_RARE: Final = re.compile(rb"(?:[\x81-\xfe][0-9]){2}")
_LANGUAGE: Final = re.compile(rb"<html\s[^>]{0,300}?\blang\s*=\s*[\"']?([a-z]{2})", re.IGNORECASE)
_LATIN: Final = ("cp1250", "cp1252", "cp1254", "cp1257")
_DETECTABLE: Final = (*_LATIN, "cp1251", "cp1253", "cp1255", "cp1256", "gb18030", "big5", "cp932", "euc_jp", "cp949")
# https://html.spec.whatwg.org/#determining-the-character-encoding, step 9
_BY_LANGUAGE: Final = {
    language: codec
    for languages, codec in (
        ("cs hr hu pl sk sl", "cp1250"),
        ("be bg ky mk ru sr tg tt uk", "cp1251"),
        ("el", "cp1253"),
        ("ku tr", "cp1254"),
        ("he", "cp1255"),
        ("ar fa", "cp1256"),
        ("et lt lv", "cp1257"),
        ("th", "cp874"),
        ("vi", "cp1258"),
        ("zh", "gb18030"),
        ("ja", "cp932"),
        ("ko", "cp949"),
    )
    for language in languages.split()
}
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_=\s-]*")
_BASE64_PROBE: Final = 400
_STANDARD_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")


def decode_page(data: bytes, declared: Iterable[str] = ()) -> str:
    """The bytes of a page as text. Never raises; bytes that fit no encoding become U+FFFD.

    Args:
        data: The page, without content encoding.
        declared: Labels or Content-Type values, the most trusted first. The page's own meta element comes after them.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(codec, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    foreign = len(data.translate(None, _ASCII))
    # Try each codec once: a message has nine places for a label, and all of them may name the same codec.
    for codec in dict.fromkeys((*_codecs(data, declared), "utf_8")):
        text = _decoded(data, codec)
        # A page that is cut inside a character, or has one broken comment, is still in its declared encoding.
        if text.count("\ufffd") * 10 <= foreign:
            return text
    return _decoded(data, _detect(data))


def from_base64(text: str) -> bytes | None:
    """The bytes in a base64 text (either alphabet, with or without padding) if they are a page; otherwise None."""
    if not _BASE64.fullmatch(text[:_BASE64_PROBE]):
        return None
    try:
        packed = text.encode("ascii").translate(_STANDARD_ALPHABET, b" \t\r\n").rstrip(b"=")
        data = binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True)
    except ValueError:  # includes binascii.Error and UnicodeEncodeError
        return None
    # Remove NULs, to recognise UTF-16 too.
    beginning = data[:_DETECT_WITHIN_BYTES].replace(b"\0", b"").decode("latin-1")
    return data if looks_like_html(beginning) else None


def content_type(headers: Any) -> str | None:
    """The Content-Type in headers, which are an object (values may be lists) or a list of pairs."""
    pairs = headers.items() if isinstance(headers, dict) else headers if isinstance(headers, list) else ()
    for pair in pairs:
        if isinstance(pair, tuple | list) and len(pair) == 2:
            name, value = pair
            value = value[0] if isinstance(value, list) and value else value
            if isinstance(name, str) and name.lower() == "content-type" and isinstance(value, str):
                return value
    return None


def _decoded(data: bytes, codec: str) -> str:
    """The bytes as text, with U+FFFD for invalid ones. Takes at most 20 ns a byte.

    Python's decoder stops at each byte that the set does not define, which costs 100 ns. So this uses a table of the
    set that already has U+FFFD for these bytes.
    """
    if codec in _MULTI_BYTE:
        return data.decode(codec, "replace")
    return codecs.charmap_decode(data, "strict", _ALL_BYTES.decode(codec, "replace"))[0]


def _codecs(data: bytes, declared: Iterable[str]) -> Iterator[str]:
    labels = [match[1] for text in declared if (match := _LABEL.fullmatch(text[:200]))]
    if meta := _META.search(data, 0, _META_WITHIN_BYTES):
        labels.append((meta[1] or meta[2]).decode())
    for label in labels:
        if codec := _codec(label):
            yield codec


def _codec(label: str) -> str | None:
    """Python's codec for a label. Avoids `codecs.lookup`, which remembers every name that it was asked for."""
    name = encodings.normalize_encoding(label).lower()
    name = aliases.get(name, name)
    name = _LARGER.get(name, name)
    return name if name in _MULTI_BYTE or _SINGLE_BYTE.fullmatch(name) else None


def _detect(data: bytes) -> str:
    """The most likely encoding, detected by charset-normalizer in the text between tags after the first non-ASCII byte.

    The detector knows scripts well, but not the Latin sets: it misnamed 26 of 80 pages in Windows-1252. So the page's
    language decides between the Latin sets, as in the HTML standard; without a language, the result is Windows-1252.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - takes 40 ms to import, and is rarely needed

    first = _FOREIGN.search(data)
    begin = max(0, data.rfind(b">", 0, first.start())) if first else 0
    sample = data[begin : begin + _DETECT_WITHIN_BYTES]
    between_tags = b"\n".join(match[1] for match in _BETWEEN_TAGS.finditer(sample)) or sample
    between_tags = _RARE.sub(b"", between_tags[:_SAMPLE_BYTES])
    best = from_bytes(between_tags, cp_isolation=[*_DETECTABLE]).best()
    codec = _codec(best.encoding) if best else None
    if codec in (None, "utf_8", *_LATIN):
        language = _LANGUAGE.search(data, 0, _META_WITHIN_BYTES)
        codec = _BY_LANGUAGE.get(language[1].decode().lower() if language else "")
    return codec or "cp1252"
