"""The worker processes: what each offers, how it is started, and joining a cluster that exists.

One worker runs full trainings, one at a time, on all cores; the others evaluate the trials of a search on one thread
each. They are separate processes because TensorFlow and BLAS fix their number of threads when they are first used.
Only the sidecar and `python -m core worker` import this module: it imports Dask.
"""

from __future__ import annotations

import asyncio
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Nanny
from distributed.system import MEMORY_LIMIT

from core.errors import ClusterError, ParameterError
from core.jobs.cluster.connection import FAILURES, SECONDS_TO_CONNECT, unreachable
from core.jobs.cluster.ctrl_c import hear_ctrl_c_alone
from core.settings import settings

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
BYTES_A_TRIAL = 3 * 2**29  # a process with TensorFlow and one training of the CNN
MOST_TRIALS = 16
CONFIGURATION = {
    # A killed worker's job is lost, not repeated.
    "distributed.scheduler.allowed-failures": 0,
    # A paused worker would let jobs wait for ever, and there is nothing to spill: only the kill is of use.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "60s",
    "distributed.comm.timeouts.connect": "10s",
}
SECONDS_TO_START = 60.0
IGNORE_CTRL_C = "core.jobs.cluster.ignore_ctrl_c"
"""The module that a worker process imports in its main thread before it joins the cluster."""


class JobNanny(Nanny):
    """A nanny that gives its worker a number of threads, and kills a job without waiting for it.

    A terminal sends Ctrl-C to the workers too: they leave it to their nanny, which ends them.
    """

    def __init__(self, *args: Any, threads: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "preload": [IGNORE_CTRL_C]})
        own: dict[str, str] = dict.fromkeys(THREAD_VARIABLES, str(threads))
        self.pre_spawn_env: dict[str, str] = self.pre_spawn_env | own

    async def kill(self, timeout: float = 0.5, reason: str = "nanny-kill") -> None:
        """Kill the worker process; a job's thread cannot be asked to end, so half a second must do."""
        await super().kill(timeout=min(timeout, 0.5), reason=reason)


def trial_count() -> int:
    """Return how many trials run at once on this machine: one a core, as far as memory goes."""
    return max(1, min(CPU_COUNT, MEMORY_LIMIT // BYTES_A_TRIAL, MOST_TRIALS))


def worker_options(trials: int | None = None) -> dict[str, dict[str, Any]]:
    """Return the options of each `JobNanny` of this machine by name: one for trainings, then `trials` for trials."""
    trials = trial_count() if trials is None else trials
    threads = {"training": CPU_COUNT} | {f"trial-{number}": 1 for number in range(1, trials + 1)}
    return {
        name: {
            "nthreads": 1,
            "threads": count,
            "resources": {name.partition("-")[0]: 1, "cores": count},
            "memory_limit": MEMORY_LIMIT,
            "local_directory": str(settings().cache / "workers"),
        }
        for name, count in threads.items()
    }


def run_worker(address: str, trials: int | None = None) -> None:
    """Join the cluster at `address` with this machine's workers, until its scheduler goes away.

    Parameters
    ----------
    address : str
        The scheduler, as "tcp://host:8786".
    trials : int, optional
        How many trials run at once here, one a core if not given.

    Raises
    ------
    ParameterError
        `trials` is negative.
    ClusterError
        The scheduler cannot be reached, or went away.
    """
    if trials is not None and trials < 0:
        raise ParameterError(f"`trials` must be 0 or more; got {trials}.")
    with dask.config.set(CONFIGURATION):
        try:
            asyncio.run(_join(address, trials))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


async def _join(address: str, trials: int | None) -> None:
    try:
        await _greet(address)
    except FAILURES as error:
        raise ClusterError(unreachable(address, error)) from error
    joining = asyncio.current_task()
    assert joining is not None
    hear_ctrl_c_alone(joining.cancel)
    nannies = [JobNanny(address, **options) for options in worker_options(trials).values()]
    starting = [asyncio.ensure_future(nanny) for nanny in nannies]
    try:
        await asyncio.shield(asyncio.gather(*starting))
        await asyncio.gather(*(nanny.finished() for nanny in nannies))  # type: ignore[no-untyped-call]
    finally:
        await asyncio.wait(starting, timeout=SECONDS_TO_START)  # a nanny cannot be closed while its worker starts
        await asyncio.gather(*(nanny.close(timeout=2) for nanny in nannies))
    raise ClusterError(
        f"The connection to the Dask scheduler at {address} was lost; restart this worker when the scheduler is back."
    )


async def _greet(address: str) -> None:
    from distributed.core import rpc

    async with rpc(address, timeout=SECONDS_TO_CONNECT) as scheduler:
        await asyncio.wait_for(scheduler.identity(), SECONDS_TO_CONNECT)
