"""A Streamlit server of its own and a Chromium, for measurements and for the tests in a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError, WorkError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 60.0


@dataclass(frozen=True)
class App:
    """A Streamlit script to serve, and the environment that it gets on top of this process's own."""

    name: str
    script: Path
    environment: Mapping[str, str] = field(default_factory=dict)


DIGIT_LAB = App("Digit Lab", PROJECT / "Home.py")
FLOOR = App("floor app", PROJECT / "tests" / "browser" / "floor" / "Home.py")


def free_port() -> int:
    """Return a port of this computer on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port: int = listener.getsockname()[1]
        return port


def start(app: App, port: int, home: Path) -> subprocess.Popen[bytes]:
    """Run `streamlit run` from the project's folder, whose settings and theme every app shares."""
    if not app.script.is_file():
        raise InputError(
            f"The {app.name} is not there: {app.script} does not exist. Work from a checkout of Digit Lab."
        )
    command = [sys.executable, "-m", "streamlit", "run", str(app.script), f"--server.port={port}"]
    environment = {**os.environ, "DIGITLAB_HOME": str(home), **app.environment}
    with (home / "server.log").open("ab") as log:
        return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return as soon as the server takes connections; raises WorkError when it ends or takes longer than a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise WorkError(f"The server did not start on port {port}; its log ends: {log.read_text()[-800:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and every process that it started."""
    import psutil

    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for child in psutil.wait_procs(family, timeout=5)[1]:
        child.kill()


@contextmanager
def serving(app: App, home: Path | None = None) -> Iterator[str]:
    """Serve an app on a free port; yields its address, `http://localhost:<port>`.

    Parameters
    ----------
    app : App
        What to serve.
    home : Path, optional
        Its `DIGITLAB_HOME`, where `server.log` is written too; a temporary folder if not said.

    Raises
    ------
    InputError
        The app's script does not exist.
    WorkError
        The server did not start.
    """
    with tempfile.TemporaryDirectory(prefix="digit-lab-", ignore_cleanup_errors=True) as temporary:
        folder = home or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        process = start(app, port, folder)
        try:
            wait_until_listening(process, port, folder / "server.log")
            yield f"http://localhost:{port}"
        finally:
            stop(process)


def find_chromium() -> str | None:
    """Return path of a Chromium or Chrome: the system's own, else the one that Playwright has downloaded, else None."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """Provide a headless Chromium; raises WorkError where Playwright or a Chromium is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise WorkError(
            "Playwright, which drives the browser, is not installed: pip install -r tests/requirements.txt"
        ) from error
    path = find_chromium()
    if path is None:
        raise WorkError("No Chromium was found: install `chromium`, or run `playwright install chromium`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
