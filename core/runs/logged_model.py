"""A run's model in MLflow's list of logged models: the run's own files, not a copy, with parameters and metrics."""

from __future__ import annotations

from typing import Any

from core.runs.database import client, is_database, retry_if_locked
from core.runs.internals import metrics_of, place_logged_model
from core.runs.run import PREFIX
from core.settings import settings

JUDGED = ("validation_", "test_")


def list_model(run_id: str, folder: str) -> None:
    """List the model in a folder of a run's artefacts, once.

    A tracking server chooses the place of a logged model itself, and would hold a second copy there: with one, runs
    have their models as artefacts alone.
    """
    if not is_database(settings().tracking_uri):
        return
    run = retry_if_locked(lambda: client().get_run(run_id))
    if run.outputs is not None and run.outputs.model_outputs:
        return
    name = run.data.tags[f"{PREFIX}model"]
    model = retry_if_locked(
        lambda: client().create_logged_model(
            run.info.experiment_id, name=name, source_run_id=run_id, params=dict(run.data.params), model_type=name
        )
    )
    retry_if_locked(lambda: place_logged_model(client(), model.model_id, f"{run.info.artifact_uri}/{folder}"))
    retry_if_locked(lambda: _log_metrics(run, model.model_id))
    retry_if_locked(lambda: client().finalize_logged_model(model.model_id, "READY"))
    retry_if_locked(lambda: _log_output(run_id, model.model_id))


def _log_metrics(run: Any, model_id: str) -> None:
    """Give the model the run's metrics, which the run keeps as they are, since their moments are the same."""
    from mlflow.entities import Metric

    judged = [
        Metric(metric.key, metric.value, metric.timestamp, metric.step, model_id=model_id)
        for metric in metrics_of(run)
        if metric.key.startswith(JUDGED)
    ]
    client().log_batch(run.info.run_id, metrics=judged)


def _log_output(run_id: str, model_id: str) -> None:
    from mlflow.entities import LoggedModelOutput

    client().log_outputs(run_id, [LoggedModelOutput(model_id, 0)])
