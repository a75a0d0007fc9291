"""Passes options of kafka-python's clients through (`kafka_option`), except those that decide correctness."""

from __future__ import annotations

import difflib
from collections.abc import Container, Mapping
from typing import Any, NoReturn

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from worker.config.settings import Settings
from worker.errors import SettingsError

TUNABLE = frozenset(
    {
        *("batch_size", "client_id", "connections_max_idle_ms", "fetch_max_wait_ms", "metadata_max_age_ms"),
        *("reconnect_backoff_max_ms", "reconnect_backoff_ms", "retry_backoff_ms"),
    }
)
"""Options that the worker sets, and that may be changed nevertheless."""

_DEFAULTS: Mapping[str, Any] = (
    KafkaAdminClient.DEFAULT_CONFIG | KafkaProducer.DEFAULT_CONFIG | KafkaConsumer.DEFAULT_CONFIG
)
_TEXTS = ("client_rack", "proxy_url", "socks5_proxy")  # their default is None
_SECURITY = ("sasl_", "security_", "ssl_")


def applied(config: dict[str, Any], client: Any, settings: Settings) -> dict[str, Any]:
    """A client's configuration, with the options that this client has.

    Raises:
        SettingsError: an option cannot be set; the message says why.
    """
    given = {}
    for option in settings.kafka_option:
        written, _, text = option.partition("=")
        name = written.strip().replace(".", "_")
        if name not in _DEFAULTS:
            close = difflib.get_close_matches(name, _DEFAULTS, n=1)
            _refuse(name, "the Kafka client has no such option" + (f" (did you mean {close[0]}?)" if close else ""))
        if name in client.DEFAULT_CONFIG:
            given[name] = _value(name, text.strip(), config)
    return config | given


def _value(name: str, text: str, own: Container[str]) -> int | float | bool | str:
    if name.startswith(_SECURITY):
        _refuse(name, "use the security settings of the worker")
    if name in own and name not in TUNABLE:
        _refuse(name, "the worker sets this option" + _instead(name))
    default = _DEFAULTS[name]
    kind = _kind(name, default)
    if kind is None:
        _refuse(name, "its value cannot be written as text: leave it out")
    try:
        return {"true": True, "false": False}[text.lower()] if kind is bool else kind(text)
    except (KeyError, ValueError):
        wanted = {bool: "true or false", int: "a whole number", float: "a number"}[kind]
        _refuse(name, f"{text!r} is not {wanted}")


def _kind(name: str, default: Any) -> Any:
    if default is None:
        return int if name.endswith(("_bytes", "_ms")) else str if name in _TEXTS else None
    return type(default) if isinstance(default, bool | int | float | str) else None


def _instead(name: str) -> str:
    setting = next((each for each in (name, name.removesuffix("_ms"), name.removesuffix("_type"))
                    if each in Settings.model_fields), None)  # fmt: skip
    return f": use --{setting.replace('_', '-')}" if setting else ": leave it out"


def _refuse(name: str, why: str) -> NoReturn:
    raise SettingsError(f"kafka_option {name}: {why}")
