"""Checks whether the settings fit together."""

from __future__ import annotations

import os
import shlex
from collections.abc import Container
from typing import Final

from worker.config.security import check_index, check_kafka
from worker.config.settings import Settings
from worker.errors import SettingsError

_PAGES: Final = (".html", ".htm", ".xhtml")
_ARCHIVES: Final = (".warc", ".warc.gz", ".warc.zst")
_PAGE_TO_MESSAGE: Final = "jq -Rsc --arg url https://example.org/1 '{$url, html: .}'"


def check_fit(settings: Settings, used: Container[str] = frozenset(Settings.model_fields)) -> None:
    """Check what no field can check alone.

    `used` names the settings that the command uses. The security settings of a connection that the command does not
    make may be incomplete: a health check may share its environment with a worker whose flags complete them.

    Raises:
        SettingsError: settings contradict each other, or one needs another. The message says what to do.
    """
    reads_files = settings.files is not None and "files" in used
    if "security_protocol" in used and not reads_files:
        check_kafka(settings)
    if "index" in used:
        check_index(settings)
    if settings.batch_budget + settings.record_timeout >= settings.max_poll_interval:
        raise SettingsError(
            "batch_budget + record_timeout must be less than max_poll_interval: lower one of the two, or raise "
            "max_poll_interval"
        )
    names = ("raw_topic", "clean_topic", "quality_topic", "dead_topic", "replays_topic")
    topics = [str(getattr(settings, name)) for name in names]
    if len(set(topics)) < len(topics):
        raise SettingsError(f"{', '.join(names[:-1])} and {names[-1]} must differ: {', '.join(topics)}")
    if "links" in used and settings.links and not settings.markdown:
        raise SettingsError("links needs markdown: add --markdown, or remove --links")
    if "follow" in used and settings.stop_at_end and settings.follow:
        raise SettingsError(
            "stop_at_end and follow contradict each other: stop_at_end ends the run at the end of the input, follow "
            "waits there for more. Leave one out (without either, a run on files ends at the end of the input)"
        )
    if reads_files:
        _check_files(settings, str(settings.files), used)
    elif "files" in used and "security_protocol" in used:
        _check_without_files(settings)


def _check_files(settings: Settings, files: str, used: Container[str]) -> None:
    if files == "-" and settings.out_dir is None:
        raise SettingsError("standard input has no directory of its own: add --out-dir DIR")
    if "processes" in used and settings.processes != 1:
        raise SettingsError("files are read by one process: leave out processes, or read from Kafka")
    _check_name(files)


def _check_name(files: str) -> None:
    """A page or an archive would become a dead letter for each of its lines."""
    is_page, is_archive = files.lower().endswith(_PAGES), files.lower().endswith(_ARCHIVES)
    if not (is_page or is_archive) or os.path.isdir(files):  # noqa: PTH112 - Path.is_dir raises if permission is denied
        return
    how = (
        f"Make the page a message: {_PAGE_TO_MESSAGE} {shlex.quote(files)} >> crawl.jsonl. To look at it alone: "
        f"article-worker explain {shlex.quote(files)}"
        if is_page
        else 'Make a message of each response in the archive: {"url": "https://example.org/1", "html": "<html>..."}'
    )
    raise SettingsError(f"files: {files} has the name of {'a page' if is_page else 'a WARC archive'}, but a file of "
                        f"messages has one JSON object on each line. {how}")  # fmt: skip


def _check_without_files(settings: Settings) -> None:
    """A run without files reads from Kafka: say so at once, not after a minute without a broker."""
    if settings.out_dir is not None:
        raise SettingsError("out_dir needs files: add --files PATH, or remove --out-dir to read from Kafka")
    if settings.follow:
        raise SettingsError(
            "follow needs files: add --files PATH, or remove --follow (a run on Kafka always waits for more)"
        )
