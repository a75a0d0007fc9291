"""Loads the settings: command-line flags > environment (`ARTICLE_WORKER_<NAME>`) > TOML file > default."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from worker.config.fit import check_fit
from worker.config.settings import Settings, is_secret
from worker.config.sources import ENV_PREFIX, read_environment, read_toml
from worker.config.wording import in_words
from worker.errors import SettingsError

CONFIG_FILE_ENV = f"{ENV_PREFIX}CONFIG"
SECRETS = tuple(name for name in Settings.model_fields if is_secret(name))


def load(
    flags: Mapping[str, Any], config: Path | None = None, used: Container[str] = frozenset(Settings.model_fields)
) -> tuple[Settings, dict[str, str]]:
    """Return what `read_settings` returns if it passes `check_fit`. `used` names the settings that the command uses.

    Raises:
        SettingsError: a key is unknown, a value is malformed, or settings do not fit together.
    """
    settings, sources = read_settings(flags, config)
    check_fit(settings, used)
    return settings, sources


def read_settings(flags: Mapping[str, Any], config: Path | None = None) -> tuple[Settings, dict[str, str]]:
    """The settings, and the source of each: `flag`, `environment`, the file's path, or `default`.

    A flag that is None and an empty variable count as absent.

    Raises:
        SettingsError: a key is unknown (the message names the nearest one) or a value is malformed.
    """
    path = config or (Path(os.environ[CONFIG_FILE_ENV]) if os.environ.get(CONFIG_FILE_ENV) else None)
    layers = (
        (str(path), read_toml(Settings, path) if path else {}),
        ("environment", read_environment(Settings, prefix=ENV_PREFIX, ignore=CONFIG_FILE_ENV, secrets=SECRETS)),
        ("flag", {name: value for name, value in flags.items() if value is not None}),
    )
    values: dict[str, Any] = {}
    sources = dict.fromkeys(Settings.model_fields, "default")
    for source, layer in layers:
        values.update(layer)
        sources.update(dict.fromkeys(layer, source))
    try:
        return Settings(**values), sources
    except ValidationError as error:
        raise SettingsError(*_explain(error, sources)) from error


def _explain(error: ValidationError, sources: dict[str, str]) -> list[str]:
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        lines.append(f"{name} (from {sources.get(name, 'default')}): {in_words(problem)}")
    return lines
