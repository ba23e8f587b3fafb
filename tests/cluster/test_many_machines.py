"""A search and a training on a cluster of real parts: PostgreSQL, `mlflow server`, a scheduler, two workers."""

from __future__ import annotations

import importlib.util
import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.servers import (
    dask_scheduler,
    digit_lab_worker,
    end_tree,
    mlflow_server,
    postgres,
    postgres_program,
)
from tests.core.jobs.polling import until
from tests.core.jobs.searching import small_search

missing = [name for name in ("initdb", "postgres") if not postgres_program(name)]
missing += [] if importlib.util.find_spec("psycopg") else ["psycopg"]

pytestmark = [
    pytest.mark.processes,
    pytest.mark.cluster,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        bool(missing),
        reason=f"Needs {', '.join(missing)}: apt-get install postgresql, and pip install 'psycopg[binary]'.",
    ),
]


def test_a_search_survives_the_loss_of_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.data.sources import load_dataset
    from core.jobs.cluster.executor import Executor
    from core.jobs.queue import TrainingQueue
    from core.jobs.tuning.search_server import Searches
    from core.jobs.tuning.view import view
    from core.ledger.states import State
    from core.models.serving.predictor import Predictor
    from core.permissions import Actor, operator
    from core.runs import artifacts, registry

    with ExitStack() as stack:
        databases = stack.enter_context(postgres(tmp_path / "postgres", ("runs", "studies")))
        tracking = stack.enter_context(mlflow_server(tmp_path / "mlflow", databases["runs"]))
        scheduler = stack.enter_context(dask_scheduler(tmp_path / "scheduler"))
        shared = {
            "MLFLOW_TRACKING_URI": tracking,
            "DASK_SCHEDULER_ADDRESS": scheduler,
            "DIGITLAB_STUDIES": databases["studies"],
        }
        home = tmp_path / "dashboard"
        for name, value in shared.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DIGITLAB_HOME", str(home))
        workers = [stack.enter_context(digit_lab_worker(tmp_path / f"machine{number}", shared)) for number in (1, 2)]
        executor = stack.enter_context(Executor())
        until(lambda: sum(row.resource == "trial" for row in executor.cluster_table()) == 2, 180)

        searches = Searches(executor)
        stack.callback(searches.close)
        name = searches.start(small_search(trials=12, folds=10), actor=operator())
        until(lambda: view(name).ended >= 3, 180)
        end_tree(workers[0].pid)
        until(lambda: view(name).state != "running", 180)
        found = view(name)
        assert found.state == "finished", found.reason
        assert [trial.state for trial in found.trials] == ["complete"] * 12
        assert len({json.dumps(trial.parameters) for trial in found.trials}) == 12
        assert found.best is not None

        queue = TrainingQueue(executor)
        stack.callback(queue.close)
        specification = found.search.specification({**found.best.parameters, "max_iter": 20})
        run = queue.submit(specification, load_dataset(), actor=Actor("somebody"))
        until(lambda: not registry.get(run.run_id).state.active, 240)
        finished = registry.get(run.run_id)
        assert finished.state is State.FINISHED, finished.reason
        model = Predictor.load(artifacts.local(finished, artifacts.MODEL))
        assert model.predict(load_dataset().validation.images[:5]).shape == (5,)

    written = {path.relative_to(home).parts[0] for path in home.rglob("*") if path.is_file()}
    assert written <= {"cache", "registry.lock", "studies.lock"}, "this process keeps nothing but caches"
