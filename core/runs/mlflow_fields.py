"""A run's specification and data in MLflow's own fields: params and tags to filter by, dataset inputs."""

from __future__ import annotations

import json
from typing import Any

from core.data.dataset import Dataset
from core.models.catalogue import CATALOGUE
from core.models.specification import Specification
from core.preprocessing.recipe_text import text_of
from core.runs.database import client, retry_if_locked

NONE = "none"
CONTEXTS = {"train": "training", "validation": "validation", "test": "testing"}


def described(specification: Specification) -> dict[str, str]:
    """Return what defines a training besides its parameters, by the names of its MLflow params and tags."""
    if specification.model not in CATALOGUE:  # an import or a committee: nothing was trained here
        return {"model": specification.model}
    experiment = specification.experiment
    return {
        "model": specification.model,
        "preset": specification.preset or NONE,
        "recipe": text_of(specification.recipe.steps),
        "images": "all" if experiment.limit is None else str(experiment.limit),
        "augmentation": _varied(specification),
        "left_out": ",".join(map(str, experiment.left_out)) or NONE,
        "wrong_labels": f"{experiment.wrong_labels:g}",
        "reviewed_labels": str(len(experiment.corrections)),
        "continues": specification.parent or NONE,
        "teacher": specification.teacher or NONE,
        "averaged": ",".join(specification.averaged) or NONE,
    }


def _varied(specification: Specification) -> str:
    if specification.augmentation.is_none:
        return NONE
    own = type(specification.augmentation)().model_dump()
    changed = {name: value for name, value in specification.augmentation.model_dump().items() if value != own[name]}
    return ",".join(f"{name}={value:g}" for name, value in changed.items())


def params(specification: Specification) -> dict[str, str]:
    """Return all params of a run: what it is, its seed, and every parameter of its model."""
    parameters = {name: str(value) for name, value in specification.parameters.items()}
    return {**described(specification), "seed": str(specification.seed), **parameters}


def tags(specification: Specification, owner: str) -> dict[str, str]:
    """Return the tags of a run that are not Digit Lab's own: those that MLflow's pages know, and what it is."""
    own = {"mlflow.user": owner, "mlflow.source.name": "Digit Lab", "mlflow.source.type": "LOCAL"}
    if specification.parent:
        own["mlflow.parentRunId"] = specification.parent
    return {**described(specification), **own}


def log_data(run_id: str, dataset: Dataset) -> None:
    """Write down which data a run was trained and judged on, with the fingerprint as its digest."""
    from mlflow.entities import Dataset as MlflowDataset
    from mlflow.entities import DatasetInput, InputTag

    inputs = [
        DatasetInput(
            MlflowDataset(
                name=f"{dataset.name} {name}",
                digest=dataset.fingerprint,
                source_type="digit-lab",
                source=json.dumps({"origin": dataset.origin}),
                schema=json.dumps({"mlflow_tensorspec": _schema()}),
                profile=json.dumps({"num_rows": len(dataset.split(name))}),
            ),
            tags=[InputTag("mlflow.data.context", context)],
        )
        for name, context in CONTEXTS.items()
    ]
    retry_if_locked(lambda: client().log_inputs(run_id, inputs))


def _schema() -> dict[str, Any]:
    """Return images (n, 28, 28) uint8 and labels (n,) uint8, as MLflow writes a schema of tensors."""
    shapes = {"features": [-1, 28, 28], "targets": [-1]}
    return {
        name: json.dumps([{"type": "tensor", "tensor-spec": {"dtype": "uint8", "shape": shape}}])
        for name, shape in shapes.items()
    }
