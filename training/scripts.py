"""Writes English texts as other scripts would show them to the index: without capitals, or without spaces.

No words of any language are needed for that. The index sees an article as a sequence of words, so all that matters is
how a script cuts words, that it has no capitals to tell names, and that numbers are often written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from zlib import crc32

from training.pairs import Doc, Source, source, together

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "".join(map(chr, range(0x10D0, 0x10EA))))
_DIGITS = str.maketrans("0123456789", "abcdefghij")
_THAI = str.maketrans(
    {letter: chr(0x0E01 + at) for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789")}
    | {",": " ", ".": " "}
)
_NUMERALS = "〇一二三四五六七八九"
_MARKS = str.maketrans({".": "。", ",": "，", "!": "！", "?": "？", " ": "", '"': "", "“": "「", "”": "」"})
_FIRST_IDEOGRAPH, _IDEOGRAPHS = 0x4E00, 2500  # a newspaper gets by with so many
_SHORT, _LONG = 4, 11  # a shorter word is one ideograph, a longer one has three


def plain(text: str) -> str:
    """The text itself."""
    return text


def caseless(text: str) -> str:
    """The text in letters that are neither small nor capital, with numbers in letters, as in Arabic or Hindi."""
    in_words = re.sub(r"\d+(?:[.,]\d+)*", lambda found: f"no{found[0].translate(_DIGITS)}", text)
    return in_words.lower().translate(_LETTERS)


def unspaced(text: str) -> str:
    """The text in ideographs, with numbers in ideographs, as in Chinese or Japanese."""
    return "\n".join(_WORD.sub(_ideographs, line).translate(_MARKS) for line in text.split("\n"))


def joined(text: str) -> str:
    """The text without spaces or capitals in letters of an alphabet, with numbers in letters, as in Thai or Khmer."""
    return "\n".join(line.lower().translate(_THAI).replace(" ", "") for line in text.split("\n"))


def _ideographs(found: re.Match[str]) -> str:
    word = found[0].lower()
    if word.isdecimal():
        return "".join(_NUMERALS[int(digit)] for digit in word)
    count = 1 if len(word) < _SHORT else 3 if len(word) >= _LONG else 2
    return "".join(chr(_FIRST_IDEOGRAPH + crc32(f"{word}{at}".encode()) % _IDEOGRAPHS) for at in range(count))


PLAIN = "plain"
SCRIPTS: Mapping[str, Callable[[str], str]] = {
    PLAIN: plain,
    "caseless": caseless,
    "unspaced": unspaced,
    "joined": joined,
}
"""How to write a text, by the name of the script."""


def written(docs: Iterable[Doc], script: str) -> Iterator[Doc]:
    """The articles in this script. `story` has the cluster of the plain article."""
    for doc in docs:
        names: Doc = {name: f"{doc[name]} {script}" for name in ("id", "cluster", "partial_of") if name in doc}
        texts = {name: SCRIPTS[script](doc[name]) for name in ("text", "title") if doc.get(name)}
        yield {**doc, **names, **texts, "script": script, "story": doc["cluster"]}


def in_other_scripts(docs: Iterable[Doc]) -> Source:
    """The articles and their pairs in each script but the plain one."""
    told = list(docs)
    return together(source(written(told, script)) for script in SCRIPTS if script != PLAIN)
