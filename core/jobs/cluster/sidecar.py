"""`python -m core.jobs.cluster.sidecar`: the process that owns the embedded cluster, and everything it starts.

It prints the scheduler's address and the certificate that opens it as one JSON line, and ends with its whole process
tree when its standard input closes: the process that started it holds the other end, so even a `kill -9` there leaves
nothing behind. The certificate is made for this cluster, lives in memory, and is handed over on the pipe alone: Dask
runs what it is sent, so without it every account that reaches the loopback interface could run code as this user.
A cluster started by the web process itself would run the page again in every worker (`__mp_main__`), and outlive it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import threading

import psutil

CREDENTIALS = ("tls_ca_file", "tls_client_cert", "tls_client_key")
"""What a client needs of `distributed.security.Security`, each the text of a PEM file."""


def end_process_tree() -> None:
    """Kill every process below this one, then those left in its group, then this one."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def end_with_standard_input() -> None:
    """Read standard input to its end, then end everything."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    end_process_tree()


async def serve(trials: int | None, announcement: int) -> None:
    """Run the cluster on the loopback interface; write how to reach it to the file descriptor, and wait for ever."""
    from distributed import Scheduler, SpecCluster

    from core.jobs.cluster.certificate import throw_away_security
    from core.jobs.cluster.workers import JobNanny, worker_options

    security = throw_away_security()
    common = {"host": "127.0.0.1", "protocol": "tls", "security": security}
    scheduler = {"cls": Scheduler, "options": {**common, "port": 0, "dashboard": False}}
    workers = {
        name: {"cls": JobNanny, "options": {**options, **common}} for name, options in worker_options(trials).items()
    }
    async with SpecCluster(workers=workers, scheduler=scheduler, security=security, asynchronous=True) as cluster:
        credentials = {name: getattr(security, name) for name in CREDENTIALS}
        with os.fdopen(announcement, "w") as stream:
            stream.write(json.dumps({"address": cluster.scheduler_address, "credentials": credentials}) + "\n")
        await asyncio.Event().wait()


def main() -> None:
    """Start the cluster with `--trials` workers for trials; what workers print goes to standard error."""
    parser = argparse.ArgumentParser(prog="core.jobs.cluster.sidecar")
    parser.add_argument("--trials", type=int, default=None)
    trials = parser.parse_args().trials
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    announcement = os.dup(1)
    os.dup2(2, 1)
    import dask

    from core.jobs.cluster.workers import CONFIGURATION

    dask.config.set(CONFIGURATION)
    asyncio.run(serve(trials, announcement))


if __name__ == "__main__":
    main()
