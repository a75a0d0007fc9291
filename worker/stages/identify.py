"""What the index must know of an article: its name, its URL, its words, its time."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from worker.dedup.index import Sketch
from worker.dedup.word_codes import words_of
from worker.identity.event_time import event_time_s
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise
from worker.messages import Article, RawRecord
from worker.text.normal_forms import nfkc, pieces

_WORD = re.compile(r"\w+")
# Soft hyphen, zero-width space and joiners, word joiner, byte order mark: no reader sees them, `\w+` breaks at them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

# Typography of an otherwise plain text, no part of any word.
_MARKS = "“”‘’–—…\u00a0•"
_ASCII_WORDS = bytes(ord(chr(c).lower()) if chr(c).isalnum() or c == ord("_") else ord(" ") for c in range(128)) + (
    b" " * 128
)


@dataclass(frozen=True, slots=True)
class Identify:
    """The last stage before the index: article -> article with its canonical URL, and its sketch.

    `clock` gives seconds since 1970; no event is later, so that a crawler with a wrong clock cannot push everything
    else out of the window.
    """

    clock: Callable[[], float] = time.time

    def __call__(self, article: Article, record: RawRecord) -> tuple[Article, Sketch]:
        """The article under its canonical URL, and what the index needs. Takes any text and any URL."""
        url = canonicalise(article.url, article.final_url, article.canonical_url)
        words = content_hash(article.text or "")
        sketch = Sketch(
            article_id=hash_id(url or words.hex()),
            url=url,
            content_hash=words,
            event_time_s=event_time_s(article, record, self.clock()),
            words=words_of(article.text or ""),
        )
        return replace(article, canonical_url=url), sketch


def content_hash(text: str) -> bytes:
    """SHA-256 (32 bytes) of the words: NFKC, case folded, joined by one space. Space and punctuation do not count.

    A text without any word is hashed as it stands, so that two of them are not the same article.
    """
    digest, space = hashlib.sha256(), b""
    for words in filter(None, map(_words, pieces(text))):
        digest.update(space + words)
        space = b" "
    if not space:
        digest.update(text.strip().encode("utf-8", "surrogatepass"))
    return digest.digest()


def _words(text: str) -> bytes:
    """The words of a piece of text, with single spaces between them."""
    plain = text
    if not text.isascii():
        for mark in _MARKS:
            plain = plain.replace(mark, " ")
    if plain.isascii():  # a fifth of the time, and the same answer
        return b" ".join(plain.encode().translate(_ASCII_WORDS).split())
    words = _INVISIBLE.sub("", nfkc(text)).casefold()
    return " ".join(_WORD.findall(words)).encode("utf-8", "surrogatepass")
