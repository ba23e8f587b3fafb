"""Nobody but the process that started the embedded cluster can run code on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.jobs.cluster.connection import PROJECT
from core.jobs.cluster.executor import Executor

INTRUDER = """
import os, sys
import distributed.comm.tcp
from distributed import Client
from distributed.security import Security
attempts = {{
    "without TLS": (sys.argv[1].replace("tls://", "tcp://"), None),
    "with a certificate of its own": (sys.argv[1], Security.temporary()),
}}
{become_nobody}
for how, (address, security) in attempts.items():
    try:
        client = Client(address, security=security, timeout=5, set_as_default=False)
        client.submit(open, sys.argv[2], "w").result(timeout=5)
    except OSError as error:
        print(how, "refused", type(error).__name__)
    else:
        print(how, "RAN")
"""
BECOME_NOBODY = "os.setgid(65534); os.setuid(65534)"

pytestmark = pytest.mark.processes


def test_another_account_is_refused(tmp_path: Path) -> None:
    mark = tmp_path / "was here"
    tmp_path.chmod(0o777)
    with Executor(trials=0) as executor:
        executor.submit("own", "os:getpid", owner="ann")
        outcome = executor.outcome("own", timeout=90)
        assert outcome is not None and outcome.state == "finished"
        address = executor.cluster_table()[0].address
        scheduler = executor._connection.client().scheduler.address
        is_root = getattr(os, "geteuid", lambda: 1)() == 0
        program = INTRUDER.format(become_nobody=BECOME_NOBODY if is_root else "")
        tried = subprocess.run(
            [sys.executable, "-c", program, scheduler, str(mark)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)}, cwd="/", capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
    assert address.startswith("tls://127.0.0.1:")
    assert tried.stdout.count("refused") == 2 and "RAN" not in tried.stdout, tried.stdout + tried.stderr[-2000:]
    assert not mark.exists()
