"""A page's bytes as text."""

from __future__ import annotations

import base64
import codecs
import encodings
import re
import time
from typing import Any

import charset_normalizer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.crawlers import charset
from worker.crawlers.charset import content_type, decode_page, from_base64

GERMAN = "<html><body><p>Größere Bäume für Köln: „schön“, sagt der Bürgermeister – über Nacht.</p></body></html>"
RUSSIAN = "<html><body><p>Мэр города сообщил, что деревья посадят весной. Жители рады этой новости.</p></body></html>"

JAPANESE = "<html><body><p>市長は春に木を植えると発表した。住民はこの知らせを喜んでいる。</p></body></html>"


def test_strict_utf_8_is_tried_before_the_declared_charset() -> None:
    assert decode_page(GERMAN.encode(), ["text/html; charset=iso-8859-1"]) == GERMAN


@pytest.mark.parametrize(
    ("bom", "codec"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_decides_and_is_removed(bom: bytes, codec: str) -> None:
    assert decode_page(bom + GERMAN.encode(codec), ["koi8-r"]) == GERMAN


@pytest.mark.parametrize(
    "declared",
    [
        "text/html; charset=windows-1251",
        'text/html; charset="Windows-1251"; boundary=x',
        "TEXT/HTML;CHARSET = cp1251",
        "windows-1251",
        " cp1251 ",
    ],
)
def test_a_charset_is_declared_as_a_label_or_in_a_content_type(declared: str) -> None:
    assert decode_page(RUSSIAN.encode("cp1251"), [declared]) == RUSSIAN


def test_the_first_known_declaration_counts() -> None:
    data = RUSSIAN.encode("koi8-r")
    assert decode_page(data, ["text/html", "x-unknown", "koi8-r", "cp1251"]) == RUSSIAN


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        "<META CHARSET=windows-1251>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        '<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_the_charset_in_the_meta_element_of_the_page_is_used(head: str) -> None:
    assert decode_page((head + RUSSIAN).encode("cp1251")) == head + RUSSIAN


def test_iso_8859_1_means_windows_1252_as_on_the_web() -> None:
    assert decode_page(GERMAN.encode("cp1252"), ["iso-8859-1"]) == GERMAN


@pytest.mark.parametrize(
    "label",
    [
        "unicode_escape",
        "utf-7",
        "idna",
        "punycode",
        "base64",
        "zlib",
        "rot13",
        "undefined",
        "utf-16",
        "__init__",
        "a" * 300,
    ],
)
def test_a_declared_codec_that_is_not_a_charset_of_web_pages_is_ignored(label: str) -> None:
    assert decode_page(GERMAN.encode("cp1252"), [label]) == GERMAN


def test_a_utf_8_page_with_one_broken_byte_is_still_utf_8() -> None:
    data = GERMAN.encode() * 3 + b"\xe2\x82"
    assert decode_page(data) == GERMAN * 3 + "\ufffd"
    assert decode_page(data, ["utf-8"]) == GERMAN * 3 + "\ufffd"


def test_a_declaration_that_most_bytes_contradict_is_ignored() -> None:
    assert decode_page(GERMAN.encode("cp1252"), ["text/html; charset=utf-8"]) == GERMAN


@pytest.mark.parametrize(("page", "codec"), [(GERMAN, "cp1252"), (RUSSIAN, "cp1251"), (JAPANESE, "cp932")])
def test_an_undeclared_charset_is_detected(page: str, codec: str) -> None:
    assert decode_page(page.encode(codec)) == page


def test_the_language_of_the_page_decides_between_the_latin_sets() -> None:
    page = '<html lang="pl"><body><p>Żółte łódki płyną wzdłuż ścieżki, mówią mieszkańcy.</p></body></html>'
    assert decode_page(page.encode("cp1250")) == page


def test_detection_starts_at_the_first_non_ascii_byte() -> None:
    script = "<script>" + "var a = 1; " * 20_000 + "</script>"
    assert decode_page((script + RUSSIAN).encode("cp1251")) == script + RUSSIAN


@pytest.mark.parametrize(
    "label", ["latin1", "ISO_8859-1:1987", "us-ascii", "Shift_JIS", "gb2312", "euc-kr", "koi8-r", "macintosh", "cp855"]
)
def test_a_label_may_be_any_name_of_a_charset(label: str) -> None:
    assert charset._codec(label)


def test_several_names_of_one_charset_are_tried_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def decoded(data: bytes, codec: str) -> str:
        tried.append(codec)
        return data.decode(codec, "replace")

    monkeypatch.setattr(charset, "_decoded", decoded)
    decode_page(b"\xc3 \xff" * 100, ["greek", "iso-8859-7", "ISO_8859-7:1987", "ecma-118", "utf-8", "UTF8"])
    assert len(tried) == len(set(tried))


def test_wrong_labels_cost_no_more_than_the_page_itself() -> None:
    """None of these sets defines any byte of the page."""
    labels = ["windows-1250", "cp1252", "cp1253", "cp1254", "cp1255", "cp1257", "cp1258", "iso8859-11", "cp874"]
    begin = time.process_time()
    decode_page(b"\x81" * 4_000_000, labels)
    assert time.process_time() - begin < 1.5


@pytest.mark.parametrize("codec", ["cp1252", "cp1255", "iso8859_7", "koi8_r", "mac_roman", "cp874", "gb18030", "cp932"])
def test_a_byte_that_a_charset_lacks_becomes_a_replacement_character(codec: str) -> None:
    data = bytes(range(256))
    assert charset._decoded(data, codec) == data.decode(codec, "replace")


def test_unknown_labels_are_not_cached() -> None:
    before = len(encodings._cache)
    for number in range(100):
        decode_page(GERMAN.encode("cp1252"), [f"x-{number}", f"utf-{number}", f"windows_{number}:1"])
    assert len(encodings._cache) <= before + 1  # the page's own label


def test_detection_skips_rare_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """The detector remembers each character that it sees, and there are a million of them."""
    seen: list[bytes] = []
    detect = charset_normalizer.from_bytes

    def from_bytes(data: bytes, **options: Any) -> Any:
        seen.append(data)
        return detect(data, **options)

    monkeypatch.setattr(charset_normalizer, "from_bytes", from_bytes)
    page = "<html><body><p>市长宣布将在春天植树，居民们对这一消息感到高兴。\U00020000\U00020001</p></body></html>"
    assert decode_page(page.encode("gb18030")) == page
    assert "\U00020000" not in seen[0].decode("gb18030")


@given(st.binary(max_size=300), st.lists(st.text(max_size=50), max_size=3))
def test_decoding_never_raises_and_leaves_no_lone_surrogates(data: bytes, declared: list[str]) -> None:
    decode_page(data, declared).encode()


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: base64.b64encode(data).decode(),
        lambda data: base64.urlsafe_b64encode(data).decode(),
        lambda data: base64.b64encode(data).decode().rstrip("="),
        lambda data: base64.encodebytes(data).decode(),
        lambda data: re.sub("(.{64})", "\\1\r\n", base64.b64encode(data).decode()),
    ],
    ids=["standard", "urlsafe", "unpadded", "lines", "mime"],
)
def test_base64_of_a_page_is_unpacked_in_every_common_form(pack: Any) -> None:
    data = GERMAN.encode() + b"<!-- \xfb\xff\xfe -->"
    assert from_base64(pack(data)) == data


