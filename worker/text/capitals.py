"""Finds capitals that directly follow another word, in a text that is mostly ASCII."""

from __future__ import annotations

from typing import Final

import numpy as np

from worker.compiled import compiled

C_LINES = compiled("worker.text._lines")

_ASCII: Final = bytes(range(128))

# A capital is 3, a small letter or the end of a sentence 1, and everything else 0. Only 1 before 3 differs by 2.
_SHAPES: Final = bytes(
    3 if chr(code).isupper() else int(chr(code).islower() or chr(code) in ".?!") for code in range(128)
) + bytes(128)
_JOINED: Final = 2


def capitals(text: str, most: int) -> tuple[list[int], str]:
    """The places of the first `most` capitals after a word, and the non-ASCII characters, each at least once.

    Only A to Z are found, directly after a small letter, the end of a sentence, or any non-ASCII character but an
    opening quotation mark.
    """
    found: tuple[list[int], str] | None = C_LINES.capitals(text, most) if C_LINES else None
    return found or _capitals(text, most)


def _capitals(text: str, most: int) -> tuple[list[int], str]:
    # Most texts have so few non-ASCII characters that searching these takes no time.
    beyond = b"" if text.isascii() else text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    shape = text.replace("“", " ").replace("‘", " ").encode("ascii", "replace").translate(_SHAPES)
    kinds = np.frombuffer(shape, np.uint8)
    places = np.flatnonzero(kinds[1:] - kinds[:-1] == _JOINED) + 1
    return places[:most].tolist(), beyond.decode("utf-8", "surrogatepass")
