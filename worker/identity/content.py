"""Hashes the words of a text, to recognise the same content in another layout and in another letter case."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.text.normal_forms import MAX_PIECE_CHARS, is_stable, nfkc, pieces, stream_safe

C_CONTENT = compiled("worker.identity._content")

Codes = NDArray[np.uint32]

_PLANE = 0x10000
# Soft hyphen, zero-width space and joiners, word joiner, byte order mark: invisible, and often within a word. Variation
# selectors: they choose the look of a character.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff").union(map(chr, range(0xFE00, 0xFE10)))
_ALWAYS = "%<>≤≥"  # and the signs of currencies
_DASHES = "-\u2212\u2013"  # a minus may be written as a dash
_ZERO, _NINE = ord("0"), ord("9")
_SPACE = ord(" ")
# In place of the folded form of a character:
_SKIPPED = 0  # it is invisible
_GROWS = 1  # its folded form has several characters
_SIGN = 2  # it counts only in certain places
_SIGNS = f"{_DASHES}.,+#"
_UNSTABLE = np.uint32(1 << 24)
_ASCII_WORDS = bytes(ord(chr(c).lower()) if chr(c).isalnum() or chr(c) in "_$%<>" else _SPACE for c in range(128)) + (
    b" " * 128
)
_SHAPES = bytes.maketrans(b"\n(.,123456789", b"  --000000000")


def content_hash(text: str) -> bytes:
    """SHA-256 (32 bytes) of the words: NFKC, case folded, joined by one space. Spaces and punctuation do not count.

    Here a word is a run of letters, marks and digits: `don't` and `don t` have the same hash. Signs that change what is
    said count as letters: those of currencies, `%`, `<` and `>`; plus and minus before a number; the point of `.5`; and
    the `+` and `#` of `C++` and `C#`. `worker.text.words` counts words differently, but this definition must stay: it
    makes the ids of articles without a URL.

    A text without any word is hashed unchanged, so that two such texts are not taken for the same article.
    """
    words = _stable_words(text)
    if words is None:
        words = b" ".join(filter(None, map(_words, pieces(stream_safe(text)))))
    return hashlib.sha256(words or text.strip().encode("utf-8", "surrogatepass")).digest()


def _stable_words(text: str) -> bytes | None:
    """The words of a text that is in NFKC already, as one can see from each character alone; None if one cannot."""
    if C_CONTENT is None or len(text) > MAX_PIECE_CHARS:
        return None
    words: bytes | None = C_CONTENT.words(text, _describe, 1)
    return words


def _words(piece: str) -> bytes:
    """The words of a piece of text in UTF-8, with single spaces between them."""
    if piece.isascii() and C_CONTENT is None:
        raw = piece.encode()
        if not _has_signs(raw):
            return b" ".join(raw.translate(_ASCII_WORDS).split())
    text = nfkc(piece)
    if C_CONTENT and (found := _compiled_words(C_CONTENT, text)) is not None:
        return found
    codes = _codes(text)
    folded = _folded(codes)
    if (folded == _GROWS).any():
        codes = _grown(codes[folded == _GROWS], codes)
        folded = _folded(codes)
    if (folded == _SKIPPED).any():
        seen = folded != _SKIPPED
        codes, folded = codes[seen], folded[seen]
    _keep_signs(codes, folded)
    kept = folded != _SPACE
    kept[1:] |= kept[:-1].copy()  # one separator after each word
    words: str = folded[kept].tobytes().decode("utf-32-le", "surrogatepass")
    return words.rstrip(" ").encode("utf-8", "surrogatepass")


def _compiled_words(module: ModuleType, text: str) -> bytes | None:
    """The same for a text in NFKC; None if a character grows even when it is folded."""
    words: bytes | None = module.words(text, _describe, 0)
    return module.words(text.casefold(), _describe, 0) if words is None else words


def _describe(block: int) -> bytes:
    """The folded forms of 256 code points, with a bit for each that is not stable."""
    codes = np.arange(block << 8, (block + 1) << 8, dtype=np.uint32)
    unstable = np.array([not is_stable(chr(code)) for code in codes.tolist()])
    return (_read(codes) | unstable * _UNSTABLE).astype(np.uint32).tobytes()


def _has_signs(raw: bytes) -> bool:
    """Whether `_keep_signs` may find anything in an ASCII text."""
    shape = raw.translate(_SHAPES)
    return b"+" in raw or b"#" in raw or b" -0" in shape or shape.startswith(b"-0")


def _keep_signs(codes: Codes, folded: Codes) -> None:
    """Replace each sign by itself if it counts in its place, or else by a space."""
    (at,) = (folded == _SIGN).nonzero()
    folded[at] = _SPACE
    may_count = _is_digit(codes.take(at + 1, mode="clip")) | _is_in("+#", codes[at])  # rules out most of them
    at = at[may_count]
    if not len(at):
        return
    sign = np.where(_is_in(_DASHES, codes[at]), ord("-"), codes[at])
    around = np.concatenate(([_SPACE, _SPACE], codes, [_SPACE]))
    words = np.concatenate(([_SPACE, _SPACE], folded))
    before, after, second_before = around[at + 1], around[at + 3], around[at]
    of_number = _is_digit(after) & _is_in(" \n(", before) & (sign != ord("#"))
    after_letter = (words[at + 1] > _SPACE) & ~_is_digit(before)
    after_plus = (before == ord("+")) & (words[at] > _SPACE) & ~_is_digit(second_before)
    counts = of_number | ((after_letter | after_plus) & _is_in("+#", sign))
    folded[at[counts]] = sign[counts]


def _is_digit(codes: Codes) -> NDArray[np.bool_]:
    return (codes >= _ZERO) & (codes <= _NINE)


def _is_in(chars: str, codes: Codes) -> NDArray[np.bool_]:
    found = np.zeros(len(codes), np.bool_)
    for char in chars:
        found |= codes == ord(char)
    return found


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
        elif fold.isalnum() or fold == "_" or unicodedata.category(char) in ("Mn", "Mc", "Sc") or char in _ALWAYS:
            folded[at] = ord(fold)
        elif char in _SIGNS:
            folded[at] = _SIGN
    return folded
