"""No security setting is silently ignored: each one makes a connection safer, or is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from worker.config.load import load
from worker.config.sources import ENV_PREFIX
from worker.errors import SettingsError

PASSWORD = "hunter2"  # noqa: S105 - the point of the tests is that it shows up nowhere
SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "sasl_username": "me"}
SECRETS = ("sasl_password", "ssl_password", "index_password")


def refusal(monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]) -> str:
    """The error of `load` for these settings. The secrets come from the environment."""
    for name in SECRETS:
        if name in given:
            monkeypatch.setenv(ENV_PREFIX + name.upper(), given[name])
    with pytest.raises(SettingsError) as caught:
        load({name: value for name, value in given.items() if name not in SECRETS})
    message = str(caught.value)
    assert PASSWORD not in message
    assert len(message.splitlines()) == 1
    return message


# -- the login at the brokers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"security_protocol": "SASL_SSL"}, "security_protocol SASL_SSL needs sasl_mechanism"),
        ({"security_protocol": "SASL_PLAINTEXT"}, "security_protocol SASL_PLAINTEXT needs sasl_mechanism"),
        ({"sasl_mechanism": "PLAIN"}, "sasl_mechanism PLAIN needs security_protocol SASL_SSL or SASL_PLAINTEXT"),
        (SASL, "needs sasl_username, and sasl_password in ARTICLE_WORKER_SASL_PASSWORD or the settings file"),
        (SASL | {"security_protocol": "SSL"}, "sasl_mechanism PLAIN needs security_protocol SASL_SSL or"),
        ({"sasl_username": "me"}, "security_protocol PLAINTEXT has no login, so sasl_username would be ignored: set"),
        ({"sasl_password": PASSWORD}, "sasl_mechanism to what the brokers expect, or remove it"),
        ({"sasl_username": "me", "sasl_password": PASSWORD}, "so sasl_username and sasl_password would be ignored: "),
        (
            {"security_protocol": "SSL", "sasl_username": "me", "sasl_password": PASSWORD},
            "security_protocol SSL has no login, so sasl_username and sasl_password would be ignored",
        ),
        (
            {"security_protocol": "SASL_SSL", "sasl_username": "me", "sasl_password": PASSWORD},
            "security_protocol SASL_SSL needs sasl_mechanism",
        ),
    ],
)
def test_half_a_login_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], said: str
) -> None:
    assert said in refusal(monkeypatch, given)


@pytest.mark.parametrize("missing", ["sasl_username", "sasl_password"])
def test_a_login_needs_both_a_user_name_and_a_password(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    given = {**SASL, "sasl_mechanism": "SCRAM-SHA-512", "sasl_password": PASSWORD}
    del given[missing]
    assert "needs sasl_username, and sasl_password" in refusal(monkeypatch, given)


TOKENS = {**SASL, "sasl_mechanism": "OAUTHBEARER", "sasl_token_url": "https://login.example.org/token"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            SASL | {"sasl_password": PASSWORD, "sasl_token_scope": "s"},
            "only sasl_mechanism OAUTHBEARER uses sasl_token_sc",
        ),
        ({"sasl_token_file": Path("t")}, "only sasl_mechanism OAUTHBEARER uses sasl_token_file: set it, or remove it"),
        (SASL | {"sasl_mechanism": "OAUTHBEARER"}, "needs either sasl_token_url or sasl_token_file"),
        (TOKENS | {"sasl_token_file": Path("t")}, "needs either sasl_token_url or sasl_token_file"),
        (TOKENS, "sasl_token_url needs sasl_username, and sasl_password in ARTICLE_WORKER_SASL_PASSWORD"),
        (
            TOKENS | {"sasl_token_file": Path("t"), "sasl_token_url": None, "sasl_password": PASSWORD},
            "with sasl_token_file, sasl_username, sasl_password would be ignored: remove them",
        ),
        (TOKENS | {"sasl_token_url": "file:///etc/passwd"}, "must be an https:// address, without a login"),
        (TOKENS | {"sasl_token_url": f"https://me:{PASSWORD}@h/t"}, "must be an https:// address, without a login"),
    ],
)
def test_a_login_by_token_needs_one_source_of_tokens(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], said: str
) -> None:
    assert said in refusal(monkeypatch, given)


def test_a_login_by_token_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    in_file = {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER", "sasl_token_file": Path("t")}
    assert load(in_file)[0].sasl_token_file
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    assert load(TOKENS)[0].sasl_token_url


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT"])
def test_a_complete_login_is_accepted(monkeypatch: pytest.MonkeyPatch, protocol: str) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    assert load(SASL | {"security_protocol": protocol})[0].security_protocol == protocol


# -- certificates --------------------------------------------------------------------------------------------------

TLS: dict[str, Any] = {
    "ssl_cafile": Path("ca.pem"),
    "ssl_certfile": Path("me.pem"),
    "ssl_keyfile": Path("me.key"),
    "ssl_password": PASSWORD,
    "ssl_check_hostname": False,
}


@pytest.mark.parametrize("name", TLS)
def test_each_tls_setting_is_an_error_if_the_connection_is_not_encrypted(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    message = refusal(monkeypatch, {name: TLS[name]})
    assert (
        f"PLAINTEXT does not use TLS, so {name} would be ignored: set security_protocol to SSL or SASL_SSL" in message
    )


def test_all_tls_settings_without_tls_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    login = SASL | {"security_protocol": "SASL_PLAINTEXT", "sasl_password": PASSWORD}
    message = refusal(monkeypatch, login | TLS)
    assert f"SASL_PLAINTEXT does not use TLS, so {', '.join(TLS)} would be ignored: " in message
    assert message.endswith("or remove them")


@pytest.mark.parametrize("name", ["ssl_keyfile", "ssl_password"])
def test_settings_of_a_client_certificate_need_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    message = refusal(monkeypatch, {"security_protocol": "SSL", name: TLS[name]})
    assert message == f"without a client certificate {name} would be ignored: add ssl_certfile, or remove {name}"


@pytest.mark.parametrize(
    "left_out", [(), ("ssl_keyfile",), ("ssl_password",), ("ssl_certfile", "ssl_keyfile", "ssl_password")]
)
def test_certificates_are_accepted_if_the_connection_is_encrypted(
    monkeypatch: pytest.MonkeyPatch, left_out: tuple[str, ...]
) -> None:
    """A certificate's file may contain its key, and a key need not be encrypted."""
    given = {name: value for name, value in TLS.items() if name not in left_out}
    if password := given.pop("ssl_password", None):
        monkeypatch.setenv("ARTICLE_WORKER_SSL_PASSWORD", password)
    assert load({"security_protocol": "SSL", **given})[0].ssl_cafile == Path("ca.pem")


