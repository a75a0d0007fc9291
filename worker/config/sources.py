"""Reads settings from a TOML file and from the environment. An unknown key is an error.

In the environment, a secret can also be given as the path of a file that holds it, as Docker and Kubernetes provide it:
`SASL_PASSWORD_FILE` instead of `SASL_PASSWORD`.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from worker.errors import SettingsError

ENV_PREFIX = "ARTICLE_WORKER_"
FILE_SUFFIX = "_FILE"
"""Ends the name of a variable that holds the path of a secret instead of the secret."""

_MAX_SECRET_BYTES = 64 << 10

# Kubernetes sets such variables in every pod for each service, and a service may be named article-worker.
_SERVICE_LINK = re.compile(r"service_host|service_port(_\w+)?|port(_\d+_(tcp|udp)(_(proto|port|addr))?)?")


def read_toml(settings: type[BaseModel], path: Path) -> dict[str, Any]:
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


def read_environment(
    settings: type[BaseModel], *, prefix: str, ignore: str, secrets: Collection[str] = ()
) -> dict[str, Any]:
    """The values of the variables with this prefix, by setting. `ignore` is a variable that is not a setting.

    An empty variable counts as absent: a compose file may pass on `${NAME:-}`. Each of the `secrets` may be given as
    the path of a file. One line end at the end of the file is not part of it.

    Raises:
        SettingsError: a variable with this prefix does not name a setting, or the file of a secret cannot be used.
    """
    given: dict[str, Any] = {}
    from_files: dict[str, Any] = {}
    for variable, value in os.environ.items():
        name = variable.upper()
        if not name.startswith(prefix) or name == ignore:
            continue
        key = name.removeprefix(prefix).lower()
        secret = key.removesuffix(FILE_SUFFIX.lower())
        if secret != key and secret in secrets:
            from_files |= {secret: _read_secret(variable, Path(value))} if value else {}
        elif key in settings.model_fields:
            given |= {key: value} if value else {}
        elif not _SERVICE_LINK.fullmatch(key):
            raise SettingsError(f"unknown setting in the environment: {variable}{_nearest(settings, key, prefix)}")
    if twice := from_files.keys() & given.keys():
        name = prefix + min(twice).upper()
        raise SettingsError(f"{name} and {name}{FILE_SUFFIX} are both set: remove one of them")
    return given | from_files


def _read_secret(variable: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_SECRET_BYTES + 1)
        secret = content.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{variable}: cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SettingsError(f"{variable}: {path} is not UTF-8 text") from None  # the error holds the content
    if len(content) > _MAX_SECRET_BYTES:
        raise SettingsError(f"{variable}: {path} is larger than 64 KiB")
    secret = secret.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise SettingsError(f"{variable}: {path} is empty")
    if "\0" in secret:
        raise SettingsError(f"{variable}: {path} holds a zero byte: is it a text file?")
    return secret


def _nearest(settings: type[BaseModel], key: str, prefix: str = "") -> str:
    """`" (did you mean X?)"`, or `""`."""
    close = difflib.get_close_matches(key.lower().replace("-", "_"), list(settings.model_fields), n=1, cutoff=0.5)
    if not close:
        return ""
    return f" (did you mean {prefix}{close[0].upper()}?)" if prefix else f" (did you mean {close[0]}?)"
