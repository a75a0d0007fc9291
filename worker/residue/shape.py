"""What the trees are told about lines. Nothing depends on the language: concepts, shares of words, form and place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from operator import or_
from types import ModuleType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.residue.bits import BIT, CONCEPTS, WEAK
from worker.residue.combos import Candidates, Groups, bits_of
from worker.residue.entries import C_ENTRIES, SEED
from worker.residue.forms import FORMS, MARKS, NAMED, first_kind, form, is_signature, marks
from worker.residue.lexicon import lexicons, packed_word
from worker.residue.packing import packed, packed_combos, spelled
from worker.residue.place import PLACES
from worker.residue.reading import HEADS, Reader, Reading, separator
from worker.residue.rows import (
    AT,
    CLASSES,
    CORE,
    DEIXIS,
    EXPLAINED,
    FUNCTION,
    GRAMMAR,
    GROUPS,
    NUMERIC,
    SMALL_LEFT,
    Floats,
    rows,
)
from worker.residue.tokens import is_unspaced, tokens

NAMES: Final = (
    *(f"has {concept}" for concept in CONCEPTS),
    *(f"{where} {name}" for where in ("first", "last", "head", "tail") for name in GROUPS),
    *(f"class {one.NAME}" for one in CLASSES),
    *(f"telling {one.NAME}" for one in CLASSES),
    "telling any",
    *(f"core {one.NAME}" for one in CLASSES),
    *(f"explained {one.NAME}" for one in CLASSES),
    *("best core", "best explained", "best left", "best left small", "core first", "core last"),
    *("told", "told share", "deixis", "common share", "not", "function first"),
    *("classes", "words", "known", "function", "strong", "kinds", "unknown", "small unknown", "capital unknown"),
    *("numbers", "shout", "capital share"),
    *("split", "head words", "head known", "tail words", "tail known", "tail unknown", "tail small", "tail told"),
    *FORMS,
    *MARKS,
    *PLACES,
)
"""The features in the order of the rows."""


NAMING: Final = [
    number
    for number, name in enumerate(NAMES)
    if name.startswith(("has ", "first ", "head ", "core ", "form ", "telling "))
]
"""The features that tell the class of a line."""

Columns = tuple[NDArray[np.generic], ...]

_CANDIDATES: Final = Candidates([one.CANDIDATES for one in CLASSES])
_GROUPS: Final = Groups(list(GROUPS.values()))
_TELLING: Final = Candidates([one.TELLING for one in CLASSES])


class Read(NamedTuple):
    """What is known of some lines.

    `x` has the features (features x lines). For each line, `languages` has the number of the language in which it was
    read, and `rests` how many words follow its head, if a head introduces something.
    """

    x: Floats
    languages: NDArray[np.int32]
    rests: NDArray[np.int32]

    def mask(self, line: int) -> int:
        """The concepts of the words of one line."""
        return sum(1 << bit for bit in np.flatnonzero(self.x[: len(CONCEPTS), line]).tolist())


def read(reader: Reader, texts: Sequence[str], places: Sequence[Sequence[float]]) -> Read:
    """Read some lines, given where they stand. Each line has a word."""
    if C_SHAPE is None:
        readings = list(map(reader.reading, texts))
        more = [[*form(one), *marks(one), *place] for one, place in zip(readings, places, strict=True)]
        x = np.concatenate([_in_python(readings), np.array(more, np.float32)], axis=1).T
        numbers = np.array([(lexicons().number[one.language], len(one.rest)) for one in readings], np.int32)
        return Read(x, *numbers.T)
    x = np.empty((len(NAMES), len(texts)), np.float32)
    numbers = np.empty((2, len(texts)), np.int32)
    C_SHAPE.fill(x, numbers, _table(), _Asked(reader), reader.own, lexicons().number["en"], texts, places)
    return Read(x, *numbers)


class _Asked:
    """What _shape.c asks Python about words and lines."""

    is_signature = staticmethod(is_signature)
    first_kind = staticmethod(first_kind)
    spelled = staticmethod(spelled)

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @staticmethod
    def written(token: str) -> bytes:
        """What a word means."""
        return packed_word(token, lexicons()[token])

    @staticmethod
    def spaced(text: str) -> tuple[list[str], int] | None:
        """The tokens, and how many stand before the first separator; None in scripts without spaces."""
        found = tokens(text)
        return None if any(map(is_unspaced, found)) else (found, separator(text, found))

    def described(self, text: str) -> tuple[Reading, int, list[float]]:
        """What a line says that only Python can read: its reading, the number of its language, its form and marks."""
        reading = self._reader.reading(text)
        return reading, lexicons().number[reading.language], [*form(reading), *marks(reading)]


@cache
def _table() -> object:
    """What _shape.c remembers of words."""
    assert C_SHAPE
    return C_SHAPE.table(SEED, lexicons().compiled)


def _in_python(readings: Sequence[Reading]) -> Floats:
    """What the concepts of the words say (lines x features)."""
    lengths = np.array([len(reading.masks) for reading in readings])
    begins = np.cumsum(lengths) - lengths
    every = rows().of(
        [mask for reading in readings for mask in reading.masks], [word for one in readings for word in one.words]
    )
    weights = np.array([weight for reading in readings for weight in reading.weights], np.float32)
    sums, total = np.add.reduceat(every * weights[:, None], begins), np.add.reduceat(weights, begins)
    counts = np.add.reduceat(every, begins)
    masks = [reading.mask for reading in readings]
    has = bits_of(masks, len(CONCEPTS))
    of_class, telling = _CANDIDATES.of(masks).astype(np.float32), _TELLING.of(masks)
    parts = [
        has,
        _groups(readings),
        of_class,
        telling,
        telling.any(axis=1),
        *_explained(readings, sums, total, counts, of_class),
        *_shares(total, counts, every[begins]),
        *_counted(sums, counts, has, of_class),
        np.array([_split(reading) for reading in readings], np.float32),
    ]
    columns = [np.reshape(part, (len(readings), -1)) for part in parts]
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _groups(readings: Sequence[Reading]) -> NDArray[np.bool_]:
    """The groups of the first and the last word, and of what stands before and after the first separator.

    Without a separator, everything is after it.
    """
    masks = []
    for reading in readings:
        head, tail = _parts(reading)
        masks += [reading.masks[0], reading.masks[-1], reduce(or_, head, 0), reduce(or_, tail, 0)]
    return _GROUPS.of(masks).reshape(len(readings), -1)


def _parts(reading: Reading) -> tuple[Sequence[int], Sequence[int]]:
    """The masks before and after the first separator."""
    if reading.rest:
        return reading.masks, [mask for _, mask in reading.rest]
    return reading.masks[: reading.split], reading.masks[reading.split :]


def _explained(readings: Sequence[Reading], sums: Floats, total: Floats, counts: Floats, of_class: Floats) -> Columns:
    """How much of a line each class explains: the share of its core words, and of all words that go with them."""
    core = sums[:, CORE] / total[:, None] * of_class
    explained = sums[:, EXPLAINED] / total[:, None] * of_class
    best = np.argmax(core + 2 * explained, axis=1)
    lines = np.arange(len(readings))
    lengths = np.array([len(reading.masks) for reading in readings])
    left = (lengths - counts[:, EXPLAINED][lines, best]).astype(np.float32)
    ends = np.array(
        [_ends(reading, CLASSES[number].CORE) for reading, number in zip(readings, best, strict=True)], np.float32
    )
    small = counts[:, SMALL_LEFT][lines, best]
    return core, explained, np.stack([core.max(axis=1), explained.max(axis=1)], axis=1), left, small, ends


def _ends(reading: Reading, core: int) -> tuple[bool, bool]:
    """Whether the first word with a meaning belongs to the core of a class, and whether the last word does."""
    first = next((mask for mask in reading.masks if not mask & GRAMMAR), 0)
    return bool(first & core), bool(reading.masks[-1] & core)


def _shares(total: Floats, counts: Floats, first: Floats) -> Columns:
    return (
        counts[:, AT["told"]],
        counts[:, AT["told"]] / total,
        counts[:, AT["deixis"]],
        counts[:, AT["common"]] / total,
        counts[:, AT["not"]],
        first[:, AT["grammar"]],
    )


def _counted(sums: Floats, counts: Floats, has: NDArray[np.uint8], of_class: Floats) -> Columns:
    words = np.maximum(sums[:, AT["worded"]], 1)
    cased = counts[:, AT["capital"]] + counts[:, AT["small"]]
    shouts = (counts[:, AT["shout"]] > cased / 2) & (counts[:, AT["small"]] == 0) & (cased > 0)
    return (
        of_class.sum(axis=1),
        words,
        sums[:, AT["known"]] / words,
        sums[:, AT["function"]] / words,
        sums[:, AT["strong"]] / words,
        has.sum(axis=1),
        words - sums[:, AT["known"]],
        counts[:, AT["small unknown"]],
        counts[:, AT["capital unknown"]],
        counts[:, AT["numbers"]],
        shouts.astype(np.float32),
        counts[:, AT["capital"]] / np.maximum(cased, 1),
    )


def _split(reading: Reading) -> list[float]:
    """The words before and after the first separator, and how many of them are known; zeros without one."""
    if not reading.split:
        return [0.0] * 8
    head, tail = _parts(reading)
    words = [word for word, _ in reading.rest] or reading.words[reading.split :]
    unknown = tail.count(0)
    small = sum(1 for word, mask in zip(words, tail, strict=True) if word.is_small and not mask)
    return [
        *(1.0, float(len(head)), 1 - head.count(0) / len(head)),
        *(float(len(tail)), 1 - unknown / len(tail), float(unknown), float(small)),
        float(sum(1 for mask in tail if mask & BIT["told"])),
    ]


def _bind(module: ModuleType | None) -> ModuleType | None:
    """Give the module the masks of all classes. Returns the module."""
    if module:
        strong = (1 << len(CONCEPTS)) - 1 & ~WEAK
        named = (
            GRAMMAR,
            BIT["function"],
            NUMERIC,
            FUNCTION,
            strong,
            BIT["told"],
            DEIXIS,
            BIT["common"],
            BIT["not"],
            BIT["number"],
            HEADS,
            *NAMED,
        )
        masks = named, [one.CORE for one in CLASSES], [one.CORE | one.ALLIED | GRAMMAR for one in CLASSES]
        combos = [one.CANDIDATES for one in CLASSES], [one.TELLING for one in CLASSES]
        count = module.bind(len(CONCEPTS), *map(packed, (*masks, GROUPS.values())), *map(packed_combos, combos))
        assert count == len(NAMES) - len(PLACES)
    return module


C_SHAPE = _bind(compiled("worker.residue._shape") if C_ENTRIES else None)  # _votes.c makes the lexicon for its table
