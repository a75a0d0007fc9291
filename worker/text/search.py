"""Searches a long text. It imports little, because a process that tries a page needs it too."""

from __future__ import annotations

from worker.compiled import compiled

C_CLEAN = compiled("worker.text._clean")


def holds(page: str, word: str) -> bool:
    """Whether a word of ASCII characters occurs in a long text, in a third of the time that `in` takes."""
    found: bool | None = C_CLEAN.holds(page, word) if C_CLEAN else None
    return word in page if found is None else found
