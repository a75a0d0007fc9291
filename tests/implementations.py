"""The parts of the worker that exist twice: in Python, and compiled with the same results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from worker import trees
from worker.dedup import alignment, counts, match, postings, profile, word_codes
from worker.extraction import fast_features, sections, walk
from worker.identity import content
from worker.page import elements, tags
from worker.residue import candidates, entries, place, shape
from worker.text import capitals, cleaning, search, sizes, words

_PARTS = (
    (trees, "C_TREES"),
    (walk, "C_WALK"),
    (fast_features, "C_FEATURES"),
    (sections, "C_SECTIONS"),
    (elements, "C_ELEMENTS"),
    (tags, "C_TAGS"),
    (cleaning, "C_CLEAN"),
    (search, "C_CLEAN"),
    (word_codes, "C_WORDS"),
    (alignment, "C_COMPARE"),
    (counts, "C_COMPARE"),
    (match, "C_COMPARE"),
    (postings, "C_COMPARE"),
    (profile, "C_COMPARE"),
    (candidates, "C_VOTES"),
    (entries, "C_ENTRIES"),
    (shape, "C_SHAPE"),
    (place, "C_LINES"),
    (capitals, "C_LINES"),
    (sizes, "C_SIZES"),
    (words, "C_SIZES"),
    (content, "C_CONTENT"),
)
COMPILED = all(getattr(module, name) for module, name in _PARTS)
needs_compiled = pytest.mark.skipif(
    not COMPILED and os.environ.get("COMPILED_PARTS") != "required", reason="nothing was compiled"
)
BOTH = ("python", pytest.param("compiled", marks=needs_compiled))


@contextmanager
def in_python() -> Iterator[None]:
    """Within it, only Python code runs."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in _PARTS:
            patch.setattr(module, name, None)
        yield


def one_of_both(request: pytest.FixtureRequest) -> Iterator[str]:
    """The body of a fixture with the parameters `BOTH`: which code runs."""
    if request.param == "compiled":
        assert COMPILED
        yield request.param
    else:
        with in_python():
            yield request.param
