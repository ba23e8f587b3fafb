"""Twenty workers and 500 trials that sleep: what a trial costs its coordinator, the database and the page.

Run by hand, `python -m pytest -m load -n 0 -s tests/load/test_many_workers.py`; it prints the figures.
"""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import DownloadError
from core.jobs.cluster.executor import Executor
from core.jobs.tuning import search_actions, sent_trials
from core.jobs.tuning.search_coordinator import Coordinator
from core.jobs.tuning.view import view
from tests.cluster.readme import PROJECT, environment
from tests.cluster.servers import free_port, postgres, postgres_program, running
from tests.core.jobs.polling import until
from tests.core.jobs.searching import small_search
from tests.load.sleeping import SECONDS

WORKERS, TRIALS = 20, 500

pytestmark = [
    pytest.mark.load,
    pytest.mark.processes,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        not postgres_program("initdb"), reason="Needs PostgreSQL's programs: apt-get install postgresql."
    ),
]


@pytest.fixture
def database(migrated: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with postgres(tmp_path / "postgres", ("studies",)) as databases:
        monkeypatch.setenv("DIGITLAB_STUDIES", databases["studies"])
        yield databases["studies"]


@pytest.fixture
def cluster(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A scheduler and twenty workers for trials, in processes of their own, as on other machines."""
    port, home = free_port(), tmp_path / "machine"
    home.mkdir()
    told = environment(home, DIGITLAB_STUDIES=database, DASK_SCHEDULER_ADDRESS=f"tcp://127.0.0.1:{port}")
    with ExitStack() as stack:
        for name, words, opened in (
            ("scheduler", ["scheduler", "--host", "127.0.0.1", "--port", str(port)], port),
            ("worker", ["worker", "--trials", str(WORKERS)], None),
        ):
            command = ["python", "-m", "core", *words]
            stack.enter_context(running(command, tmp_path / f"{name}.log", opened, env=told))
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", f"tcp://127.0.0.1:{port}")
        yield


class Database:
    """What PostgreSQL counts of its work in the database of studies and jobs."""

    COUNTS = (
        "SELECT xact_commit, tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = 'studies'"
    )

    def __init__(self, address: str) -> None:
        from sqlalchemy import create_engine

        self._engine = create_engine(address.replace("/studies", "/postgres"))

    def counts(self) -> tuple[int, int]:
        """Transactions and rows written so far."""
        from sqlalchemy import text

        with self._engine.connect() as connection:
            commits, rows = connection.execute(text(self.COUNTS)).one()
        return int(commits), int(rows)


@pytest.fixture
def _no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise DownloadError("Tests download nothing.")

    monkeypatch.setattr("core.data.background.download", refuse)


def page_seconds(name: str) -> float:
    """The median of five runs of Tune's page with the search open."""
    page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=120)
    page.switch_page("pages/3_Tune.py")
    page.query_params["search"] = name
    page.run()
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        page.run()
        seconds.append(time.perf_counter() - began)
    assert not page.exception
    assert page.dataframe, "the table of trials is there"
    return statistics.median(seconds)


@pytest.mark.usefixtures("_no_download")
def test_twenty_workers_and_five_hundred_trials(
    cluster: None,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sent_trials, "TRIAL", "tests.load.sleeping:run_trial")
    search_actions.create(small_search(trials=TRIALS), "many")
    counted, own = Database(database), psutil.Process()
    with Executor() as executor:
        until(lambda: sum(row.resource == "trial" for row in executor.cluster_table()) == WORKERS, 240)
        coordinator = Coordinator("many", executor)
        spent, before, began = sum(own.cpu_times()[:2]), counted.counts(), time.monotonic()
        thread = threading.Thread(target=coordinator.run)
        thread.start()
        thread.join(900)
        took = time.monotonic() - began
        cost = (sum(own.cpu_times()[:2]) - spent) / TRIALS
        time.sleep(2)  # PostgreSQL counts with a delay
        commits, rows = (after - earlier for after, earlier in zip(counted.counts(), before, strict=True))
    found = view("many")
    figures = {
        "workers": WORKERS,
        "trials": TRIALS,
        "seconds": round(took, 1),
        "share of the workers' time at work": round(TRIALS * SECONDS / (took * WORKERS), 2),
        "coordinator's CPU seconds a trial": round(cost, 4),
        "transactions a trial": round(commits / TRIALS, 1),
        "rows written a second": round(rows / took, 1),
        "rows written a trial": round(rows / TRIALS, 1),
        "Tune's page, seconds": round(page_seconds("many"), 2),
    }
    with capsys.disabled():
        print(json.dumps(figures, indent=1))
    assert [trial.state for trial in found.trials] == ["complete"] * TRIALS
    assert len({trial.worker for trial in found.trials}) == WORKERS
    twins = TRIALS - len({tuple(trial.parameters.items()) for trial in found.trials})
    assert twins == 0
