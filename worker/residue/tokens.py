"""Splits lines into words, numbers and symbols, and tells what their form says."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from worker.residue.bits import BIT
from worker.text.normal_forms import nfc
from worker.text.scripts import COMPLEX_CLASS, IDEOGRAPHIC_CLASS, THAI_CLASS

_DROPPED: Final = dict.fromkeys(
    (
        *(*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x610, 0x61B), 0x640, *range(0x64B, 0x660), 0x670, 0xAD),
        *(*range(0x200B, 0x2010), 0xFE0E, 0xFE0F, 0xFEFF),
    )
)
_OTHER_LETTERS: Final = str.maketrans("’‘ʼ´`ıأإآٱىیکςё", "'''''iااااييكσе")
_BASES: Final = {
    code: ord(unicodedata.normalize("NFD", chr(code))[0])
    for code in (*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, 0x1EA0), *range(0x1F00, 0x2000))
    if unicodedata.normalize("NFD", chr(code))[0].isalpha()
}
_LETTERS: Final = {**_OTHER_LETTERS, **_DROPPED}


def plain(text: str) -> str:
    """The text in lower case, with one form of each letter and without invisible marks. Accents stay."""
    if text.isascii():
        return text.lower()
    return nfc(text).lower().translate(_LETTERS)


def fold(text: str) -> str:
    """As `plain`, but without the accents of Latin and Greek letters."""
    return text.lower() if text.isascii() else without_accents(plain(text))


def without_accents(text: str) -> str:
    """A plain text without the accents of Latin and Greek letters."""
    return text if text.isascii() else text.translate(_BASES)


UNSPACED_CLASS: Final = IDEOGRAPHIC_CLASS + COMPLEX_CLASS
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
    "\u200b-\u200f\u00ad"
)
_LETTER = rf"(?:[^\W{UNSPACED_CLASS}]|[{_MARKS}])"
_JOINED = r"(?:['’ʼ.@\-\u2010\u2011]|(?<=\d)[:/](?=\d)|(?<=[lL])·(?=[lL])|(?<=[א-ת])[\"״”](?=[א-ת]))"
SYMBOLS: Final = "©ⓒ℗📷📸🎥📹📩📧✉🔔→➡►▶▸➤👉⏩☞🔊🎧⏱🕒🔒⬇↓⤴↑"
_ASCII_TOKEN = re.compile(r"\([cC]\)|\w++(?:(?:['.@-]|(?<=\d)[:/](?=\d))\w++)*+")
_TOKEN = re.compile(
    rf"\([cCсС]\)|{_LETTER}++(?:{_JOINED}{_LETTER}++)*+|[{UNSPACED_CLASS}](?:[{UNSPACED_CLASS}\u0e00-\u0e7f・]|\.(?=[{THAI_CLASS}]))*+|[{SYMBOLS}]"
)
_UNSPACED = re.compile(f"[{UNSPACED_CLASS}]")


def tokens(text: str) -> list[str]:
    """The words, numbers, addresses and telling symbols of a text; runs of letters in scripts without spaces."""
    return (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)


def has_tokens(text: str) -> bool:
    """Whether a text has any words, numbers or symbols."""
    return (_ASCII_TOKEN if text.isascii() else _TOKEN).search(text) is not None


def is_unspaced(token: str) -> bool:
    """Whether the token is a run of letters of a script without spaces."""
    return token[0] > "\u0e00" and _UNSPACED.match(token) is not None


def is_unspaced_anywhere(text: str) -> bool:
    """Whether the text has a letter of a script without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


_DATE = re.compile(
    r"\d{4}[-/.]\d\d?[-/.]\d\d?(?:t[\d:.]+z?)?|\d\d?[-/.]\d\d?[-/.](?:\d{4}|\d\d)\.?|\d\d?/\d\d?|\d\d?\.\d\d?\."
)
_TIME = re.compile(r"\d\d?(?:[:h]\d\d){1,2}[a-z]{0,4}|\d\d?(?:[.:]\d\d)?[ap]\.?m\.?|\d\d?h")
_DOTTED_TIME = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
_NUMBER = re.compile(r"\d[\d.,:/-]*(?:st|nd|rd|th|er|º|ª|k|m|-?[a-zа-я]{1,3}|[가-힣]{1,2})?")
_ADDRESS = re.compile(
    r"[\w.-]+@[\w-]+\.[\w.-]+|(?:[\w-]+\.)+(?:com|org|net|info|news|tv|media|online|[a-z]{2}|example)"
)


def form_of(folded: str) -> int:
    """The concepts that only the form of a token shows."""
    if folded[:1].isdecimal():
        if _DATE.fullmatch(folded):
            return BIT["date"]
        if _TIME.fullmatch(folded):
            return BIT["time"]
        if _DOTTED_TIME.fullmatch(folded):
            return BIT["number"] | BIT["time"]
        return BIT["number"] if _NUMBER.fullmatch(folded) else 0
    if folded in ("(c)", "(с)"):
        return BIT["rights"]
    return BIT["address"] if "." in folded[1:-1] and _ADDRESS.fullmatch(folded) else 0
