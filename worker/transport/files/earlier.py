"""Tells by which rules the results in an output directory were made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import orjson
import structlog

from worker.store import own_files
from worker.transport.files.checkpoint import fatal_on_os_error, output_name

_TAIL_BYTES: Final = 1 << 20  # a report has a few KB

_log = structlog.get_logger(__name__)


def warn_of_other_rules(directory: Path, fingerprint: str) -> None:
    """Log a warning if the results were made by rules with another fingerprint: they stay as they are.

    Raises:
        FatalTransportError: the file of the reports cannot be read.
    """
    then = last_fingerprint(directory)
    if then not in (None, fingerprint):
        _log.warning(
            "results_of_other_rules", directory=str(directory), then=then, now=fingerprint,
            consequence="lines that were read before are not processed again with these settings or this version",
            advice="to process all lines again, add --out-dir with a new directory",
        )  # fmt: skip


def last_fingerprint(directory: Path) -> str | None:
    """The pipeline's fingerprint in the last quality report; None if there is no report that can be read.

    Raises:
        FatalTransportError: the file of the reports cannot be read.
    """
    path = directory / output_name("quality")
    with fatal_on_os_error(f"read {path}"):
        if not own_files.look(path):
            return None
        with os.fdopen(own_files.open_file(path, os.O_RDONLY), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            last = file.read(_TAIL_BYTES).rstrip(b"\n").rpartition(b"\n")[2]
    try:
        found = orjson.loads(last)["pipeline"]["fingerprint"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return None
    return found if isinstance(found, str) else None