def test_base64_of_a_utf_16_page_is_unpacked() -> None:
    data = codecs.BOM_UTF16_LE + GERMAN.encode("utf-16-le")
    assert from_base64(base64.b64encode(data).decode()) == data


@pytest.mark.parametrize(
    "text", ["", "Hello", "Plain words and no more", "é" * 8, "QUJD", "a" * 401 + "?", "====", "A==="]
)
def test_other_text_is_not_taken_for_base64(text: str) -> None:
    assert from_base64(text) is None


@given(st.text(max_size=100) | st.text("ABCabc012+/-_= \n", max_size=100))
def test_looking_for_base64_never_raises(text: str) -> None:
    data = from_base64(text)
    assert data is None or b"<" in data


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"Content-Type": "text/html"}, "text/html"),
        ({"content-type": ["text/html", "x"]}, "text/html"),
        ([["Server", "x"], ["CONTENT-TYPE", "text/html"]], "text/html"),
        ({"Content-Type": 5}, None),
        ({"Content-Type": []}, None),
        ([["Content-Type"]], None),
        ([5, None, "ab"], None),
        ("Content-Type: text/html", None),
        (None, None),
    ],
)
def test_the_content_type_is_found_in_an_object_or_in_pairs(headers: Any, found: str | None) -> None:
    assert content_type(headers) == found
