"""Parses the address on which the worker answers HTTP requests."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit


class HttpAddress(NamedTuple):
    """A host and a port to listen on. An empty host means all IPv4 addresses of the machine. Port 0 means any."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_http_address(text: str) -> HttpAddress:
    """`127.0.0.1:9464`, `[::]:9464` or `:9464` as an address.

    Raises:
        ValueError: it is not one.
    """
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        port = None
    if port is None or parts.netloc != text or "@" in text:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:9464, or :9464 for all interfaces")
    return HttpAddress(host, port)


def checked(text: str) -> str:
    """The text if it is an address.

    Raises:
        ValueError: it is not one.
    """
    parse_http_address(text)
    return text
