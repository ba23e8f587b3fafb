from __future__ import annotations

from dataclasses import replace

from core.jobs.cluster.table import WorkerRow, worker_rows
from core.ledger.current import ledger
from core.ledger.states import State
from core.ledger.store import Record

WORKER = {"name": "trial-1", "nthreads": 1, "memory_limit": 2**30, "metrics": {"memory": 2**26}}


def running(job_id: str, worker: str, title: str = "") -> Record:
    """A job that a worker runs for ann, since second 5."""
    ledger().add(job_id, "question", "ann", title=title)
    ledger().start(job_id, worker=worker)
    job = ledger().record(job_id)
    assert job is not None
    return replace(job, started=5.0)


def test_joins_workers_with_what_they_run() -> None:
    info = {"workers": {"tcp://10.0.0.2:4000": {**WORKER, "resources": {"trial": 1, "cores": 1}}}}
    job = running("job", "tcp://10.0.0.2:4000")
    expected = WorkerRow(
        "trial-1", "10.0.0.2", "tcp://10.0.0.2:4000", "trial", 1, 2**26, 2**30, job_id="job", owner="ann", started=5
    )
    assert worker_rows(info, [replace(job, id="waits", state=State.QUEUED), job]) == [expected]


def test_says_in_words_what_a_worker_has_and_does() -> None:
    idle = WorkerRow("trial-1", "10.0.0.2", "tcp://10.0.0.2:4000", "trial", 1, 64_000_000, 0)
    assert idle.described == "trial-1 on 10.0.0.2, 1 core, 64 MB, idle"
    busy = WorkerRow("0", "box", "tcp://box:1", "training", 8, 10**9, 4 * 10**9, job_id="job", owner="ann", started=5)
    assert busy.described == "0 on box, 8 cores, 1,000 of 4,000 MB, running job for ann"


def test_a_worker_that_was_started_otherwise_offers_nothing() -> None:
    info = {"workers": {"tcp://10.0.0.2:4000": {**WORKER, "name": 7, "memory_limit": None, "resources": {}}}}
    (row,) = worker_rows(info, [])
    assert (row.name, row.resource, row.memory_limit, row.job_id) == ("7", "", 0, None)


def test_what_a_job_calls_itself_is_shown_in_the_place_of_its_id() -> None:
    info = {"workers": {"tcp://box:1": {**WORKER, "resources": {"trial": 1}}}}
    (row,) = worker_rows(info, [running("question-1", "tcp://box:1", "the map of digits")])
    assert row.described.endswith("running the map of digits for ann")
