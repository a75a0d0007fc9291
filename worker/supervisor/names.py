"""The names of the workers that one command runs."""

from __future__ import annotations

from worker.config.settings import Settings
from worker.supervisor.cores import usable_cores


def process_count(settings: Settings) -> int:
    """How many processes the settings ask for; 0 means one for each core."""
    return settings.processes or usable_cores()


def instance_ids(settings: Settings, host: str) -> list[str]:
    """The instance ids of all its processes, if no other worker uses the state directory.

    A single worker has the name as it is set. Several ones have a number after it. Without a name, each is called after
    the host and its slot.
    """
    if settings.processes == 1 and settings.instance_id:
        return [settings.instance_id]
    return [f"{settings.instance_id or host}-{number}" for number in range(process_count(settings))]
