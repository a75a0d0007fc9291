"""The names of the workers that one command runs."""

from __future__ import annotations

from typing import Any

import pytest

from worker.config.settings import Settings
from worker.supervisor.names import instance_ids
from worker.supervisor.supervisor import Supervisor


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["host-0"]),
        ({"instance_id": "news"}, ["news"]),
        ({"processes": 2}, ["host-0", "host-1"]),
        ({"processes": 2, "instance_id": "news"}, ["news-0", "news-1"]),
    ],
)
def test_the_names_are_known_before_the_processes_run(options: dict[str, Any], names: list[str]) -> None:
    assert instance_ids(Settings(**options), "host") == names


def test_they_are_those_that_the_supervisor_gives() -> None:
    settings = Settings(processes=3, instance_id="news")
    given = [place.settings.instance_id for place in Supervisor(settings, 3).places]
    assert instance_ids(settings, "host") == given
