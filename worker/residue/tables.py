"""Reads the lexicons of all languages into tables of words, stems and phrases.

Entries of a lexicon, separated by spaces:

* `word`: exactly this word. In `any.toml`, an entry with capitals is a word as it is written there: `ANI`, `Signal`.
* `stem*`: every word that begins so. The longest stem counts, and a whole word before any stem.
* `one_two*_three`: a phrase. A part that is only `*` may be any word.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

from worker.residue.bits import BIT
from worker.residue.tokens import fold, is_unspaced_anywhere, plain, without_accents

ANY: Final = "any"
Masks = dict[int, int]
"""Masks of concepts by the number of the language; 0 stands for all languages."""

Phrase = tuple[tuple[str, ...], int]
"""The parts after the first, and the mask."""

Pieces = dict[str, list[tuple[str, int]]]
"""Entries of a language without spaces, with their masks: by their first letter, longest first."""

_LAST_MARKS: Final = re.compile(r"(?<![.'])[.']++(?!\S)")


@dataclass(slots=True)
class Tables:
    """What the lexicons say.

    `masks` has the concepts of each entry: words in small letters, stems with an asterisk, and words with capitals, as
    they are written. `phrases` has the phrases that begin with a word or stem, with the number of their language;
    `inner` a bit for each language that has a word in a phrase, after the first word.
    """

    languages: tuple[str, ...]
    masks: dict[str, Masks] = field(default_factory=dict)
    phrases: dict[str, list[tuple[int, Phrase]]] = field(default_factory=dict)
    inner: dict[str, int] = field(default_factory=dict)
    prefixes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    pieces: dict[int, Pieces] = field(default_factory=dict)


def read(lexicons: Mapping[str, Mapping[str, Any]]) -> Tables:
    """The tables of these lexicons, by language."""
    tables = Tables((ANY, *sorted(lexicons.keys() - {ANY})))
    for language, lexicon in lexicons.items():
        _add(tables, tables.languages.index(language), lexicon)
    return tables


def _add(tables: Tables, language: int, lexicon: Mapping[str, Any]) -> None:
    if prefixes := lexicon.get("prefixes"):
        tables.prefixes[language] = tuple(sorted(map(fold, prefixes), key=len, reverse=True))
    unspaced: dict[str, int] | None = defaultdict(int) if lexicon.get("matching") == "substring" else None
    for concept, text in lexicon["concepts"].items():
        bit = BIT[concept]
        entries = _entries(text)
        if language == 0:
            cased = {entry for entry in entries if entry != entry.lower() and "_" not in entry}
            _add_words(tables, 0, cased, bit)
            entries = [entry for entry in entries if entry not in cased]
        small = plain(" ".join(entries))
        plain_, folded = _entries(small), _entries(without_accents(small))
        if unspaced is not None:
            for entry in filter(is_unspaced_anywhere, folded):
                unspaced[entry.replace("*", "").replace("_", "")] |= bit
            folded = [entry for entry in folded if not is_unspaced_anywhere(entry)]
            plain_ = [entry for entry in plain_ if not is_unspaced_anywhere(entry)]
        # A text may lack the accents.
        _add_words(tables, language, {*plain_, *folded}, bit)
        _add_phrases(tables, language, [entry for entry in folded if "_" in entry], bit)
    if unspaced is not None:
        tables.pieces[language] = _by_first_letter(unspaced)


def _entries(text: str) -> list[str]:
    return _LAST_MARKS.sub("", text).split()


def _add_words(tables: Tables, language: int, entries: Iterable[str], bit: int) -> None:
    for entry in entries:
        if "_" not in entry:
            masks = tables.masks.setdefault(entry, {})
            masks[language] = masks.get(language, 0) | bit


def _add_phrases(tables: Tables, language: int, entries: Iterable[str], bit: int) -> None:
    for entry in entries:
        first, *rest = entry.split("_")
        tables.phrases.setdefault(first, []).append((language, (tuple(rest), bit)))
        for word in rest:
            tables.inner[word] = tables.inner.get(word, 0) | 1 << language


def _by_first_letter(entries: Mapping[str, int]) -> Pieces:
    table: Pieces = defaultdict(list)
    for entry, mask in sorted(entries.items(), key=lambda item: -len(item[0])):
        table[entry[0]].append((entry, mask))
    return dict(table)


def load() -> Tables:
    """The tables of the lexicons that ship with the package, from their files. Takes 0.3 s."""
    files = resources.files("worker.residue").joinpath("languages").iterdir()
    texts = {file.name.removesuffix(".toml"): file.read_text("utf-8") for file in files if file.name.endswith(".toml")}
    return read({name: tomllib.loads(texts[name]) for name in sorted(texts)})
