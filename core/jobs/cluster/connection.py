"""The way to a scheduler: one of our own, started with the first job, or the one at `DASK_SCHEDULER_ADDRESS`."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ClusterError
from core.settings import settings

if TYPE_CHECKING:
    from distributed import Client

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[3]
SECONDS_TO_START = 90.0
SECONDS_TO_CONNECT = 4
SECONDS_TO_END = 10.0
LARGEST_LOG = 2**20


FAILURES = (OSError, ValueError, TypeError)
"""What Dask raises where it cannot connect: the last where it has no certificate, or no such kind of address."""


def unreachable(address: str, error: Exception | None = None) -> str:
    """Return what to say about a scheduler that does not answer."""
    if isinstance(error, TypeError) and address.startswith("tls:"):
        return (
            f"{address} needs a certificate, and Dask's configuration names none "
            "(`distributed.comm.tls`; README, More than one machine)."
        )
    return (
        f"No Dask scheduler answers at {address}; start one there (`python -m core scheduler`), or unset "
        "DASK_SCHEDULER_ADDRESS to work on this machine."
    )


class Sidecar:
    """The process `core.jobs.cluster.sidecar`, as its parent sees it.

    Parameters
    ----------
    trials : int, optional
        Number of workers for trials; one a core if not given.

    Raises
    ------
    ClusterError
        Its log cannot be written, it ended, or it gave no address in time.

    Attributes
    ----------
    address : str
        Of the scheduler, "tls://127.0.0.1:port".
    credentials : dict of str to str
        PEM texts by their names in `distributed.security.Security`; only who holds them can connect.
    """

    def __init__(self, trials: int | None = None) -> None:
        self.log = settings().home / "logs" / "sidecar.log"
        try:
            self.process = self._start([] if trials is None else ["--trials", str(trials)])
        except OSError as error:
            raise ClusterError(f"The workers cannot write their log {self.log}: {error.strerror}.") from error
        announced = self._read_announcement()
        self.address: str = announced["address"]
        self.credentials: dict[str, str] = announced["credentials"]

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        long = self.log.exists() and self.log.stat().st_size > LARGEST_LOG
        path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
        with self.log.open("wb" if long else "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "core.jobs.cluster.sidecar", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": path},
                **_own_process_group(),
            )

    def _read_announcement(self) -> dict[str, Any]:
        lines: list[bytes] = []
        assert self.process.stdout is not None
        reader = threading.Thread(target=lambda: lines.append(self.process.stdout.readline()), daemon=True)  # type: ignore[union-attr]
        reader.start()
        reader.join(SECONDS_TO_START)
        if not lines or not lines[0]:
            self.close()
            raise ClusterError(f"The workers did not start; the reason is at the end of {self.log}.")
        announced: dict[str, Any] = json.loads(lines[0])
        return announced

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """Close its standard input, on which it ends with all its workers; returns when it has."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def _own_process_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


class Connection:
    """A Dask client that is made when it is first needed, and again when its scheduler has gone.

    Attributes
    ----------
    notice : str
        What has happened to the workers that people should know; empty when nothing has.
    """

    def __init__(self, trials: int | None = None) -> None:
        self.notice = ""
        self._trials = trials
        self._sidecar: Sidecar | None = None
        self._client: Client | None = None
        self._lock = threading.RLock()

    def current(self) -> Client | None:
        """Return the client if it is connected now; starts nothing."""
        client, sidecar = self._client, self._sidecar
        dead = sidecar is not None and not sidecar.alive
        return client if client is not None and client.status == "running" and not dead else None

    def client(self) -> Client:
        """Return a connected client, starting what is needed; raises ClusterError when that fails."""
        with self._lock:
            if (client := self.current()) is not None:
                return client
            if self._client is not None:
                self._tell_restart()
                self.close()
            address = settings().scheduler_address
            if address is None:
                self._sidecar = Sidecar(self._trials)
                self._client = _connect(self._sidecar.address, self._sidecar.credentials)
            else:
                self._client = _connect(address)
            return self._client

    def _tell_restart(self) -> None:
        gone = "The workers stopped unexpectedly" if self._sidecar else "The connection to the Dask scheduler was lost"
        self.notice = (
            f"{gone}. Trainings and trials that were running are queued again once; new jobs run on new workers."
        )
        logger.warning(self.notice)

    def close(self) -> None:
        """Let go of the scheduler, and end the sidecar with all its workers."""
        with self._lock:
            client, self._client = self._client, None
            sidecar, self._sidecar = self._sidecar, None
        if client is not None:
            client.close(timeout=2)
        if sidecar is not None:
            sidecar.close()


def _connect(address: str, credentials: Mapping[str, str] | None = None) -> Client:
    """Connect with the credentials of our own cluster, or with what Dask's configuration says of TLS."""
    import dask
    from distributed import Client
    from distributed.security import Security

    dask.config.set({"distributed.comm.timeouts.connect": f"{SECONDS_TO_CONNECT}s"})
    try:
        security = Security(require_encryption=True, **credentials) if credentials else None
        return Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False, security=security)
    except FAILURES as error:
        raise ClusterError(unreachable(address, error)) from error
