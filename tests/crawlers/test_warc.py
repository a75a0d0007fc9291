"""WARC response records as values."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.crawlers import warc
from worker.messages import Article, Dead, Dropped, RawRecord, Reason, Source

PAGE = "<html><body><p>Der Hafen öffnet früher.</p></body></html>"
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def http(body: bytes, headers: tuple[tuple[str, str], ...] = HTML, status: str = "HTTP/1.1 200 OK") -> bytes:
    """An HTTP response."""
    lines = [status, *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(block: bytes, kind: str = "response", length: int | None = None) -> bytes:
    """A WARC record with the fields that Common Crawl writes."""
    fields = {
        "WARC-Type": kind,
        "WARC-Date": "2026-03-02T07:15:30Z",
        "WARC-Record-ID": "<urn:uuid:6f1a7a3c-7f5e-4a0e-9a5e-2b1d7a9c0e11>",
        "WARC-Target-URI": "https://hafen.example.de/frueher",
        "WARC-IP-Address": "192.0.2.33",
        "WARC-Payload-Digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
        "WARC-Identified-Payload-Type": "text/html",
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(block) if length is None else length),
    }
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    return head.encode() + block + b"\r\n\r\n"


def chunked(body: bytes) -> bytes:
    """The body in two chunks."""
    half = len(body) // 2
    parts = (body[:half], body[half:], b"")
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def deflated(body: bytes, window_bits: int) -> bytes:
    """The body compressed by zlib, with or without its header."""
    packer = zlib.compressobj(wbits=window_bits)
    return packer.compress(body) + packer.flush()


def test_a_response_record_becomes_an_article(article_of: Callable[..., Article]) -> None:
    article = article_of(record(http(PAGE.encode())))
    assert (article.shape, article.html, article.status) == ("warc", PAGE, 200)
    assert article.url == "https://hafen.example.de/frueher"
    assert article.fetched_at == datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC)
    assert article.extra["WARC-IP-Address"] == "192.0.2.33"
    assert article.extra["http_headers"] == [["Content-Type", "text/html; charset=utf-8"]]


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(PAGE.encode(), mtime=0)),
        ("x-gzip", gzip.compress(PAGE.encode(), mtime=0)),
        ("deflate", deflated(PAGE.encode(), zlib.MAX_WBITS)),
        ("deflate", deflated(PAGE.encode(), -zlib.MAX_WBITS)),
        ("identity", PAGE.encode()),
        ("gzip", PAGE.encode()),
    ],
    ids=["gzip", "x-gzip", "deflate", "raw-deflate", "identity", "gzip-that-was-stored-unpacked"],
)
def test_content_encodings_are_undone(article_of: Callable[..., Article], encoding: str, packed: bytes) -> None:
    assert article_of(record(http(packed, (*HTML, ("Content-Encoding", encoding))))).html == PAGE


def test_chunks_are_joined_before_the_content_encoding_is_undone(article_of: Callable[..., Article]) -> None:
    headers = (*HTML, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))
    assert article_of(record(http(chunked(gzip.compress(PAGE.encode())), headers))).html == PAGE


def test_a_body_that_was_stored_unchunked_is_used_unchanged(article_of: Callable[..., Article]) -> None:
    assert article_of(record(http(PAGE.encode(), (*HTML, ("Transfer-Encoding", "chunked"))))).html == PAGE


def test_the_charset_of_the_response_decodes_the_page(article_of: Callable[..., Article]) -> None:
    headers = (("content-type", "text/html; charset=iso-8859-1"),)
    assert article_of(record(http(PAGE.encode("latin-1"), headers))).html == PAGE


def test_http_2_status_lines_are_read(decode_message: Callable[..., Any]) -> None:
    assert decode_message(record(http(b"gone", status="HTTP/2 410"))) == Dropped(Reason.HTTP_ERROR, "status 410")


def test_the_uri_may_be_in_angle_brackets_and_names_in_any_case(article_of: Callable[..., Article]) -> None:
    value = record(http(PAGE.encode())).replace(
        b"WARC-Target-URI: https://hafen.example.de/frueher", b"warc-target-uri: <https://hafen.example.de/frueher>"
    )
    assert article_of(value).url == "https://hafen.example.de/frueher"


def test_a_record_without_a_length_extends_to_the_end_of_the_value(article_of: Callable[..., Article]) -> None:
    assert article_of(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n" + http(PAGE.encode())).html == PAGE


def test_the_value_may_also_contain_request_and_metadata_records(article_of: Callable[..., Article]) -> None:
    request = record(b"GET /frueher HTTP/1.1\r\nHost: hafen.example.de\r\n\r\n", "request")
    metadata = record(b"fetchTimeMs: 112\r\n", "metadata")
    assert article_of(request + record(http(PAGE.encode())) + metadata).html == PAGE


def test_plain_text_is_text_unless_it_is_markup(article_of: Callable[..., Article]) -> None:
    headers = (("Content-Type", "text/plain"),)
    assert article_of(record(http(b"Just text.", headers))).text == "Just text."
    assert article_of(record(http(PAGE.encode(), headers))).html == PAGE


def test_another_media_type_is_not_html(decode_message: Callable[..., Any]) -> None:
    value = record(http(b"\x89PNG\r\n", (("Content-Type", "image/png"),)))
    assert decode_message(value) == Dropped(Reason.NOT_HTML, "the response is image/png")


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        (record(b"software: crawler\r\n", "warcinfo"), "0 response records, expected 1; record types: warcinfo"),
        (record(http(b"a")) * 2, "2 response records, expected 1; record types: response, response"),
        (record(b"a: b\r\n", "metadata") * 17, "more than 16 records in one value"),
        (b"WARC/1.0\r\n" + b"a: b\r\n" * 12_000, "headers of more than 65536 bytes"),
        (record(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n c\r\n" * 8_000), "headers of more than 65536 bytes"),
        (record(b"dns: 192.0.2.1"), "no HTTP response in the response record"),
        (record(http(b"short"), length=5000), "cut short: the record declares 5000 bytes, but has only 68"),
        (record(http(b"a"), length=10**30), "Content-Length is '100000000000000000'"),
        (record(http(b"a"), length=-5), "Content-Length is '-5'"),
        (record(http(b"x", (*HTML, ("Content-Encoding", "br")))), "content encoding br is not supported"),
        (b"WARC/9.9\r\nWARC-Type: response\r\n\r\n", "StatusAndHeadersParserException: Expected Status Line"),
        (b"WARC/", "StatusAndHeadersParserException: Expected Status Line"),
    ],
    ids=[
        "warcinfo",
        "two",
        "many",
        "long-head",
        "long-http-head",
        "dns",
        "cut",
        "huge-length",
        "negative-length",
        "brotli",
        "version",
        "magic-only",
    ],
)
def test_a_value_without_a_readable_response_is_bad_warc_with_a_reason(
    decode_message: Callable[..., Any], value: bytes, detail: str
) -> None:
    ending = decode_message(value)
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.BAD_WARC
    assert ending.detail.startswith(detail)


def test_a_page_that_unpacks_beyond_the_limit_is_too_large_and_never_fully_unpacked(
    decode_message: Callable[..., Any],
) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    ending = decode_message(record(http(bomb, (*HTML, ("Content-Encoding", "gzip")))))
    assert ending == Dead(Reason.TOO_LARGE, "the unpacked page has more than 1048576 bytes")


def test_another_value_that_is_forced_to_be_warc_is_bad_warc(decode_message: Callable[..., Any]) -> None:
    assert decode_message({"html": "<p>"}, "warc").reason is Reason.BAD_WARC
    assert decode_message(b"", "warc").reason is Reason.BAD_WARC


def test_nothing_is_printed_or_logged_about_unusual_records(
    decode_message: Callable[..., Any], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    odd = record(http(b"x")).replace(b"https://hafen", b"https:// hafen").replace(b"\r\n\r\nx", b"\r\n\r\nxyz")
    decode_message(odd)
    decode_message(record(http(b"\x1f\x8b broken", (*HTML, ("Content-Encoding", "gzip")))))
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@given(st.binary(max_size=300), st.integers(0, 700))
def test_no_bytes_make_the_shape_raise(noise: bytes, at: int) -> None:
    good = record(http(gzip.compress(PAGE.encode()), (*HTML, ("Content-Encoding", "gzip"))))
    for value in (b"WARC/1.0\r\n" + noise, good[:at] + noise, good[:at] + noise + good[at:]):
        ending = warc.SHAPE.open(RawRecord(Source("t", 0, 0), value), 1 << 20)
        assert isinstance(ending, Dead | Dropped | dict)
