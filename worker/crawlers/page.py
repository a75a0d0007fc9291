"""A bare page: the value is HTML itself, as simple fetchers publish it. A record key that is a URL is the page's."""

from __future__ import annotations

from worker.crawlers.base import ByteShape, Message
from worker.messages import RawRecord
from worker.text import MAX_URL_CHARS

_BEGINNINGS = (b"<!doctype html", b"<html")
_PROBE_BYTES = 64


def _fits(value: bytes) -> bool:
    return value[:_PROBE_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_BEGINNINGS)


def _open(record: RawRecord, _limit_bytes: int) -> Message:
    key = record.key or b""
    is_url = key.startswith((b"http://", b"https://")) and len(key) <= MAX_URL_CHARS
    return {"url": key.decode("utf-8", "ignore") if is_url else None, "html": record.value}


SHAPE = ByteShape("page", _fits, _open)
