from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.config.index_address import Address, parse_address
from worker.errors import SettingsError


def secret(password: str) -> dict[str, Any]:
    return {"password": password}


@pytest.mark.parametrize(
    ("url", "address", "shown"),
    [
        ("valkey://host", Address("host"), "valkey://host:6379/0"),
        ("redis://host:7000/3", Address("host", 7000, 3), "valkey://host:7000/3"),
        ("VALKEY://Host/", Address("host"), "valkey://host:6379/0"),
        ("valkeys://host", Address("host", tls=True), "valkeys://host:6379/0"),
        ("rediss://host:1", Address("host", 1, tls=True), "valkeys://host:1/0"),
        ("valkey://:pw@host", Address("host", **secret("pw")), "valkey://host:6379/0"),
        ("valkey://me@host", Address("host", username="me"), "valkey://host:6379/0"),
        ("valkey://me:p%2F%40%3A%25@host", Address("host", **secret("p/@:%"), username="me"), "valkey://host:6379/0"),
        ("valkey://me:p@w:x@host", Address("host", **secret("p@w:x"), username="me"), "valkey://host:6379/0"),
        ("valkey://[::1]:7000", Address("::1", 7000), "valkey://[::1]:7000/0"),
        (
            "valkeys://host/1?ssl_ca_certs=%2Fca.pem&ssl_certfile=c",
            Address("host", db=1, tls=True, tls_files=(("ssl_ca_certs", "/ca.pem"), ("ssl_certfile", "c"))),
            "valkeys://host:6379/1",
        ),
    ],
)
def test_a_url_names_a_server_and_a_database(url: str, address: Address, shown: str) -> None:
    assert parse_address(url) == address
    assert str(parse_address(url)) == shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "embedded",
        "valkey",
        "valkey:host",
        "/a/path",
        "http://host",
        "host",
        "host:6379",
        "http://:secret@host",
        "valkey:",
        "valkey://",
        "valkey://:secret@",
        "valkey://me:secret@host:port",
        "valkey://me:secret@host:99999",
        "valkey://me:sec/secret@host",
        "valkey://me:1/secret@host",
        "valkey://me:secret#1@host",
        "valkey://me:1#secret@host",
        "valkey://me:1?secret@host",
        "valkey://me:secret[@host",
        "valkey://:secret@host/one",
        "valkey://:secret@host/1/2",
        "valkey://:secret@host/-1",
        "valkey://:secret@host/٣",
        "valkey://host?password=secret",
        "valkeys://host?password=secret",
        "valkeys://host?ssl_cert_reqs=secret",
        "valkey://host?ssl_ca_certs=secret",
        "valkeys://host?ssl_keyfile=secret",
        "valkeys://host?ssl_ca_certs=a&ssl_ca_certs=secret",
    ],
)
def test_any_other_url_is_refused_and_the_error_does_not_repeat_it(url: str) -> None:
    with pytest.raises(SettingsError, match=r"must have the form valkey://") as raised:
        parse_address(url)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    for url in (text, f"valkey://{text}"):
        with suppress(SettingsError):
            assert isinstance(parse_address(url), Address)


@given(st.text(min_size=1, max_size=20))
def test_an_address_shows_neither_password_nor_user(text: str) -> None:
    address = Address("host", username=f"u-{text}-u", password=f"p-{text}-p")
    for shown in (str(address), repr(address), f"{address}"):
        assert f"-{text}-" not in shown
