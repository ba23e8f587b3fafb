"""`worker`: join the cluster at `DASK_SCHEDULER_ADDRESS` with this machine's cores."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from core.data.sources import load_dataset
from core.errors import InputError
from core.settings import settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    trials: Annotated[int | None, typer.Option(help="Number of trials to run at once. Default: one per core.")] = None,
) -> None:
    """Join the cluster at DASK_SCHEDULER_ADDRESS, until its scheduler goes away or Ctrl-C."""
    address = settings().scheduler_address
    if address is None:
        raise InputError("Set DASK_SCHEDULER_ADDRESS to the address of the scheduler, tcp://HOST:8786.")
    dataset = load_dataset()
    print(f"Joining {address} with {dataset.name} ({dataset.fingerprint}).", file=sys.stderr)
    from core.jobs.cluster.workers import run_worker

    run_worker(address, trials)
