"""A wrong TLS file is an error at startup that names it. No server is needed: the files are checked first."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from worker.config.index_address import parse_address
from worker.dedup.valkey.server import Server
from worker.errors import SettingsError


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key, the encrypted key, the key of another certificate, and a file that is not PEM."""
    directory = tmp_path_factory.mktemp("tls")
    made = [
        openssl("req", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=x", "-days", "2", "-nodes",
                "-keyout", directory / "key.pem", "-out", directory / "cert.pem"),
        openssl("rsa", "-aes256", "-passout", "pass:secret", "-in", directory / "key.pem",
                "-out", directory / "encrypted.pem"),
        openssl("genrsa", "-out", directory / "other.pem", "2048"),
    ]  # fmt: skip
    if not all(made):
        pytest.skip("no openssl to make a certificate with")
    (directory / "text.pem").write_bytes(b"no certificate")
    return directory


def openssl(*arguments: str | Path) -> bool:
    return subprocess.run(["openssl", *arguments], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ssl_ca_certs=DIR/none.pem", "cannot use DIR/none.pem: .*No such file"),
        ("ssl_ca_certs=DIR/text.pem", "cannot use DIR/text.pem: .*"),
        ("ssl_ca_certs=DIR", "cannot use DIR: "),
        ("ssl_ca_certs=", "cannot use : "),
        ("ssl_certfile=DIR/cert.pem", "cannot use DIR/cert.pem: "),
        (
            "ssl_certfile=DIR/cert.pem&ssl_keyfile=DIR/other.pem",
            "cannot use DIR/cert.pem with DIR/other.pem: .*MISMATCH",
        ),
        ("ssl_certfile=DIR/cert.pem&ssl_keyfile=DIR/text.pem", "cannot use DIR/cert.pem with DIR/text.pem: "),
        ("ssl_certfile=DIR/cert.pem&ssl_keyfile=DIR/encrypted.pem", "with DIR/encrypted.pem: the key is encrypted"),
    ],
)
def test_a_wrong_tls_file_is_an_error_at_startup_that_names_it(files: Path, query: str, said: str) -> None:
    address = parse_address(f"valkeys://127.0.0.1:1/0?{query.replace('DIR', str(files))}")
    with pytest.raises(SettingsError, match=said.replace("DIR", str(files))):
        Server(address)


def test_correct_tls_files_are_accepted(files: Path) -> None:
    query = f"ssl_ca_certs={files}/cert.pem&ssl_certfile={files}/cert.pem&ssl_keyfile={files}/key.pem"
    Server(parse_address(f"valkeys://127.0.0.1:1/0?{query}")).close()
