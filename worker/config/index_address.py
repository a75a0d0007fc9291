"""Parses the URL of a Valkey or Redis server, and never shows its password."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from worker.errors import SettingsError

DEFAULT_PORT = 6379

EMBEDDED = "embedded"
"""The index without a server."""

_SCHEMES = {"valkey": False, "redis": False, "valkeys": True, "rediss": True}
_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_LOGIN = "a password goes into index_password, not into the address"
_FORM = "valkey://[user@]host[:port][/db], or valkeys:// for TLS"


@dataclass(frozen=True, slots=True)
class Address:
    """A server and one of its databases. As text, it contains neither user nor password, so it can be logged."""

    host: str
    port: int = DEFAULT_PORT
    db: int = 0
    tls: bool = False
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    tls_files: tuple[tuple[str, str], ...] = ()
    """The options in the URL's query, ssl_ca_certs, ssl_certfile and ssl_keyfile: paths of PEM files."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"valkey{'s' if self.tls else ''}://{host}:{self.port}/{self.db}"


def parse_address(url: str) -> Address:
    """The address in a URL. `redis://` and `rediss://` mean the same as `valkey://` and `valkeys://`.

    Raises:
        SettingsError: the URL is malformed. The message does not repeat it: any part of it may belong to the password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # its text repeats a part of the URL
        _refuse(f"its port or host is malformed; in a user name, write /, ?, #, @ and % as %2F, %3F ...; {_LOGIN}")
    if parts.scheme not in _SCHEMES:
        _refuse("its scheme is unknown")
    if not host:
        _refuse("it has no host")
    if parts.fragment:
        _refuse(f"it contains a # (in a user name, write %23); {_LOGIN}")
    tls = _SCHEMES[parts.scheme]
    return Address(
        host,
        DEFAULT_PORT if port is None else port,
        _db(parts.path),
        tls,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        _tls_files(parts, tls=tls),
    )


def may_hold_password(index: str) -> bool:
    """Whether the setting may contain a password, and must not be shown."""
    if index == EMBEDDED:
        return False
    try:
        return parse_address(index).password is not None
    except SettingsError:
        return True


def _db(path: str) -> int:
    number = path.removeprefix("/")
    if number and not (number.isascii() and number.isdecimal() and len(number) < 6):
        _refuse("the database after the / must be a number of at most 5 digits (default: 0)")
    return int(number or 0)


def _tls_files(parts: SplitResult, *, tls: bool) -> tuple[tuple[str, str], ...]:
    files = parse_qsl(parts.query, keep_blank_values=True)
    if parts.query and not (files and tls and all(name in _TLS_FILES for name, _ in files)):
        _refuse(f"only {', '.join(_TLS_FILES)} may follow the ?, and only with valkeys://")
    if len(dict(files)) < len(files):
        _refuse("it repeats an option after the ?")
    if "ssl_keyfile" in dict(files) and "ssl_certfile" not in dict(files):
        _refuse("ssl_keyfile needs ssl_certfile")
    return tuple(files)


def _refuse(why: str) -> NoReturn:
    raise SettingsError(f"the address of the index must have the form {_FORM}: {why}") from None
