from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from worker.config.load import load
from worker.config.sources import ENV_PREFIX
from worker.errors import SettingsError

PASSWORD = "hunter2"  # noqa: S105 - the point of the tests is that it shows up nowhere
SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "sasl_username": "me"}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"security_protocol": "SASL_SSL"}, "security_protocol SASL_SSL needs sasl_mechanism"),
        ({"security_protocol": "SASL_PLAINTEXT"}, "security_protocol SASL_PLAINTEXT needs sasl_mechanism"),
        ({"sasl_mechanism": "PLAIN"}, "sasl_mechanism PLAIN needs security_protocol SASL_SSL or SASL_PLAINTEXT"),
        (SASL, "needs sasl_username, and sasl_password in ARTICLE_WORKER_SASL_PASSWORD or the settings file"),
        ({"ssl_cafile": Path("ca.pem")}, "ssl_cafile and ssl_certfile need security_protocol SSL or SASL_SSL"),
        ({"ssl_certfile": Path("me.pem")}, "ssl_cafile and ssl_certfile need security_protocol SSL or SASL_SSL"),
        ({"batch_budget": "5m"}, "batch_budget + record_timeout must be less than max_poll_interval: lower one"),
        ({"clean_topic": "articles.raw"}, "must differ: articles.raw, articles.raw, articles.quality, articles.dead"),
        ({"files": "-"}, "standard input has no directory of its own: add --out-dir DIR"),
        ({"stop_at_end": True, "follow": True}, "stop_at_end and follow contradict each other: stop_at_end ends the"),
        ({"index": "somewhere"}, "the address of the index is not of the form valkey://"),
        ({"index": "http://cache/0"}, "its scheme is unknown"),
        ({"index": "valkey://cache/first"}, "the database after the / is a small number"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_an_error_that_says_what_to_add(
    flags: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        load(flags)


@pytest.mark.parametrize("missing", ["SASL_USERNAME", "SASL_PASSWORD"])
def test_sasl_needs_both_a_user_name_and_a_password(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in (("SASL_USERNAME", "me"), ("SASL_PASSWORD", PASSWORD)):
        if name != missing:
            monkeypatch.setenv(ENV_PREFIX + name, value)
    with pytest.raises(SettingsError, match="needs sasl_username, and sasl_password") as caught:
        load({"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512"})
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT"])
def test_complete_sasl_settings_are_accepted(monkeypatch: pytest.MonkeyPatch, protocol: str) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    assert load(SASL | {"security_protocol": protocol})[0].security_protocol == protocol


def test_certificates_are_accepted_where_the_line_is_encrypted() -> None:
    flags = {"security_protocol": "SSL", "ssl_cafile": Path("ca.pem"), "ssl_certfile": Path("me.pem")}
    assert load(flags)[0].ssl_cafile == Path("ca.pem")


@pytest.mark.parametrize("index", ["embedded", "valkey://cache", "rediss://me@cache.example:6380/3"])
def test_an_index_is_embedded_or_on_a_server(index: str) -> None:
    assert load({"index": index})[0].index == index


@pytest.mark.parametrize("index", [f"valkey://me:{PASSWORD}@cache/0", f"redis://:{PASSWORD}@cache"])
def test_a_password_in_the_address_of_the_index_is_refused_and_not_told(index: str) -> None:
    with pytest.raises(SettingsError, match="set ARTICLE_WORKER_INDEX_PASSWORD") as caught:
        load({"index": index})
    assert PASSWORD not in str(caught.value)
