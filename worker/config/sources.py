"""Reads settings from a TOML file and from the environment. An unknown key is an error."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource

from worker.errors import SettingsError

ENV_PREFIX = "ARTICLE_WORKER_"

# Kubernetes sets such variables in every pod for each service, and a service may be named article-worker.
_SERVICE_LINK = re.compile(r"service_host|service_port(_\w+)?|port(_\d+_(tcp|udp)(_(proto|port|addr))?)?")


def read_toml(settings: type[BaseSettings], path: Path) -> dict[str, Any]:
    """The values in the file, by setting.

    Raises:
        SettingsError: the file cannot be read, is not valid TOML, or has a key that is not a setting.
    """
    try:  # TomlConfigSettingsSource would treat a missing file as an empty one
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}") from error
    for key in values:
        if key not in settings.model_fields:
            raise SettingsError(f"unknown setting {key!r} in {path}{_nearest(settings, key)}")
    return values


def read_environment(settings: type[BaseSettings], *, prefix: str, ignore: str) -> dict[str, Any]:
    """The values of the variables with this prefix, by setting. `ignore` is a variable that is not a setting.

    Raises:
        SettingsError: a variable with this prefix does not name a setting.
    """
    for variable in os.environ:
        name = variable.upper()
        if not name.startswith(prefix) or name == ignore:
            continue
        key = name.removeprefix(prefix).lower()
        if key not in settings.model_fields and not _SERVICE_LINK.fullmatch(key):
            raise SettingsError(f"unknown setting in the environment: {variable}{_nearest(settings, key, prefix)}")
    return EnvSettingsSource(settings)()


def _nearest(settings: type[BaseSettings], key: str, prefix: str = "") -> str:
    """`" (did you mean X?)"`, or `""`."""
    close = difflib.get_close_matches(key.lower().replace("-", "_"), list(settings.model_fields), n=1, cutoff=0.5)
    if not close:
        return ""
    return f" (did you mean {prefix}{close[0].upper()}?)" if prefix else f" (did you mean {close[0]}?)"
