"""A finished run made of predictions that are already there: of models from elsewhere, and of committees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.data.dataset import Dataset
from core.evaluation.metrics import evaluate
from core.ledger.current import ledger
from core.ledger.lease import working_under
from core.ledger.states import State
from core.models.specification import Specification
from core.preprocessing.recipe import RECIPES
from core.process import uninterrupted
from core.runs import artifacts, registry
from core.runs.begun import begin_here
from core.runs.mlflow_fields import log_data
from core.runs.run import Run


def finished_run(
    predictions: artifacts.Predictions,
    folder: Path,
    dataset: Dataset,
    *,
    model: str,
    key: str,
    name: str,
    specification: Specification | None = None,
    owner: str = "",
    trained_on_evaluation_data: bool = False,
    seconds: Mapping[str, float] | None = None,
    environment: Mapping[str, Any] | None = None,
    **tags: str,
) -> Run:
    """Register, judge and store it with everything in `folder`; the run is finished only when all is there.

    Ctrl-C waits until it is, as that takes a moment only.

    Parameters
    ----------
    model : str
        Its kind, which is not one that is trained here: "external" or "committee".
    key : str
        Equal for runs that must turn out the same.
    specification : Specification, optional
        How its one model is served; without it there is none that could be asked about new pictures.
    tags : str
        More of what `core.runs.run.from_mlflow` reads.
    """
    made = specification or Specification(model=model, parameters={}, recipe=RECIPES["raw"])
    described = {
        "specification": specification.model_dump_json() if specification else "",
        "environment": json.dumps(dict(environment or {})),
        "key": key,
        **tags,
    }
    with uninterrupted():
        run = registry.create(
            made,
            dataset.fingerprint,
            owner=owner,
            name=name or model,
            trained_on_evaluation_data=trained_on_evaluation_data,
        )
        lease = begin_here(run, "import")
        assert lease is not None
        with working_under(lease):
            try:
                _store(run.run_id, predictions, folder, dataset, seconds or {}, described)
                lease.end(State.FINISHED)
            except Exception as error:
                artifacts.discard(run.run_id)
                lease.end_or_later(State.FAILED, f"It could not be stored: {error}")
                registry.enter(run.run_id, State.FAILED, reason=f"It could not be stored: {error}")
                raise
        registry.enter(run.run_id, State.FINISHED)
        ledger().settle(run.run_id)
        return registry.get(run.run_id)


def _store(
    run_id: str,
    predictions: artifacts.Predictions,
    folder: Path,
    dataset: Dataset,
    seconds: Mapping[str, float],
    described: Mapping[str, str],
) -> None:
    registry.change(run_id, **described)
    log_data(run_id, dataset)
    predictions.save(folder / artifacts.PREDICTIONS)
    for split in ("validation", "test"):
        figures = evaluate(dataset.evaluation_split(split).labels, predictions.of(split)).metrics()
        registry.log_metrics(run_id, figures, prefix=f"{split}_")
    artifacts.store(run_id, folder)
    registry.log_seconds(run_id, seconds)
