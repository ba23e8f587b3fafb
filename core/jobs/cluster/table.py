"""The cluster as a table, for a page and for `doctor`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from core.ledger.states import State

if TYPE_CHECKING:
    from core.ledger.store import Record


@dataclass(frozen=True)
class WorkerRow:
    """One worker process.

    Attributes
    ----------
    name, host, address : str
        What Dask calls it, the machine it is on, and where it listens.
    resource : str
        "training" or "trial"; "" for a worker that `python -m core worker` did not start, which gets no jobs.
    cores : int
        Threads its jobs may use.
    memory, memory_limit : int
        Resident memory now, and the most before it is killed, in bytes; 0 for no limit.
    job_id, title, owner : str or None
        What it runs now, in words where its job has any, and for whom.
    started : float or None
        When that job started, in seconds since the epoch.
    """

    name: str
    host: str
    address: str
    resource: str
    cores: int
    memory: int
    memory_limit: int
    job_id: str | None = None
    title: str | None = None
    owner: str | None = None
    started: float | None = None

    @property
    def described(self) -> str:
        """In words: "laptop-0 on 10.0.0.4, 2 cores, 210 of 4,000 MB, running a1b2c3 for anna"."""
        used = f"{self.memory / 1e6:,.0f} MB"
        if self.memory_limit:
            used = f"{self.memory / 1e6:,.0f} of {self.memory_limit / 1e6:,.0f} MB"
        work = f"running {self.title or self.job_id} for {self.owner}" if self.job_id else "idle"
        cores = "1 core" if self.cores == 1 else f"{self.cores} cores"
        return f"{self.name} on {self.host}, {cores}, {used}, {work}"


def worker_rows(info: Mapping[str, Any], jobs: Sequence[Record]) -> list[WorkerRow]:
    """Join Dask's `scheduler_info` with the active jobs of the ledger; sorted by host and name."""
    running = {job.worker: job for job in jobs if job.state is State.RUNNING}
    rows = [_row(address, worker, running.get(address)) for address, worker in info["workers"].items()]
    return sorted(rows, key=lambda row: (row.host, row.name))


def _row(address: str, worker: Mapping[str, Any], job: Record | None) -> WorkerRow:
    resources = worker["resources"]
    return WorkerRow(
        name=str(worker["name"]),
        host=urlsplit(address).hostname or address,
        address=address,
        resource=next((name for name in ("training", "trial") if name in resources), ""),
        cores=int(resources.get("cores", worker["nthreads"])),
        memory=worker.get("metrics", {}).get("memory", 0),
        memory_limit=worker["memory_limit"] or 0,
        job_id=job.id if job else None,
        title=job.title or None if job else None,
        owner=job.owner if job else None,
        started=job.started if job else None,
    )
