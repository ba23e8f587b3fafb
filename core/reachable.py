"""Whether a server answers at all, asked before its client is: clients try for minutes, or wait without end."""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

SECONDS = 10.0
PORTS = {"postgresql": 5432, "mysql": 3306, "http": 80, "https": 443}
ASKED = {
    "postgresql": struct.pack("!ii", 8, 80877103),  # SSLRequest, which every server answers with one letter
    "mysql": b"",  # the server speaks first
    "http": b"HEAD / HTTP/1.0\r\n\r\n",
}
"""What makes a server say something, by the scheme of its address; with TLS the connection alone must do."""


def require_answer(address: str) -> None:
    """Knock at a server's address, of a database or of HTTP; an address of another kind passes.

    Raises
    ------
    ConnectionError
        It took the connection and says nothing.
    OSError
        It cannot be connected to, or the address cannot be read.
    """
    try:
        parts = urlsplit(address)
        scheme, port = parts.scheme.partition("+")[0], parts.port
    except ValueError as error:
        raise OSError(f"its address cannot be read ({error})") from None
    if scheme not in PORTS or not parts.hostname or (scheme in getproxies() and not proxy_bypass(parts.hostname)):
        return
    with socket.create_connection((parts.hostname, port or PORTS[scheme]), timeout=SECONDS) as connection:
        if scheme in ASKED:
            _require_word(connection, ASKED[scheme])


def _require_word(connection: socket.socket, asked: bytes) -> None:
    try:
        connection.sendall(asked)
        answered = connection.recv(1)
    except TimeoutError:
        answered = b""
    if not answered:
        raise ConnectionError(f"it does not answer within {SECONDS:.0f} s")
