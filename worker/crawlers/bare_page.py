"""A bare page: the value is the HTML itself, as simple fetchers send it. A key that is a URL is the page's URL."""

from __future__ import annotations

import codecs

from worker.crawlers.base import ByteShape
from worker.crawlers.fields import Message
from worker.messages import RawRecord
from worker.text.cleaning import MAX_URL_CHARS

_BEGINNINGS = (b"<!doctype html", b"<html")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PROBE_BYTES = 128


def _fits(value: bytes) -> bool:
    begin = value[:_PROBE_BYTES].removeprefix(codecs.BOM_UTF8)
    if begin.startswith(_UTF16):
        begin = begin[2:].replace(b"\0", b"")
    return begin.lstrip().lower().startswith(_BEGINNINGS)


def _open(record: RawRecord, _limit_bytes: int) -> Message:
    return {"url": _url(record.key or b""), "html": record.value}


def _url(key: bytes) -> str | None:
    if not key.startswith((b"http://", b"https://")) or len(key) > MAX_URL_CHARS:
        return None
    try:
        return key.decode()
    except UnicodeDecodeError:
        return None


SHAPE = ByteShape("page", _fits, _open)
