"""Provides the token of a SASL OAUTHBEARER login: from a file, or from a token endpoint with client credentials.

kafka-python asks for a token on the client's IO thread whenever it opens a connection. So an answer of the endpoint is
used until shortly before it expires, and a request has a short time limit.
"""

from __future__ import annotations

import base64
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from kafka.errors import KafkaError, SaslAuthenticationFailedError
from kafka.net.sasl.oauth import AbstractTokenProvider

from worker.config.settings import Settings

ANSWER_S = 5.0
EARLY_S = 30.0  # a token is renewed this long before it expires

_MAX_BYTES = 1 << 20
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")


class NoTokenError(KafkaError):
    """There is no token at present. The client tries again."""

    retriable = True


def provider(settings: Settings) -> AbstractTokenProvider:
    """The provider that the settings select."""
    if settings.sasl_token_file is not None:
        return FileToken(settings.sasl_token_file)
    return ClientCredentials(settings)


class FileToken(AbstractTokenProvider):
    """A token in a file. The file is read each time, because whoever writes it (Kubernetes, an agent) renews it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def token(self) -> str:
        """The content of the file.

        Raises:
            NoTokenError: there is no token in the file.
        """
        try:
            with self._path.open("rb") as file:
                text = file.read(_MAX_BYTES).decode("ascii", "replace").strip()
        except OSError as error:
            raise NoTokenError(f"cannot read the token file {self._path}: {error.strerror}") from error
        if not _TOKEN.fullmatch(text):
            raise NoTokenError(f"the token file {self._path} holds no token")
        return text


class ClientCredentials(AbstractTokenProvider):
    """Tokens from an endpoint (RFC 6749, section 4.4). The user name and the password are those of the client."""

    def __init__(
        self,
        settings: Settings,
        *,
        send: Callable[[urllib.request.Request], bytes] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._send, self._clock = send or _send, clock
        self._token, self._until_s = "", float("-inf")

    def token(self) -> str:
        """The present token, or a new one.

        Raises:
            SaslAuthenticationFailedError: the endpoint refuses the client.
            NoTokenError: the endpoint does not answer, or not with a token.
        """
        now_s = self._clock()
        if now_s >= self._until_s:
            self._token, lasts_s = self._new()
            self._until_s = now_s + max(0.0, lasts_s - EARLY_S)
        return self._token

    def _new(self) -> tuple[str, float]:
        host = urlsplit(str(self._settings.sasl_token_url)).netloc
        try:
            answer = json.loads(self._send(self._request()))
            token, lasts_s = answer["access_token"], float(answer.get("expires_in", 0))
        except urllib.error.HTTPError as error:
            said = f"the token endpoint {host} answered {error.code} {error.reason}"
            refused = error.code in (400, 401, 403)
            raise (SaslAuthenticationFailedError(said) if refused else NoTokenError(said)) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            why = getattr(error, "reason", None) or type(error).__name__  # not its text: it may quote a token
            raise NoTokenError(f"no token from the token endpoint {host}: {why}") from None
        if not (isinstance(token, str) and _TOKEN.fullmatch(token)):
            raise NoTokenError(f"the token endpoint {host} sent no valid token")
        return token, lasts_s

    def _request(self) -> urllib.request.Request:
        settings = self._settings
        secret = settings.sasl_password.get_secret_value() if settings.sasl_password else ""
        login = base64.b64encode(f"{quote(settings.sasl_username or '')}:{quote(secret)}".encode()).decode()
        form = {"grant_type": "client_credentials"}
        if settings.sasl_token_scope:
            form["scope"] = settings.sasl_token_scope
        headers = {"Authorization": f"Basic {login}", "Accept": "application/json"}
        return urllib.request.Request(  # noqa: S310 - the settings accept only http and https
            str(settings.sasl_token_url), urlencode(form).encode(), headers
        )


def _send(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310 - as above
        content: Any = answer.read(_MAX_BYTES)
    return bytes(content)
