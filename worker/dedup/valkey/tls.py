"""Checks the TLS files of a server's address, once at startup.

redis-py reads them for every connection. It would mistake a wrong file for a server that is away, and OpenSSL would ask
on the terminal for the password of an encrypted key.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from typing import NoReturn

from worker.config.index_address import Address
from worker.errors import SettingsError


def check_files(address: Address) -> None:
    """Load the files that the address names.

    Raises:
        SettingsError: a file is missing, not PEM, or encrypted, or the key does not belong to the certificate.
    """
    files = dict(address.tls_files)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authorities, certificate, key = map(files.get, ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile"))
    if authorities is not None:
        with _naming("ssl_ca_certs", authorities):
            context.load_verify_locations(authorities)
    if certificate is not None:
        with _naming("ssl_certfile", certificate, key):
            context.load_cert_chain(certificate, key, _no_password)


def _no_password() -> NoReturn:
    raise ValueError("the key is encrypted, and there is no setting for its password: give an unencrypted key")


@contextlib.contextmanager
def _naming(option: str, *paths: str | None) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        files = " with ".join(path for path in paths if path)
        raise SettingsError(f"{option} in the address of the index: cannot use {files}: {error}") from error
