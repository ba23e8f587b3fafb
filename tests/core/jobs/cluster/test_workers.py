from __future__ import annotations

import pytest

from core.errors import ClusterError, ParameterError
from core.jobs.cluster.workers import run_worker, worker_options


def test_one_worker_trains_and_the_others_try() -> None:
    options = worker_options(trials=2)
    assert [{**option["resources"], "cores": 0} for option in options.values()] == [
        {"training": 1, "cores": 0},
        {"trial": 1, "cores": 0},
        {"trial": 1, "cores": 0},
    ]
    assert {option["nthreads"] for option in options.values()} == {1}


def test_names_a_scheduler_that_cannot_be_joined() -> None:
    with pytest.raises(ClusterError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1;"):
        run_worker("tcp://127.0.0.1:1")


def test_says_that_an_address_needs_a_certificate() -> None:
    with pytest.raises(ClusterError, match=r"tls://127\.0\.0\.1:1 needs a certificate, and Dask's configuration names"):
        run_worker("tls://127.0.0.1:1")


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:port", "http://127.0.0.1:1", "ucx://127.0.0.1:1"])
def test_refuses_to_join_what_is_not_an_address(address: str) -> None:
    with pytest.raises(ClusterError, match=f"No Dask scheduler answers at {address};"):
        run_worker(address)


def test_refuses_a_negative_number_of_trials() -> None:
    with pytest.raises(ParameterError, match="`trials` must be 0 or more; got -1"):
        run_worker("tcp://127.0.0.1:1", trials=-1)
