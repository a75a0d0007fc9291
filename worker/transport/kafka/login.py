"""Turns the security settings into arguments of kafka-python's clients."""

from __future__ import annotations

import logging
from typing import Any

from worker.config.settings import Settings
from worker.transport.kafka import tls

_TALKATIVE = ("kafka.net.connection", "kafka.protocol.parser")  # they log every request at debug level, even the login


class _Secret(str):
    """A password that `repr` hides, because the clients write their whole configuration to the debug log."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def is_needed(settings: Settings) -> bool:
    """Whether the clients log in."""
    return settings.security_protocol.startswith("SASL")


def config(settings: Settings) -> dict[str, Any]:
    """The arguments of every client.

    Raises:
        SettingsError: a TLS file cannot be used.
    """
    made: dict[str, Any] = {"security_protocol": settings.security_protocol}
    if settings.security_protocol.endswith("SSL"):
        made["ssl_context"] = tls.context(settings)
        made["ssl_check_hostname"] = settings.ssl_check_hostname
    if is_needed(settings):
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))
        made |= {"sasl_mechanism": settings.sasl_mechanism} | _credentials(settings)
    return made


def _credentials(settings: Settings) -> dict[str, Any]:
    if settings.sasl_mechanism == "OAUTHBEARER":
        from worker.transport.kafka import oauth  # noqa: PLC0415 - few runs need it, and its HTTP client

        return {"sasl_oauth_token_provider": oauth.provider(settings)}
    password = settings.sasl_password.get_secret_value() if settings.sasl_password else ""
    return {"sasl_plain_username": settings.sasl_username, "sasl_plain_password": _Secret(password)}


def described(settings: Settings) -> str:
    """The brokers, the protocol and the user, for messages."""
    text = f"{', '.join(settings.bootstrap_servers)} ({settings.security_protocol}"
    if is_needed(settings):
        user = settings.sasl_username or f"the bearer of {settings.sasl_token_file}"
        text += f", {settings.sasl_mechanism} as {user!r}"
    return text + ")"
