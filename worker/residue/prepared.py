"""Loads the lexicons, if possible from a file that the build has prepared: in 0.02 s instead of 0.5 s."""

from __future__ import annotations

import hashlib
import marshal
from functools import cache
from pathlib import Path
from typing import Final

from worker.residue import tables
from worker.residue.packing import Packed, packed_lexicons

FILE: Final = Path(__file__).with_name("lexicons.marshal")
_HASH_BYTES: Final = 32
_FORMAT: Final = 4  # which all versions of Python that the worker supports can read
_READ_BY: Final = (
    "residue/bits.py",
    "residue/packing.py",
    "residue/tables.py",
    "residue/tokens.py",
    "text/normal_forms.py",
    "text/scripts.py",
)


@cache
def load() -> Packed:
    """The lexicons that ship with the package."""
    return prepared(FILE) or packed_lexicons(tables.load())


def prepare(file: Path) -> None:
    """Write the lexicons to a file."""
    content = marshal.dumps(tuple(packed_lexicons(tables.load())), _FORMAT)
    file.write_bytes(_hash(content) + content)


def prepared(file: Path) -> Packed | None:
    """The lexicons in a file; None if it was prepared from other ones or by other code, or is damaged or missing."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    found, packed = content[:_HASH_BYTES], memoryview(content)[_HASH_BYTES:]
    if found != _hash(packed):
        return None
    return Packed(*marshal.loads(packed))  # noqa: S302 - a part of the package, as .pyc files are


def _hash(prepared: bytes | memoryview) -> bytes:
    """A hash of the lexicons, of the code that reads and packs them, and of what was prepared from them."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256(prepared)
    for path in (*sorted((package / "residue/languages").glob("*.toml")), *(package / name for name in _READ_BY)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()
