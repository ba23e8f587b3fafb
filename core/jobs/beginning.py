"""What the training of a network begins with: nothing, a finished network, a shipped one, or its own last epoch."""

from __future__ import annotations

from typing import Any

from core.models.cnn.network import CnnParameters
from core.models.cnn.served import network_of
from core.models.kind import TrainingData
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.runs import artifacts, checkpoints, registry

UNFOLDED_WITH = 2_000
"""Training images whose statistics a shipped network's batch normalisation starts from."""


def beginning(specification: Specification, run_id: str, data: TrainingData) -> dict[str, Any]:
    """Return `start` and `checkpoint` as `fit` takes them; nothing for a kind that cannot go on."""
    if not specification.kind.continues:
        return {}
    return {"start": _parent(specification, data), "checkpoint": checkpoints.folder(run_id)}


def _parent(specification: Specification, data: TrainingData) -> Any:
    """Load the model that a training goes on from; a shipped network is rebuilt from its graph."""
    if specification.parent is None:
        return None
    card = shipped().get(specification.parent)
    if card is not None:
        parameters = CnnParameters.model_validate(specification.parameters)
        return network_of(read_graph(card.folder), parameters, data.train_features[:UNFOLDED_WITH])
    kind = specification.kind
    return kind.load(artifacts.local(registry.get(specification.parent), artifacts.NATIVE) / kind.native_file)
