"""A web server on this machine that serves files well or badly."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.data.mirrors import Mirror, RemoteFile


class Server(ThreadingHTTPServer):
    """Serves files from memory, each as its folder says: whole, truncated, wrong, stalled, slow or missing."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = files
        self.asked: list[str] = []
        self.go_on = threading.Event()

    def mirror(self, behaviour: str, *names: str) -> Mirror:
        files = (
            RemoteFile(name, "md5:" + hashlib.md5(self.files[name]).hexdigest(), len(self.files[name]))
            for name in names
        )
        return Mirror(f"http://127.0.0.1:{self.server_port}/{behaviour}/", tuple(files))


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        _, behaviour, name = self.path.split("/")
        self.server.asked.append(behaviour)
        content = self.server.files[name]
        if behaviour == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self._send(behaviour, content)

    def _send(self, behaviour: str, content: bytes) -> None:
        half = len(content) // 2
        if behaviour == "wrong":
            content = content[:-1] + bytes([content[-1] ^ 1])
        self.wfile.write(content[:half])
        if behaviour == "stalled":
            self.server.go_on.wait(30)
        elif behaviour == "slow":
            for position in range(half, len(content), 100):
                self.wfile.write(content[position : position + 100])
                self.wfile.flush()
        elif behaviour != "truncated":
            self.wfile.write(content[half:])

    def log_message(self, *_: object) -> None:
        pass
