"""Finds the compiled parts of the worker, which give the same results as the Python code beside them in less time.

A part is missing if the package was installed without a C compiler. PURE_PYTHON in the environment leaves all out.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

SWITCH = "PURE_PYTHON"
_INCLUDED = re.compile(rb'^#include "(.+)"$', re.MULTILINE)
PARTS = (
    "worker._trees",
    "worker.dedup._compare",
    "worker.dedup._words",
    "worker.extraction._features",
    "worker.extraction._sections",
    "worker.extraction._walk",
    "worker.identity._content",
    "worker.page._elements",
    "worker.page._tags",
    "worker.residue._shape",
    "worker.residue._votes",
    "worker.text._clean",
    "worker.text._lines",
    "worker.text._sizes",
)
"""All compiled modules."""


def compiled(name: str) -> ModuleType | None:
    """The compiled module of this name, or None if it is missing or unwanted, or its source has changed since."""
    if os.environ.get(SWITCH):
        return None
    try:
        module = import_module(name)
    except ImportError:
        return None
    source = Path(str(module.__file__)).with_name(f"{name.rpartition('.')[2]}.c")
    return module if source_hash(source) == module.SOURCE else None


def source_hash(source: Path) -> str:
    """A hash of a source file and of what it includes, 16 hex characters. A compiled module has it as `SOURCE`."""
    try:
        content = b"".join(_included(source))
    except OSError:
        return ""
    return hashlib.sha256(content).hexdigest()[:16]


def _included(source: Path) -> Iterator[bytes]:
    """The contents of a source file, and of all files that it includes, directly or through others."""
    content = source.read_bytes()
    yield content
    for name in _INCLUDED.findall(content):
        yield from _included(source.parent / name.decode())
