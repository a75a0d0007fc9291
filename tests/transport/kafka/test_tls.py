"""TLS files are read at startup. An error names the wrong file, but never shows a password."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path
from typing import Any

import certifi
import pytest

from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.transport.kafka import tls

SECRET = "hunter2-of-the-test"  # noqa: S105 - opens nothing


def _settings(**values: Any) -> Settings:
    return Settings(**{"security_protocol": "SSL", **values})


@pytest.fixture
def key_pair(tmp_path: Path) -> tuple[Path, Path]:
    """A self-signed certificate, and its key encrypted with the password."""
    certificate, key = tmp_path / "client.pem", tmp_path / "client.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=worker",
         "-days", "1", "-keyout", key, "-out", certificate, "-passout", f"pass:{SECRET}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def test_tls_verifies_the_broker_and_its_name_by_default() -> None:
    context = tls.context(_settings(ssl_cafile=certifi.where()))
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is True
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.get_ca_certs()


def test_the_name_check_can_be_turned_off_but_the_certificate_is_still_verified() -> None:
    context = tls.context(_settings(ssl_check_hostname=False))
    assert context.check_hostname is False
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_client_certificate_is_read_with_the_password_of_its_key(key_pair: tuple[Path, Path]) -> None:
    certificate, key = key_pair
    assert tls.context(_settings(ssl_certfile=certificate, ssl_keyfile=key, ssl_password=SECRET))


@pytest.mark.parametrize("password", [None, "wrong-one-of-the-test"])
def test_the_error_for_a_wrong_key_password_does_not_show_it(key_pair: tuple[Path, Path], password: str | None) -> None:
    certificate, key = key_pair
    settings = _settings(ssl_certfile=certificate, ssl_keyfile=key, ssl_password=password)
    with pytest.raises(SettingsError, match=r"ssl_certfile: cannot use .*client.pem with .*client.key") as raised:
        tls.context(settings)
    assert "wrong-one-of-the-test" not in str(raised.value)


def test_the_error_names_a_tls_file_that_is_missing_or_not_a_certificate(tmp_path: Path) -> None:
    nothing, wrong = tmp_path / "nothing.pem", tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    for path in (nothing, wrong):
        with pytest.raises(SettingsError, match=f"ssl_cafile: cannot use .*{path.name}"):
            tls.context(_settings(ssl_cafile=path))
