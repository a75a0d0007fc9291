"""Checks whether the settings fit together."""

from __future__ import annotations

from collections.abc import Container

from worker.config.security import check_index, check_kafka
from worker.config.settings import Settings
from worker.errors import SettingsError


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
    if reads_files and settings.files == "-" and settings.out_dir is None:
        raise SettingsError("standard input has no directory of its own: add --out-dir DIR")
    if reads_files and "processes" in used and settings.processes != 1:
        raise SettingsError("files are read by one process: leave out processes, or read from Kafka")
    if "links" in used and settings.links and not settings.markdown:
        raise SettingsError("links needs markdown: add --markdown, or remove --links")
    if "follow" in used and settings.stop_at_end and settings.follow:
        raise SettingsError(
            "stop_at_end and follow contradict each other: stop_at_end ends the run at the end of the input, follow "
            "waits there for more. Leave one out (without either, a run on files ends at the end of the input)"
        )
