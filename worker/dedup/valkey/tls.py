"""The TLS files of a server's address, tried once at the start.

redis-py reads them at every connection: it would take a wrong file for a server that is away, and OpenSSL would ask for
the password of an encrypted key on the terminal.
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
        SettingsError: one is missing, is no PEM or is encrypted, or the key is not that of the certificate.
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
    raise ValueError("the key is encrypted, and there is no setting for its password: give one that is not")


@contextlib.contextmanager
def _naming(option: str, *paths: str | None) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        files = " with ".join(path for path in paths if path)
        raise SettingsError(f"{option} in the address of the index: cannot use {files}: {error}") from error
