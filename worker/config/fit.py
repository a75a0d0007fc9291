"""Whether the settings fit each other."""

from __future__ import annotations

from worker.config.index_address import parse as parse_address
from worker.config.settings import Settings
from worker.config.sources import ENV_PREFIX
from worker.errors import SettingsError


def check_fit(settings: Settings) -> None:
    """Look for what no field can tell alone.

    Raises:
        SettingsError: settings contradict each other, or one needs another; the message says what to do.
    """
    _check_security(settings)
    _check_index(settings)
    if settings.batch_budget + settings.record_timeout >= settings.max_poll_interval:
        raise SettingsError(
            "batch_budget + record_timeout must be less than max_poll_interval: lower one of the two, or raise "
            "max_poll_interval"
        )
    topics = (settings.raw_topic, settings.clean_topic, settings.quality_topic, settings.dead_topic)
    if len(set(topics)) < len(topics):
        raise SettingsError(f"raw_topic, clean_topic, quality_topic and dead_topic must differ: {', '.join(topics)}")
    if settings.files == "-" and settings.out_dir is None:
        raise SettingsError("standard input has no directory of its own: add --out-dir DIR")
    if settings.stop_at_end and settings.follow:
        raise SettingsError(
            "stop_at_end and follow contradict each other: stop_at_end ends the run at the end of the input, follow "
            "waits there for more. Leave one out (without either, a run on files ends at the end of the input)"
        )


def _check_index(settings: Settings) -> None:
    if settings.index != "embedded":
        address = parse_address(settings.index)
        if address.password:
            raise SettingsError(
                "index must not contain the password, because other users could read it: "
                f"set {ENV_PREFIX}INDEX_PASSWORD"
            )


def _check_security(settings: Settings) -> None:
    """Half a security setting must not end in an open connection."""
    protocol, mechanism = settings.security_protocol, settings.sasl_mechanism
    if protocol.startswith("SASL") and mechanism is None:
        raise SettingsError(f"security_protocol {protocol} needs sasl_mechanism")
    if mechanism and not protocol.startswith("SASL"):
        raise SettingsError(f"sasl_mechanism {mechanism} needs security_protocol SASL_SSL or SASL_PLAINTEXT")
    if mechanism and not (settings.sasl_username and settings.sasl_password):
        raise SettingsError(
            f"sasl_mechanism {mechanism} needs sasl_username, and sasl_password "
            f"in {ENV_PREFIX}SASL_PASSWORD or the settings file"
        )
    if (settings.ssl_cafile or settings.ssl_certfile) and not protocol.endswith("SSL"):
        raise SettingsError("ssl_cafile and ssl_certfile need security_protocol SSL or SASL_SSL")
