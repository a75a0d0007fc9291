"""The form of a line: its marks, and shapes that boilerplate has in all languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import compress
from operator import not_
from typing import Final

from worker.residue.bits import BIT, WEAK, mask_of
from worker.residue.lexicon import Word
from worker.residue.reading import Reading

_CREDITS: Final = mask_of("photo source author edit agency by rights material")
_STAMP: Final = mask_of("published updated ago date time month weekday")
_STAMP_WORDS: Final = mask_of(
    "published updated ago date time month weekday number clock unit function by author edit latest"
)
_NUMERIC: Final = mask_of("number time date")
_CALL: Final = mask_of(
    "subscribe follow share download receive read watch listen click comment write support accept enable login miss "
    "buy please"
)
_OBJECT: Final = mask_of(
    "newsletter channel app notification network inbox edition subscription site we comments cookie browser privacy"
)
_GRAMMAR: Final = mask_of("function we you please not this all common more latest")
_RIGHTS: Final = BIT["rights"]
_ADDRESS: Final = BIT["address"]

NAMED: Final = (
    *(_CREDITS, _STAMP, _STAMP_WORDS, _CALL, _OBJECT, _GRAMMAR, _RIGHTS, _ADDRESS, BIT["article"], BIT["original"]),
)
"""The masks that _shape.c needs for the same forms."""

_BARS: Final = re.compile(r"[|•·–—-](?:(?<=[|•·])|(?<=\s.)(?=\s))")
_ARROW: Final = re.compile(r"\s*+(?:>>++|[→➡▶►▸➤»👉⏩])")
_AGENCY_MARK: Final = re.compile(r"\(?[^\W\d_A-Z]{2,6}(?:[/-] ?[^\W\d_A-Z]{2,6}){1,3}/?\)?\.?")
_NAMES: Final = r"[^\W\d_][\w.'’-]*+(?: [^\W\d_][\w.'’-]*+)"
_NAME_AND_PLACE: Final = re.compile(
    rf"\W{{0,3}}{_NAMES}{{1,3}}[,،、] ?{_NAMES}{{0,1}}\W{{0,2}}|[（(【\[][^=＝]{{1,20}}[=＝].{{1,20}}[】）)\]]"
)
_INITIALS: Final = re.compile(r"\W{0,2}[([/（【]\s?[^\W\d_]{1,8}\s?[)\]/）】]\W?")
_MAX_SIGNATURE: Final = 50  # characters
_BRACKETS: Final = {"(": ")", "[": "]", "（": "）", "【": "】", "<": ">", "«": "»"}
_DRESSING: Final = re.compile(r"[^\w\s\"'“”‘’„«‚「『《$€£+.#@-]")
_QUOTES: Final = '"“”„«»「」『』'
_HAS_QUOTE: Final = re.compile(f"[{_QUOTES}]")
_QUOTE_STARTS: Final = "\"'“”‘’„«‚「『《"
_LEAST_SAID: Final = 4  # words: what a person says after a dash
_DASHES: Final = "-–—"
_CLOSERS: Final = " )]】）」*>»"
_END_MARKS: Final = (".।。۔։", "?؟？;", "!！", ":：", "…")
# Both begin with all their marks, so that lines without one take no time.
_INNER_STOP: Final = re.compile(r"[.!?।۔։…。！？](?:(?<=[。！？])|(?<![。！？])\s++)\S")
_JOINTS: Final = re.compile(r"[|•·｜/–—-](?:(?<=[|•·｜/])|(?<=\s.)(?=\s))")
_END: Final = {char: number for number, chars in enumerate(_END_MARKS) for char in chars}
_ENDS: Final = [[float(at == number) for at in range(len(_END_MARKS) + 1)] for number in range(len(_END_MARKS) + 1)]
"""For each kind of end mark, and for none, a row with a 1 at its number."""

_ARTICLE, _ORIGINAL = BIT["article"], BIT["original"]
_BEGINNING: Final = 3  # words, in which `The post ... appeared first on` names what it is about
_MAX_WHOLE: Final = 9  # words

FORMS: Final = (
    *(
        "form head",
        "small rest",
        "form whole",
        "form names",
        "form stamp",
        "form call",
        "form rights",
        "form signature",
        "form reprint",
    ),
    *("form address", "form segments", "form arrow", "names after"),
)
"""The names of what `form` returns."""

MARKS: Final = (
    *("chars", "full stop", "question", "exclamation", "colon", "ellipsis", "no mark"),
    *("quote first", "quotes", "bracketed", "dressed", "bars", "sentences", "commas", "lower first", "own language"),
)
"""The names of what `marks` returns."""


def is_signature(line: str) -> bool:
    """Whether a line is what stands below a text: `(abc/def)`, `(jk)`, `Jane Doe, Brussels`."""
    line = line.strip()
    return len(line) <= _MAX_SIGNATURE and (
        _AGENCY_MARK.fullmatch(line) is not None
        or _INITIALS.fullmatch(line) is not None
        or (_NAME_AND_PLACE.fullmatch(line) is not None and not any(word[0].islower() for word in line.split()))
    )


def form(reading: Reading) -> list[float]:
    """The shapes that a line has, 1 or 0 each."""
    masks, line, whole = reading.masks, reading.line, reading.mask
    rest, credit = reading.rest, bool(whole & _CREDITS)
    return [
        1.0 if rest else 0.0,
        1.0 if rest and rest[0][0].is_small else 0.0,
        1.0 if whole & ~WEAK and 0 not in masks and sum(reading.weights) <= _MAX_WHOLE else 0.0,
        1.0 if credit and not any(word.is_small for word in _unknown(reading)) else 0.0,
        1.0 if whole & _STAMP and whole & _NUMERIC and all(mask & _STAMP_WORDS for mask in masks) else 0.0,
        1.0 if whole & _OBJECT and next((mask for mask in masks if not mask & _GRAMMAR), 0) & _CALL else 0.0,
        1.0 if whole & _RIGHTS and ("©" in line or "ⓒ" in line or "(c)" in line.lower()) else 0.0,
        1.0 if is_signature(line) else 0.0,
        1.0 if whole & _ORIGINAL and any(mask & _ARTICLE for mask in masks[:_BEGINNING]) else 0.0,
        1.0 if whole & _ADDRESS else 0.0,
        1.0 if not rest and _BARS.search(line) and all(word.is_capital for word in _unknown(reading)) else 0.0,
        1.0 if _ARROW.match(line) else 0.0,
        _names_after(reading) if credit else 0.0,
    ]


def _unknown(reading: Reading) -> Iterator[Word]:
    """The words that mean nothing, in the whole line."""
    yield from compress(reading.words, map(not_, reading.masks))
    yield from (word for word, mask in reading.rest if not mask)


def _names_after(reading: Reading) -> float:
    """After the last word of a credit: 1 if all unknown words are names, -1 if one is not, 0 if there are none."""
    last = max(number for number, mask in enumerate(reading.masks) if mask & _CREDITS)
    after = [*zip(reading.words[last:], reading.masks[last:], strict=True), *reading.rest]
    rest = [word for word, mask in after if not mask]
    return 0.0 if not rest else -1.0 if any(word.is_small for word in rest) else 1.0


def marks(reading: Reading) -> list[float]:
    """How a line begins and ends, and which marks it has. What a head introduces may have any."""
    core, rest = reading.line, reading.rest
    first = core[:1]
    end = _END.get(core.rstrip(_CLOSERS)[-1:], len(_END_MARKS))
    closing = _BRACKETS.get(first)
    return [
        float(len(core)),
        *_ENDS[end],
        float(
            first in _QUOTE_STARTS
            or (first in _DASHES and len(reading.masks) >= _LEAST_SAID and core[-1:] not in _DASHES)
        ),
        float(sum(map(core.count, _QUOTES))) if not rest and _HAS_QUOTE.search(core) else 0.0,
        float(closing is not None and core.rstrip(" .").endswith(closing)),
        float(_is_dressed(core)),
        float(len(_JOINTS.findall(core))),
        1.0 if rest else float(1 + len(_INNER_STOP.findall(core))),
        float(core.count(",") + core.count("،") + core.count("、")),
        float(first.islower()),
        float(reading.is_own),
    ]


def _is_dressed(line: str) -> bool:
    return not line[:1].isalnum() and _DRESSING.match(line) is not None


def first_kind(char: str) -> int:
    """For _shape.c: whether the first character of a line is a small letter (1), or dresses it (2)."""
    return char.islower() | _is_dressed(char) << 1
