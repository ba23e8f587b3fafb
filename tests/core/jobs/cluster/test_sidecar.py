from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from cryptography import x509

from core.jobs.cluster.certificate import throw_away_security
from core.jobs.cluster.connection import PROJECT
from tests.core.jobs.polling import FUNCTIONS, running, started, until

PARENT = f"""
import sys, time
from core.jobs.cluster.executor import Executor
executor = Executor(trials=1)
executor.submit("held", "{FUNCTIONS}:hold_with_child", sys.argv[1], owner="ann")
time.sleep(300)
"""

pytestmark = pytest.mark.processes


def test_kill_9_of_the_parent_leaves_no_process(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], env=environment) as parent:
        try:
            until(lambda: started(tmp_path))
            family = [process.pid for process in psutil.Process(parent.pid).children(recursive=True)]
        finally:
            parent.kill()
    child = int(started(tmp_path)[0][1])
    assert child in family and len(family) >= 4  # the sidecar, two workers, the job's own child
    until(lambda: not any(running(pid) for pid in family), seconds=30)


def test_workers_can_connect_whatever_the_clock_says() -> None:
    """A clock that is set right while they run would end a certificate that is valid from now on, for a year."""
    certificate = x509.load_pem_x509_certificate(throw_away_security().tls_ca_file.encode())
    assert certificate.not_valid_before_utc.year == 1970
    assert certificate.not_valid_after_utc.year == 9999


def test_the_web_process_imports_no_training_library() -> None:
    heavy = ["tensorflow", "keras", "sklearn", "distributed", "mlflow"]
    script = f"import sys, core.jobs.cluster.executor; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert answer.stdout.strip() == "[]"
