"""A real broker accepts logins by token (OAUTHBEARER), and tokens are fetched from a real HTTP server."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient

from tests.kafka.broker import KafkaBroker
from tests.kafka.conftest import REQUIRE
from tests.kafka.local_server import Local, Node
from tests.kafka.servers import required
from worker.config.settings import Settings
from worker.errors import ConnectError
from worker.transport.kafka import clients

# If a token provider raises, kafka-python 3.0.12 leaves the socket to the garbage collector.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
PASSWORD, WRONG = "pw", "hunter2"

MODULE = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"


def unsigned_token(lasts_s: int = 600) -> str:
    """A token as Kafka's own validator for tests takes it."""
    now = int(time.time())
    parts = {"alg": "none"}, {"sub": "news", "iat": now, "exp": now + lasts_s}
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@pytest.fixture(scope="module")
def broker() -> Iterator[KafkaBroker]:
    changes = {
        "sasl.enabled.mechanisms": "OAUTHBEARER",
        "listener.name.login.oauthbearer.sasl.jaas.config": f'{MODULE} required unsecuredLoginStringClaim_sub="x";',
    }
    kafka = KafkaBroker(required(lambda: Local(Node(changes=changes)), REQUIRE))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.close()


@pytest.fixture
def endpoint() -> Iterator[Any]:
    """A token endpoint; `logins` counts what it was sent."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.logins.append(self.headers["Authorization"])
            is_known = self.headers["Authorization"].endswith(base64.b64encode(b"me:pw").decode())
            content = json.dumps({"access_token": unsigned_token(), "expires_in": 600}).encode()
            self.send_response(200 if is_known else 401)
            self.end_headers()
            self.wfile.write(content if is_known else b"{}")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.logins = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def settings(broker: KafkaBroker, **values: Any) -> Settings:
    common = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "OAUTHBEARER", "connect_timeout": "10s"}
    return broker.settings(bootstrap_servers=broker.login_bootstrap, **common | values)


def ask(given: Settings) -> Any:
    with clients.connect(lambda: KafkaAdminClient(**clients.admin_config(given)), given) as admin:
        return admin.describe_cluster()["brokers"]


def test_a_token_of_an_endpoint_logs_in_and_is_used_for_every_connection(broker: KafkaBroker, endpoint: Any) -> None:
    url = f"http://127.0.0.1:{endpoint.server_port}/token"
    assert ask(settings(broker, sasl_token_url=url, sasl_username="me", sasl_password=PASSWORD))
    assert len(endpoint.logins) == 1


def test_a_wrong_client_secret_is_reported_at_once(broker: KafkaBroker, endpoint: Any) -> None:
    url = f"http://127.0.0.1:{endpoint.server_port}/token"
    with pytest.raises(ConnectError, match=r"OAUTHBEARER as 'me'.*answered 401") as caught:
        ask(settings(broker, sasl_token_url=url, sasl_username="me", sasl_password=WRONG))
    assert WRONG not in str(caught.value)


def test_a_token_in_a_file_logs_in(broker: KafkaBroker, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(unsigned_token())
    assert ask(settings(broker, sasl_token_file=tmp_path / "token"))


def test_a_missing_token_file_is_named(broker: KafkaBroker, tmp_path: Path) -> None:
    given = settings(broker, sasl_token_file=tmp_path / "token", connect_timeout="2s")
    with pytest.raises(ConnectError, match=r"cannot read the token file .*No such file"):
        ask(given)


def test_an_expired_token_is_rejected(broker: KafkaBroker, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(unsigned_token(lasts_s=-60))
    with pytest.raises(ConnectError, match="rejected the connection or the login"):
        ask(settings(broker, sasl_token_file=tmp_path / "token"))
