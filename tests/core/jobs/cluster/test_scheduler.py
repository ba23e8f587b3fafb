from __future__ import annotations

import socket

import pytest

from core.errors import ClusterError
from core.jobs.cluster.scheduler import run_scheduler


def test_names_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ClusterError, match=rf"cannot listen at 127\.0\.0\.1:{port}: Address already in use\. Choose"
        ):
            run_scheduler("127.0.0.1", port)


def test_names_a_host_that_is_not_this_machine() -> None:
    with pytest.raises(ClusterError, match=r"cannot listen at nowhere\.invalid:1: .*Choose another --host"):
        run_scheduler("nowhere.invalid", 1)