# -- the index -----------------------------------------------------------------------------------------------------


def test_a_password_for_the_embedded_index_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    message = refusal(monkeypatch, {"index_password": PASSWORD})
    assert "set index to the address of a server" in message
    assert message.endswith("or remove ARTICLE_WORKER_INDEX_PASSWORD")


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ("somewhere", "the address of the index must have the form valkey://"),
        ("http://cache/0", "its scheme is unknown"),
        ("valkey://cache/first", "the database after the / must be a number"),
        ("valkey://cache?ssl_ca_certs=ca.pem", "only with valkeys://"),
        ("valkeys://cache?ssl_keyfile=me.key", "ssl_keyfile needs ssl_certfile"),
    ],
)
def test_a_malformed_address_of_the_index_is_an_error(monkeypatch: pytest.MonkeyPatch, index: str, said: str) -> None:
    assert said in refusal(monkeypatch, {"index": index, "index_password": PASSWORD})


@pytest.mark.parametrize("index", [f"valkey://me:{PASSWORD}@cache/0", f"redis://:{PASSWORD}@cache"])
def test_a_password_in_the_address_of_the_index_is_refused_and_not_revealed(
    monkeypatch: pytest.MonkeyPatch, index: str
) -> None:
    assert "set ARTICLE_WORKER_INDEX_PASSWORD" in refusal(monkeypatch, {"index": index})


@pytest.mark.parametrize("index", ["embedded", "valkey://cache", "rediss://me@cache.example:6380/3"])
def test_an_index_is_embedded_or_on_a_server(index: str) -> None:
    """A user without a password is logged in with an empty one: the server decides."""
    assert load({"index": index})[0].index == index


@pytest.mark.parametrize("index", ["valkey://cache", "valkeys://me@cache/3"])
def test_a_password_for_an_index_server_is_accepted(monkeypatch: pytest.MonkeyPatch, index: str) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_INDEX_PASSWORD", PASSWORD)
    assert load({"index": index})[0].index_password


def test_empty_variables_do_not_count_as_security_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """docker-compose.yml passes on a password even if nobody set it."""
    for name in (*SECRETS, "sasl_username", "ssl_keyfile"):
        monkeypatch.setenv(ENV_PREFIX + name.upper(), "")
    assert load({})[0].index == "embedded"


def test_settings_without_any_security_settings_are_complete(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('sasl_password = ""\nsasl_username = ""\nssl_password = ""\nindex_password = ""\n')
    assert not load({}, path)[0].sasl_password
