"""Checks whether the security settings are complete. A setting that would be silently ignored is an error."""

from __future__ import annotations

from worker.config.index_address import EMBEDDED, parse_address
from worker.config.settings import Settings
from worker.config.sources import ENV_PREFIX
from worker.errors import SettingsError


def check_kafka(settings: Settings) -> None:
    """Check the settings of the connection to the brokers: login and certificates.

    Raises:
        SettingsError: a setting is missing, or one would be ignored. The message says what to do.
    """
    _check_login(settings)
    _check_tls(settings)


def check_index(settings: Settings) -> None:
    """Check the settings of the connection to the index server.

    Raises:
        SettingsError: the address is malformed or contains the password, or the password would be ignored.
    """
    if settings.index == EMBEDDED:
        if settings.index_password:
            raise SettingsError(
                "index_password is set, but the embedded index takes no password: set index to the address of a "
                f"server (valkey://HOST:PORT/DB), or remove {ENV_PREFIX}INDEX_PASSWORD"
            )
    elif parse_address(settings.index).password:
        raise SettingsError(
            f"index must not contain the password, because other users could read it: set {ENV_PREFIX}INDEX_PASSWORD"
        )


def _check_login(settings: Settings) -> None:
    protocol, mechanism = settings.security_protocol, settings.sasl_mechanism
    given = _given(settings, "sasl_username", "sasl_password")
    if protocol.startswith("SASL") and mechanism is None:
        raise SettingsError(f"security_protocol {protocol} needs sasl_mechanism")
    if mechanism and not protocol.startswith("SASL"):
        raise SettingsError(f"sasl_mechanism {mechanism} needs security_protocol SASL_SSL or SASL_PLAINTEXT")
    _check_tokens(settings)
    if mechanism and len(given) < 2 and not settings.sasl_token_file:
        what = "sasl_token_url" if mechanism == "OAUTHBEARER" else f"sasl_mechanism {mechanism}"
        raise SettingsError(
            f"{what} needs sasl_username, and sasl_password in {ENV_PREFIX}SASL_PASSWORD or the settings file"
        )
    if given and mechanism is None:
        raise SettingsError(
            f"security_protocol {protocol} has no login, so {' and '.join(given)} would be ignored: set "
            f"security_protocol to SASL_SSL, and sasl_mechanism to what the brokers expect, or {_remove(given)}"
        )


def _check_tokens(settings: Settings) -> None:
    given = _given(settings, "sasl_token_url", "sasl_token_scope", "sasl_token_file")
    if settings.sasl_mechanism != "OAUTHBEARER":
        if given:
            raise SettingsError(f"only sasl_mechanism OAUTHBEARER uses {', '.join(given)}: set it, or {_remove(given)}")
        return
    if bool(settings.sasl_token_url) == bool(settings.sasl_token_file):
        raise SettingsError("sasl_mechanism OAUTHBEARER needs either sasl_token_url or sasl_token_file")
    if settings.sasl_token_file and (ignored := _given(settings, "sasl_username", "sasl_password", "sasl_token_scope")):
        raise SettingsError(f"with sasl_token_file, {', '.join(ignored)} would be ignored: {_remove(ignored)}")


def _check_tls(settings: Settings) -> None:
    given = _given(settings, "ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_password")
    if not settings.ssl_check_hostname:
        given.append("ssl_check_hostname")
    if given and not settings.security_protocol.endswith("SSL"):
        raise SettingsError(
            f"security_protocol {settings.security_protocol} does not use TLS, so {', '.join(given)} would be ignored: "
            f"set security_protocol to SSL or SASL_SSL, or {_remove(given)}"
        )
    for name in _given(settings, "ssl_keyfile", "ssl_password"):
        if settings.ssl_certfile is None:
            raise SettingsError(
                f"without a client certificate {name} would be ignored: add ssl_certfile, or remove {name}"
            )


def _given(settings: Settings, *names: str) -> list[str]:
    return [name for name in names if getattr(settings, name)]


def _remove(names: list[str]) -> str:
    return f"remove {'it' if len(names) == 1 else 'them'}"
