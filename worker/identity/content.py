"""Hashes the words of a text, to recognise the same content in another layout and in another letter case."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from worker.text.normal_forms import nfkc, pieces

Codes = NDArray[np.uint32]

_PLANE = 0x10000
# Soft hyphen, zero-width space and joiners, word joiner, byte order mark: invisible, and often within a word.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SPACE = ord(" ")
# In place of the folded form of a character:
_SKIPPED = 0  # it is invisible
_GROWS = 1  # its folded form has several characters
_ASCII_WORDS = bytes(ord(chr(c).lower()) if chr(c).isalnum() or c == ord("_") else _SPACE for c in range(128)) + (
    b" " * 128
)


def content_hash(text: str) -> bytes:
    """SHA-256 (32 bytes) of the words: NFKC, case folded, joined by one space. Spaces and punctuation do not count.

    Here a word is a run of letters and digits: `don't` and `don t` have the same hash. `worker.text.words` counts words
    differently, but this definition must stay: it makes the ids of articles without a URL.

    A text without any word is hashed unchanged, so that two such texts are not taken for the same article.
    """
    digest, space = hashlib.sha256(), b""
    for words in filter(None, map(_words, pieces(text))):
        digest.update(space + words)
        space = b" "
    if not space:
        digest.update(text.strip().encode("utf-8", "surrogatepass"))
    return digest.digest()


def _words(piece: str) -> bytes:
    """The words of a piece of text in UTF-8, with single spaces between them."""
    if piece.isascii():
        return b" ".join(piece.encode().translate(_ASCII_WORDS).split())
    codes = _codes(nfkc(piece))
    folded = _folded(codes)
    if (folded == _GROWS).any():
        folded = _folded(_grown(codes[folded == _GROWS], codes))
    if (folded == _SKIPPED).any():
        folded = folded[folded != _SKIPPED]
    kept = folded != _SPACE
    kept[1:] |= kept[:-1].copy()  # one separator after each word
    words: str = folded[kept].tobytes().decode("utf-32-le", "surrogatepass")
    return words.rstrip(" ").encode("utf-8", "surrogatepass")


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _grown(growing: Codes, codes: Codes) -> Codes:
    """The characters, with the folded form in place of each of the growing ones."""
    text = codes.tobytes().decode("utf-32-le", "surrogatepass")
    for char in map(chr, np.unique(growing).tolist()):
        text = text.replace(char, char.casefold())
    return _codes(text)


def _folded(codes: Codes) -> Codes:
    """The folded form of each character of a word; a space for any other character."""
    folded = _first_plane().take(codes, mode="clip")
    if codes.size and codes.max() >= _PLANE:
        far = np.flatnonzero(codes >= _PLANE)
        distinct, which = np.unique(codes[far], return_inverse=True)
        folded[far] = _read(distinct)[which]
    return folded


@cache
def _first_plane() -> Codes:
    """The folded forms of the first 65,536 code points. Takes 25 ms."""
    return _read(np.arange(_PLANE, dtype=np.uint32))


def _read(codes: Codes) -> Codes:
    folded = np.full(len(codes), _SPACE, np.uint32)
    for at, char in enumerate(map(chr, codes.tolist())):
        fold = char.casefold()
        if char in _INVISIBLE:
            folded[at] = _SKIPPED
        elif len(fold) > 1:
            folded[at] = _GROWS
        elif fold.isalnum() or fold == "_":
            folded[at] = ord(fold)
    return folded
