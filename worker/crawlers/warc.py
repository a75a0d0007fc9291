"""A WARC record as the value: one response, not gzipped. Its request and metadata records may be in the value too."""

from __future__ import annotations

import importlib
import io
import zlib
from collections.abc import Iterator
from typing import Any, Final

from worker.crawlers.base import ByteShape
from worker.crawlers.fields import Message, table
from worker.messages import Dead, Dropped, RawRecord, Reason

_MAGIC: Final = b"WARC/"
_LONGEST_DETAIL: Final = 200
_LONGEST_HEAD_BYTES: Final = 64 << 10
_MOST_RECORDS: Final = 16
_MOST_DIGITS: Final = 18
_VERSIONS: Final = ("WARC/1.", "WARC/0.1")
_ZLIB_OR_GZIP: Final = 32 + zlib.MAX_WBITS
_WINDOW_BITS: Final = {
    "gzip": (_ZLIB_OR_GZIP,),
    "x-gzip": (_ZLIB_OR_GZIP,),
    "deflate": (_ZLIB_OR_GZIP, -zlib.MAX_WBITS),  # the second is what old servers call deflate
}
_TEXTUAL: Final = ("text/", "application/xhtml", "application/xml")


class _BadWarcError(Exception):
    """The record cannot be read. The message says why."""


def _fits(value: bytes) -> bool:
    return value.startswith(_MAGIC)


def _open(record: RawRecord, limit_bytes: int) -> Message | Dropped | Dead:
    """The response's fields and headers, and up to `limit_bytes` of its body without transfer and content encoding."""
    try:
        headers, block = _only_response(record.value or b"")
        return _message(headers, block, limit_bytes)
    except _BadWarcError as error:
        return Dead(Reason.BAD_WARC, str(error)[:_LONGEST_DETAIL])
    except Exception as error:  # noqa: BLE001 - warcio does not expect hostile bytes, and may raise anything
        return Dead(Reason.BAD_WARC, f"{type(error).__name__}: {error}"[:_LONGEST_DETAIL])


def _only_response(value: bytes) -> tuple[Any, bytes]:
    kinds, found = [], []
    for headers, block in _records(value):
        kind = headers.get_header("WARC-Type") or "none"
        kinds.append(kind)
        if len(kinds) > _MOST_RECORDS:
            raise _BadWarcError(f"more than {_MOST_RECORDS} records in one value")
        if kind.lower() == "response":
            found.append((headers, block))
    if len(found) != 1:
        listed = ", ".join(kinds[:5])
        raise _BadWarcError(f"{len(found)} response records, expected 1; record types: {listed}")
    return found[0]


def _records(value: bytes) -> Iterator[tuple[Any, bytes]]:
    """The headers and block of each record. warcio's own loaders would print and log anything unusual."""
    stream = io.BytesIO(value)
    while stream.tell() < len(value):
        _check_head(value, stream.tell())
        headers = _warcio("statusandheaders").StatusAndHeadersParser(_VERSIONS).parse(stream)
        yield headers, stream.read(_length(headers, len(value) - stream.tell()))
        while (byte := stream.read(1)) in (b"\r", b"\n"):
            pass
        stream.seek(-len(byte), io.SEEK_CUR)


def _length(headers: Any, left: int) -> int:
    """The length of the block in bytes: as declared, otherwise all that is left."""
    declared = (headers.get_header("Content-Length") or str(left)).strip()
    if not declared.isdecimal() or len(declared) > _MOST_DIGITS:
        raise _BadWarcError(f"Content-Length is {declared[:_MOST_DIGITS]!r}")
    if int(declared) > left:
        raise _BadWarcError(f"cut short: the record declares {declared} bytes, but has only {left}")
    return int(declared)


def _message(warc: Any, block: bytes, limit_bytes: int) -> Message | Dropped | Dead:
    if not block.startswith(b"HTTP/"):
        raise _BadWarcError("no HTTP response in the response record")
    _check_head(block, 0)
    stream = io.BytesIO(block)
    http = _warcio("statusandheaders").StatusAndHeadersParser(["HTTP/"]).parse(stream)
    body = _decoded(stream.read(), http, limit_bytes)
    if len(body) > limit_bytes:
        return Dead(Reason.TOO_LARGE, f"the unpacked page has more than {limit_bytes} bytes")
    media_type = (http.get_header("content-type") or "").strip().lower()
    if media_type and not media_type.startswith(_TEXTUAL):
        return Dropped(Reason.NOT_HTML, f"the response is {media_type[:80]}")
    return {
        **dict(warc.headers),
        # warcio's parser ignores the case of the name. Some writers put the URI in angle brackets.
        "WARC-Target-URI": (warc.get_header("WARC-Target-URI") or "").strip("<> "),
        "WARC-Date": warc.get_header("WARC-Date"),
        "http_headers": [list(pair) for pair in http.headers],
        "status": http.statusline.split()[1] if " " in http.statusline else None,
        # A body is text if it is not declared as HTML and contains no markup.
        "html" if "html" in media_type else "body": body,
    }


def _check_head(data: bytes, begin: int) -> None:
    """Check that the headers end within 64 KB. warcio takes minutes for megabytes of continuation lines."""
    end = begin + _LONGEST_HEAD_BYTES
    if len(data) > end and data.find(b"\r\n\r\n", begin, end) < 0 and data.find(b"\n\n", begin, end) < 0:
        raise _BadWarcError(f"headers of more than {_LONGEST_HEAD_BYTES} bytes")


def _decoded(body: bytes, http: Any, limit_bytes: int) -> bytes:
    """The body without transfer and content encoding. A larger one is cut after `limit_bytes + 1` bytes."""
    if (http.get_header("transfer-encoding") or "").strip().lower() == "chunked":
        body = _warcio("bufferedreaders").ChunkedDataReader(io.BytesIO(body)).read()
    encoding = (http.get_header("content-encoding") or "").strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in _WINDOW_BITS:
        raise _BadWarcError(f"content encoding {encoding} is not supported")
    for window_bits in _WINDOW_BITS[encoding]:
        try:
            return zlib.decompressobj(window_bits).decompress(body, limit_bytes + 1)
        except zlib.error:
            continue
    return body  # archives often store an unpacked page with its original headers


def _warcio(module: str) -> Any:
    """A module of warcio. It has no types, takes 80 ms to import, and most workers never see a WARC record."""
    return importlib.import_module(f"warcio.{module}")


SHAPE = ByteShape(
    "warc",
    _fits,
    _open,
    aliases=table(
        url="WARC-Target-URI",
        html="html body",
        text="body",
        fetched_at="WARC-Date",
        status="status",
        headers="http_headers",
    ),
)
