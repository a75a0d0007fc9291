"""Makes a TLS context from the settings. It reads the files once, at startup, so that the error names a bad file.

kafka-python would read them for each connection, and report a missing file as a broker that does not answer.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path

from worker.config.settings import Settings
from worker.errors import SettingsError


def context(settings: Settings) -> ssl.SSLContext:
    """A context that verifies the broker, and presents the client certificate if there is one.

    Raises:
        SettingsError: a file is missing or is not PEM, or the password does not decrypt the key.
    """
    made = ssl.create_default_context()
    made.check_hostname = settings.ssl_check_hostname
    if settings.ssl_cafile:
        with _naming("ssl_cafile", settings.ssl_cafile):
            made.load_verify_locations(settings.ssl_cafile)
    if settings.ssl_certfile:
        # An empty password, not None: with None, OpenSSL would ask for one on the terminal.
        password = settings.ssl_password.get_secret_value() if settings.ssl_password else ""
        with _naming("ssl_certfile", settings.ssl_certfile, settings.ssl_keyfile):
            made.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile, password)
    return made


@contextlib.contextmanager
def _naming(setting: str, *paths: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # ssl.SSLError is one
        files = " with ".join(str(path) for path in paths if path)
        raise SettingsError(f"{setting}: cannot use {files}: {error}") from error
