from __future__ import annotations

import pytest

from worker.config.http_address import HttpAddress, parse_http_address
from worker.config.load import load
from worker.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:9464", HttpAddress("127.0.0.1", 9464)),
        (":9464", HttpAddress("", 9464)),
        ("localhost:0", HttpAddress("localhost", 0)),
        ("[::1]:9464", HttpAddress("::1", 9464)),
    ],
)
def test_an_address_is_a_host_and_a_port(text: str, address: HttpAddress) -> None:
    assert parse_http_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "9464", "host", "host:", "host:http", "host:70000", "http://a:1", "a:1/b", "u@a:1", "[::1:1"]
)
def test_anything_else_is_an_error_that_says_how_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be HOST:PORT, such as 127\.0\.0\.1:9464"):
        parse_http_address(text)


def test_a_malformed_address_is_an_error_of_the_setting() -> None:
    with pytest.raises(SettingsError, match="http"):
        load({"http": "nowhere"})
