"""The proxies' configurations of `docs/proxy/`, each in front of a real server, with a real page through it."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.benchmarks.servers import DIGIT_LAB, serving
from tests.cluster.servers import free_port, running

CONFIGURATIONS = Path(__file__).parents[2] / "docs" / "proxy"
EXPECTED = {"X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}

pytestmark = pytest.mark.browser


def certificate(folder: Path) -> None:
    """Write a certificate for `localhost` and its key, as somebody would buy one for a real name."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "lab.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "lab.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@contextmanager
def nginx(folder: Path, app_port: int) -> Iterator[str]:
    port = free_port()
    certificate(folder)
    text = (CONFIGURATIONS / "nginx.conf").read_text("utf-8")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl").replace(":8501", f":{app_port}")
    text = re.sub(r"/etc/ssl/lab\.example\.org", str(folder / "lab"), text).replace("lab.example.org", "localhost")
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"pid {folder}/nginx.pid; error_log stderr; daemon off; events {{}}"
    (folder / "nginx.conf").write_text(f"{head} http {{ access_log off; {paths}\n{text}\n}}")
    with running(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], folder / "proxy.log", port):
        yield f"https://localhost:{port}"


@contextmanager
def caddy(folder: Path, app_port: int) -> Iterator[str]:
    port = free_port()
    text = (CONFIGURATIONS / "Caddyfile").read_text("utf-8")
    text = text.replace("lab.example.org {", f"http://localhost:{port} {{").replace(":8501", f":{app_port}")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with running(command, folder / "proxy.log", port):
        yield f"http://localhost:{port}"


@pytest.mark.parametrize("proxy", [nginx, caddy], ids=["nginx", "caddy"])
def test_pages_work_behind_it_with_its_headers(proxy, browser: Browser, tmp_path: Path) -> None:
    if not shutil.which(proxy.__name__):
        pytest.skip(f"{proxy.__name__} is not installed.")
    with serving(DIGIT_LAB) as app, proxy(tmp_path, urlsplit(app).port) as address:
        answer = requests.get(address, timeout=60, verify=False)
        assert answer.ok and EXPECTED.items() <= answer.headers.items()
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert requests.get(f"{address}/_stcore/metrics", timeout=60, verify=False).status_code == 404
        page = browser.new_page(ignore_https_errors=True)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        try:
            for path, shown in (("/Draw", ".upper-canvas"), ("/Errors", ".js-plotly-plot")):
                page.goto(address + path)
                expect(page.locator(shown).first).to_be_visible(timeout=90_000)
        finally:
            page.close()
    assert not [text for text in complaints if "Content Security Policy" in text or "Refused to" in text]
