"""Dask's own scheduler, started so that it can read Digit Lab's jobs.

The scheduler unpickles the graph of tasks, so it must be able to import `core`. The console script `dask scheduler`
has the folder of that script on its path, not the project's; a process of this project has the right one.
"""

from __future__ import annotations

import dask
from distributed.cli.dask_scheduler import main

from core.errors import ClusterError
from core.jobs.cluster.workers import CONFIGURATION
from core.settings import settings


def run_scheduler(host: str, port: int) -> None:
    """Listen at `host` and `port` until the process is interrupted.

    Raises
    ------
    ClusterError
        It cannot listen there.
    """
    options = ["--host", host, "--port", str(port), "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    with dask.config.set({**CONFIGURATION, "temporary-directory": str(settings().cache / "scheduler")}):
        try:
            main(options, standalone_mode=False)
        except (OSError, ValueError, RuntimeError) as error:
            reason = getattr(error.__cause__ or error, "strerror", None) or error
            raise ClusterError(
                f"The scheduler cannot listen at {host}:{port}: {reason}. Choose another --host or --port."
            ) from error
