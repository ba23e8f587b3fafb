"""`scheduler`: the Dask scheduler that the workers of several machines join."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scheduler")(scheduler)


def scheduler(
    host: Annotated[str, typer.Option(help="Listen at this address; 0.0.0.0 for every network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Listen on this port.")] = 8786,
) -> None:
    """Run the Dask scheduler that workers join, until Ctrl-C."""
    from core.jobs.cluster.scheduler import run_scheduler

    run_scheduler(host, port)
