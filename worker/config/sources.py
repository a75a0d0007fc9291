"""Where settings come from besides the flags: a TOML file and the environment. An unknown key is an error."""

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

# Kubernetes gives every pod such variables for each service, and a service may well be named article-worker.
_SERVICE_LINK = re.compile(r"service_host|service_port(_\w+)?|port(_\d+_(tcp|udp)(_(proto|port|addr))?)?")


def read_toml(settings: type[BaseSettings], path: Path) -> dict[str, Any]:
    """The values in the file, by the setting's name.

    Raises:
        SettingsError: the file cannot be read, is no TOML, or has a key that is no setting.
    """
    try:  # not by TomlConfigSettingsSource, to which a file that is not there is an empty one
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is no TOML: {error}") from error
    for key in values:
        if key not in settings.model_fields:
            raise SettingsError(f"unknown setting {key!r} in {path}{_nearest(settings, key)}")
    return values


def read_environment(settings: type[BaseSettings], *, prefix: str, ignore: str) -> dict[str, Any]:
    """The values of the variables with this prefix, by the setting's name; `ignore` is a variable that is no setting.

    Raises:
        SettingsError: a variable with this prefix names no setting.
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
    """`" (did you mean X?)"`, or nothing."""
    close = difflib.get_close_matches(key.lower().replace("-", "_"), list(settings.model_fields), n=1, cutoff=0.5)
    if not close:
        return ""
    return f" (did you mean {prefix}{close[0].upper()}?)" if prefix else f" (did you mean {close[0]}?)"
