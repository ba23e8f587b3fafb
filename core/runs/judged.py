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
from core.runs import artifacts, registry
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
    run = registry.create(
        made,
        dataset.fingerprint,
        owner=owner,
        name=name or model,
        trained_on_evaluation_data=trained_on_evaluation_data,
    )
    run_id = run.run_id
    ledger().add(run_id, "import", run.owner)
    lease = ledger().start(run_id)
    assert lease is not None
    with working_under(lease):
        try:
            served = specification.model_dump_json() if specification else ""
            about = json.dumps(dict(environment or {}))
            registry.change(run_id, specification=served, key=key, environment=about, **tags)
            log_data(run_id, dataset)
            predictions.save(folder / artifacts.PREDICTIONS)
            artifacts.store(run_id, folder)
            for split in ("validation", "test"):
                figures = evaluate(dataset.evaluation_split(split).labels, predictions.of(split)).metrics()
                registry.log_metrics(run_id, figures, prefix=f"{split}_")
            registry.log_seconds(run_id, seconds or {})
        except Exception as error:
            artifacts.discard(run_id)
            lease.end_or_later(State.FAILED, f"It could not be stored: {error}")
            registry.enter(run_id, State.FAILED, reason=f"It could not be stored: {error}")
            raise
        lease.end(State.FINISHED)
    registry.enter(run_id, State.FINISHED)
    ledger().settle(run_id)
    return registry.get(run_id)
