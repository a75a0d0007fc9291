from __future__ import annotations

import base64
import json
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs
from urllib.request import Request

import pytest
from kafka.errors import SaslAuthenticationFailedError
from pydantic import SecretStr

from worker.config.settings import Settings
from worker.transport.kafka import clients, oauth
from worker.transport.kafka.oauth import EARLY_S, ClientCredentials, FileToken, NoTokenError

SECRET = "hunter2 &c"  # noqa: S105 - the tests check where it appears
SETTINGS = Settings(
    security_protocol="SASL_SSL", sasl_mechanism="OAUTHBEARER", sasl_token_url="https://login.example.org/token?v=2",  # noqa: S106
    sasl_username="me:1", sasl_password=SecretStr(SECRET), sasl_token_scope="kafka",  # noqa: S106
)  # fmt: skip


class Endpoint:
    """A token endpoint that gives these answers, and keeps the requests."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.now_s = 100.0

    def send(self, request: Request) -> bytes:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def provider(self) -> ClientCredentials:
        return ClientCredentials(SETTINGS, send=self.send, clock=lambda: self.now_s)


def test_the_endpoint_gets_the_credentials_of_the_client() -> None:
    endpoint = Endpoint({"access_token": "t.1", "expires_in": 300})
    assert endpoint.provider().token() == "t.1"
    [request] = endpoint.requests
    assert (request.full_url, request.get_method()) == (SETTINGS.sasl_token_url, "POST")
    assert base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")) == b"me%3A1:hunter2%20%26c"
    assert isinstance(request.data, bytes)
    assert parse_qs(request.data.decode()) == {"grant_type": ["client_credentials"], "scope": ["kafka"]}


def test_a_token_is_used_until_shortly_before_it_expires() -> None:
    endpoint = Endpoint({"access_token": "t1", "expires_in": 300}, {"access_token": "t2", "expires_in": "300"})
    provider = endpoint.provider()
    assert provider.token() == "t1"
    endpoint.now_s += 300 - EARLY_S - 1
    assert provider.token() == "t1"
    endpoint.now_s += 1
    assert provider.token() == "t2"


def test_a_token_without_a_lifetime_is_used_once() -> None:
    provider = Endpoint({"access_token": "t1"}, {"access_token": "t2"}).provider()
    assert (provider.token(), provider.token()) == ("t1", "t2")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (HTTPError("u", 401, "Unauthorized", Message(), None), SaslAuthenticationFailedError, "answered 401 Unauthorized"),
        (HTTPError("u", 503, "Busy", Message(), None), NoTokenError, "answered 503 Busy"),
        (URLError("timed out"), NoTokenError, "timed out"),
        (TimeoutError(SECRET), NoTokenError, "TimeoutError"),
        (b"<html>" + SECRET.encode(), NoTokenError, "JSONDecodeError"),
        ({"error": SECRET}, NoTokenError, "KeyError"),
        ([SECRET], NoTokenError, "TypeError"),
        ({"access_token": f"{SECRET}\x01auth=x"}, NoTokenError, "sent no valid token"),
        ({"access_token": ""}, NoTokenError, "sent no valid token"),
        ({"access_token": None}, NoTokenError, "sent no valid token"),
    ],
)  # fmt: skip
def test_an_endpoint_without_a_token_is_an_error_that_reveals_nothing(
    answer: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=f"token endpoint login.example.org.*{said}") as caught:
        Endpoint(answer).provider().token()
    assert "hunter2" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_token_in_a_file_is_read_again_each_time(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("one\n")
    provider = FileToken(path)
    assert provider.token() == "one"
    path.write_text("two")
    assert provider.token() == "two"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"two words", b"a\x01b", "é".encode()])
def test_a_file_without_a_token_is_an_error_that_may_heal(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    with pytest.raises(NoTokenError, match="token file "):
        FileToken(tmp_path / "token").token()


def test_the_clients_get_a_provider_and_no_password(tmp_path: Path) -> None:
    config = clients.admin_config(SETTINGS)
    assert isinstance(config["sasl_oauth_token_provider"], ClientCredentials)
    assert config["sasl_mechanism"] == "OAUTHBEARER"
    assert "sasl_plain_password" not in config
    in_file = SETTINGS.model_copy(update={"sasl_token_file": tmp_path / "token", "sasl_token_url": None})
    assert isinstance(oauth.provider(in_file), FileToken)
