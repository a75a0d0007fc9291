"""Computes the features by the compiled module if it is there, else by the Python code: both give the same."""

from __future__ import annotations

from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.extraction import features as in_python
from worker.extraction.blocks import CONTAINER_TAGS, Blocks
from worker.extraction.characters import CLASS_OF
from worker.extraction.headline import Hints, described_block, title_block
from worker.extraction.wording import FOLDED, STEP
from worker.text.scripts import COMPLEX_LETTERS_A_WORD

# A bit for each group of tags, and these after them, as in _features.c.
_HEADING, _H1, _ARTICLE = (1 << len(in_python.TAG_GROUPS) + n for n in range(3))


def _bits_of_tag(tag: str) -> int:
    bits = sum(1 << n for n, tags in enumerate(in_python.TAG_GROUPS.values()) if tag in tags.split())
    is_heading = tag[0] == "h" and tag[1:].isdigit()
    return bits | _HEADING * is_heading | _H1 * (tag == "h1") | _ARTICLE * (tag == "article")


_TAG_BITS: Final = np.array([_bits_of_tag(tag) for tag in CONTAINER_TAGS], np.uint32)


def features(blocks: Blocks, hints: Hints, wording: NDArray[np.int8]) -> NDArray[np.float32]:
    """The same as `worker.extraction.features.features`."""
    if C_FEATURES is None:
        return in_python.features(blocks, hints, wording)
    tags = _TAG_BITS[np.array(blocks.tag)[np.array(blocks.container)]]
    headings, h1 = np.flatnonzero(tags & _HEADING), np.flatnonzero(tags & _H1)
    title, evidence = title_block(blocks.texts, headings, h1, hints.title)
    described = described_block(blocks.texts, hints.description)
    rows = np.empty((C_ROWS, len(blocks.texts)), np.float32)
    C_FEATURES.fill(rows, blocks.texts, blocks.columns(), wording, title, evidence, described)
    return rows


def _bind(module: ModuleType | None) -> int:
    """Give the module its tables. Returns the number of features."""
    if module is None:
        return 0
    landmarks, bits = bytes(in_python.LANDMARK_BITS.tolist()), len(in_python.NAMED_BITS)
    count: int = module.bind(CLASS_OF, FOLDED, _TAG_BITS.tobytes(), landmarks, bits, COMPLEX_LETTERS_A_WORD, STEP)
    return count


C_FEATURES = compiled("worker.extraction._features")
C_ROWS: Final = _bind(C_FEATURES)
