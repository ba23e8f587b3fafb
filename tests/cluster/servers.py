"""PostgreSQL, an MLflow server, a Dask scheduler and workers, each a process of its own on the loopback interface."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PROJECT = Path(__file__).parents[2]
POSTGRES_FOLDERS = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/bin")]


def postgres_program(name: str) -> str | None:
    """Where a program of PostgreSQL's server is: on the path, or where Debian puts it."""
    places = [shutil.which(name), *(str(folder / name) for folder in POSTGRES_FOLDERS)]
    return next((place for place in places if place and Path(place).exists()), None)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"a server did not start: {log.read_text()[-2000:]}")


@contextmanager
def running(command: list[str], log: Path, port: int | None = None, **options: object) -> Iterator[subprocess.Popen]:
    """A process for the length of the block; its whole tree ends with it."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, **{"cwd": PROJECT, **options})  # type: ignore[call-overload]
    try:
        if port is not None:
            wait_for_port(port, process, log)
        yield process
    finally:
        end_tree(process.pid)
        process.wait()


def end_tree(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()


@contextmanager
def postgres(folder: Path, databases: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """A PostgreSQL server with empty databases; yields their addresses by name."""
    data, port, sockets = folder / "data", free_port(), folder / "sockets"
    sockets.mkdir(parents=True)
    user = unprivileged(folder)
    initdb, server = postgres_program("initdb"), postgres_program("postgres")
    assert initdb and server
    command = [initdb, "-D", str(data), "-U", "lab", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    made = subprocess.run(command, capture_output=True, text=True, **user)  # type: ignore[call-overload]
    assert made.returncode == 0, made.stdout + made.stderr
    command = [server, "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(sockets), "-F"]
    with running(command, folder / "postgres.log", port, **user):
        base = f"postgresql://lab@127.0.0.1:{port}"
        _create_databases(base, databases)
        yield {name: f"{base}/{name}" for name in databases}


def unprivileged(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root; Debian's package makes the user `postgres`."""
    if os.name != "posix" or os.getuid() != 0:
        return {}
    for place in (folder, *folder.rglob("*")):
        shutil.chown(place, "postgres", "postgres")
    for parent in folder.parents:
        if parent.owner() == "root" and parent != Path("/") and parent.stat().st_mode & 0o11 != 0o11:
            parent.chmod(parent.stat().st_mode | 0o11)
    return {"user": "postgres", "group": "postgres", "cwd": str(folder)}


def _create_databases(base: str, names: tuple[str, ...]) -> None:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import OperationalError

    engine = create_engine(f"{base}/postgres", isolation_level="AUTOCOMMIT")
    deadline = time.monotonic() + 60
    while True:
        try:
            with engine.connect() as connection:
                for name in names:
                    connection.execute(text(f"CREATE DATABASE {name}"))
            break
        except OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.2)
    engine.dispose()
