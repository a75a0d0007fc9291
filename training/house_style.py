"""Changes of wording that an editor or a program makes without reading: house style, synonyms, damage."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

HERE = Path(__file__).parent / "wordlists"
_WORD = re.compile(r"[A-Za-z]+")
_DIGITS = re.compile(r"(?<![\w.,$£€-])(1[0-2]|[2-9])(?![\w%,-]|\.\d)")
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_MONTHS = {"January": "Jan.", "February": "Feb.", "August": "Aug.", "September": "Sept.", "October": "Oct.",
           "November": "Nov.", "December": "Dec."}  # fmt: skip
_SHORTER = {
    **_MONTHS,
    "United States": "US", "U.S.": "US", "United Kingdom": "UK", "U.K.": "UK", "European Union": "EU", "U.N.": "UN",
    "United Nations": "UN", "approximately": "about", "Professor": "Prof.", "Doctor": "Dr", "Street": "St.",
    "Avenue": "Ave.", "Company": "Co.", "Corporation": "Corp.", "million": "mn", "billion": "bn", "Mr. ": "",
    "Mrs. ": "", "Mr ": "", " kilometers": " km", " kilometres": " km", " percent": "%", " per cent": "%",
}  # fmt: skip
_LONGER = {short: long for long, short in _SHORTER.items() if short.endswith(".") and long in _MONTHS} | {
    "U.S.": "United States", "U.K.": "United Kingdom", "U.N.": "United Nations", "%": " per cent", "don't": "do not",
    "can't": "cannot", "isn't": "is not", "it's": "it is", "didn't": "did not", "won't": "will not",
    "I'm": "I am", "they're": "they are", "that's": "that is", "wasn't": "was not",
}  # fmt: skip
_QUOTES: tuple[Callable[[str], str], ...] = (
    lambda text: text.translate(str.maketrans("“”‘’", "\"\"''")),
    lambda text: re.sub(r'"([^"]*)"', r"“\1”", text).replace("'", "’"),
    lambda text: re.sub(r'["“]([^"“”]*)["”]', r"‘\1’", text),
    lambda text: re.sub(r'["“]([^"“”]*)["”]', r"« \1 »", text),
)
_DASHES = (" - ", " – ", "—", "--", ", ")
_OCR = (("rn", "m"), ("m", "rn"), ("l", "1"), ("o", "0"), ("cl", "d"), ("e", "c"), ("h", "b"), ("i", "l"), ("s", "5"))


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """For each word, the words and phrases that a program swaps it for. Phrases keep the lengths from being equal."""
    found: dict[str, tuple[str, ...]] = {}
    for group in (HERE / "synonyms.txt").read_text(encoding="utf-8").splitlines():
        words = [word.replace("_", " ") for word in group.split()]
        found |= {word: tuple(sorted({*words} - {word})) for word in words if word not in found}
    return found


@cache
def spellings() -> Mapping[str, tuple[str, str]]:
    """For each word with two spellings, the American and the British one."""
    pairs = (line.split(None, 1) for line in (HERE / "spelling.txt").read_text(encoding="utf-8").splitlines())
    return {word: (american, british) for american, british in pairs for word in (american, british)}


def replaced(text: str, new: Callable[[str], str | None]) -> str:
    """The text with other words. `new` takes a word in lower case, and returns None if it stays."""

    def one(match: re.Match[str]) -> str:
        word = match[0]
        other = new(word.lower())
        if other is None:
            return word
        return other[0].upper() + other[1:] if word[0].isupper() else other

    return _WORD.sub(one, text)


def swap(text: str, share: float, rng: Random) -> str:
    """The text with `share` (0 to 1) of its words swapped for synonyms, or fewer if it has fewer with synonyms."""
    words = _WORD.findall(text.lower())
    known = sum(word in synonyms() for word in words)
    chance = share * len(words) / max(1, known)

    def new(word: str) -> str | None:
        others = synonyms().get(word)
        return rng.choice(others) if others and rng.random() < chance else None

    return replaced(text, new)


def restyle(text: str, seed: int) -> str:
    """The text in the house style with this number: spelling, quotes, dashes, numbers, abbreviations."""
    rng = Random(seed)  # noqa: S311 - not for secrets
    side = rng.randrange(2)
    text = replaced(text, lambda word: spellings()[word][side] if word in spellings() else None)
    text = re.sub(r"\b(\w{4,})iz(e|ed|es|ing|ation)\b" if side else r"\b(\w{4,})is(ed|ing|ation)\b",
                  r"\1is\2" if side else r"\1iz\2", text)  # fmt: skip
    for old, new in rng.choice((_SHORTER, _LONGER)).items():
        text = text.replace(old, new)
    text = _in_words(text) if rng.random() < 0.5 else _in_digits(text)
    if rng.random() < 0.5:
        text = re.sub(r",( and | or )", r"\1", text)
    return re.sub(r"\s*[—–]\s*|\s-{1,2}\s|--", rng.choice(_DASHES), rng.choice(_QUOTES)(text))


def _in_words(text: str) -> str:
    return _DIGITS.sub(lambda match: _NUMBERS[int(match[0]) - 2], text)


def _in_digits(text: str) -> str:
    return re.sub(rf"\b({'|'.join(_NUMBERS)})\b", lambda match: str(_NUMBERS.index(match[0]) + 2), text)


def mistyped(text: str, share: float, rng: Random) -> str:
    """The text with a typing mistake in `share` (0 to 1) of its words."""
    return _damaged(text, share, rng, _typo)


def misread(text: str, share: float, rng: Random) -> str:
    """The text with letters misread by a scanner in `share` (0 to 1) of its words."""
    return _damaged(text, share, rng, _ocr)


def misdecoded(text: str) -> str:
    """The text in UTF-8 read as Windows-1252."""
    curled = re.sub(r'"([^"]*)"', r"“\1”", text).replace("'", "’")
    return curled.encode("utf-8").decode("cp1252", "replace").replace("\ufffd", "")


def _damaged(text: str, share: float, rng: Random, damage: Callable[[str, Random], str]) -> str:
    words = text.split(" ")
    return " ".join(damage(word, rng) if len(word) > 3 and rng.random() < share else word for word in words)


def _typo(word: str, rng: Random) -> str:
    at = rng.randrange(len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    return word[: at + 1] + (word[at] if kind == 2 else rng.choice("aeionrst")) + word[at + 1 :]


def _ocr(word: str, rng: Random) -> str:
    possible = [(old, new) for old, new in _OCR if old in word]
    if not possible:
        return word
    old, new = rng.choice(possible)
    return word.replace(old, new, 1)
