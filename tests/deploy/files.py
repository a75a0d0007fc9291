"""The files with which the worker is deployed, and the settings that they name."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from worker.config.settings import Settings, is_secret
from worker.config.sources import ENV_PREFIX
from worker.config.units import parse_duration

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
[PORT] = map(int, re.findall(r"HTTP=:(\d+)", DOCKERFILE))  # of the worker in a container
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())

# The variables that the worker reads, without their prefix: each setting, and the file that holds a secret.
VARIABLES = {name.upper() for name in Settings.model_fields} | {
    f"{name.upper()}_FILE" for name in Settings.model_fields if is_secret(name)
}


def settings_in(text: str) -> set[str]:
    """The names of the variables of the worker that occur in a text, without their prefix."""
    return set(re.findall(rf"{ENV_PREFIX}([A-Z_]+)", text))


def unknown(text: str) -> set[str]:
    """The same, but only those that the worker does not read."""
    return settings_in(text) - VARIABLES


def outlasts(grace: str, shutdown: str) -> bool:
    """Whether an orchestrator that waits for `grace` leaves a worker with this shutdown_timeout 10 s to spare."""
    given, taken = parse_duration(grace), parse_duration(shutdown)
    assert isinstance(given, timedelta)
    assert isinstance(taken, timedelta)
    return given >= taken + timedelta(seconds=10)
