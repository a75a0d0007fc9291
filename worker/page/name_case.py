"""Names in capitals, as some bylines have them, in the case that names have in a text."""

from __future__ import annotations

import re
from typing import Final

_SHORTEST: Final = 3  # letters of a word; a shorter one is an acronym or stands for several names
_PARTICLES: Final = frozenset(
    {
        "de",
        "del",
        "della",
        "der",
        "den",
        "da",
        "das",
        "do",
        "dos",
        "di",
        "la",
        "van",
        "von",
        "y",
        "e",
        "el",
        "al",
        "bin",
    }
)
_ACRONYMS: Final = frozenset({"ABC", "AFP", "ANSA", "APA", "EFE", "IGN", "NASA", "UPI", "USA"})
_VOWEL: Final = re.compile("[AEIOUYÀ-ÆÈ-ÏÒ-ÖØ-ÝŐŰĘĄİŮАЕЁИОУЫЭЮЯІЇЄ]")
_GREEK: Final = re.compile("[\u0370-\u03ff]")  # it has no accents in capitals
_TURKISH: Final = re.compile("[İĞ]")
_PART: Final = re.compile(r"[^\W\d_]+")
_MC: Final = re.compile(r"\bMc([a-z])(?=[a-z]{2})")


def in_mixed_case(name: str) -> str:
    """JANE DOE as Jane Doe. Other names, single words and what has an acronym stay as they are."""
    if not name.isupper() or " " not in name or _GREEK.search(name):
        return name
    words = name.split()
    if not all(map(_is_word, words)):
        return name
    lower = name.replace("I", "ı").replace("İ", "i") if _TURKISH.search(name) else name
    mixed = [
        word.lower() if n and word.lower() in _PARTICLES else _capitalised(word) for n, word in enumerate(lower.split())
    ]
    return _MC.sub(lambda match: f"Mc{match[1].upper()}", " ".join(mixed))


def _is_word(word: str) -> bool:
    if word.lower() in _PARTICLES or word.endswith("."):
        return True
    return len(word) >= _SHORTEST and word not in _ACRONYMS and _VOWEL.search(word) is not None


def _capitalised(word: str) -> str:
    return _PART.sub(lambda part: part[0][0].upper().replace("ı", "I") + part[0][1:].lower(), word)
