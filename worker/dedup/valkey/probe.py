"""Finds out whether a port that does not answer expects the other protocol: TLS instead of plain text, or the reverse.

Neither side notices such a mismatch: a server without TLS takes the handshake for the beginning of a command and waits
for more, and a server with TLS hangs up. So this tries the port once with the other protocol, without a login.
"""

from __future__ import annotations

import socket
import ssl

from worker.config.index_address import Address

TIMEOUT_S = 2.0

_ANSWERS = (b"+", b"-")  # PONG, or an error that asks for the login


def mismatch(address: Address) -> str | None:
    """The mistake in the address, and how to correct it; None if there is no sign of a mismatch."""
    try:
        with socket.create_connection((address.host, address.port), TIMEOUT_S) as connection:
            if address.tls:
                if _answers_plainly(connection):
                    return "does not speak TLS on this port: write valkey://, or give its TLS port"
            elif _speaks_tls(connection):
                return "speaks TLS on this port: write valkeys://, or give its port without TLS"
    except OSError:
        pass
    return None


def _answers_plainly(connection: socket.socket) -> bool:
    connection.sendall(b"PING\r\n")
    return connection.recv(1) in _ANSWERS


def _speaks_tls(connection: socket.socket) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # its identity does not matter: we send it nothing
    try:
        context.wrap_socket(connection).close()
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "")  # it refuses us, but in TLS
    return True
