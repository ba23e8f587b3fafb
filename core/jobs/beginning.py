"""What a network begins with: nothing, a finished network, a shipped one, its own last epoch, or the mean of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays import Float32Array
from core.models.cnn.network import CnnParameters
from core.models.cnn.served import mean_of_weights, network_of, weights_of
from core.models.kind import TrainingData
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.runs import artifacts, checkpoints, registry
from core.runs.averaging import graph_of

UNFOLDED_WITH = 2_000
"""Training images whose statistics a shipped network's batch normalisation starts from."""


def beginning(specification: Specification, run_id: str, data: TrainingData) -> dict[str, Any]:
    """Return `start` and `checkpoint` as `fit` takes them; nothing for a kind that cannot go on."""
    if not specification.kind.continues:
        return {}
    return {"start": _parent(specification, data), "checkpoint": checkpoints.folder(run_id)}


def mean_network(specification: Specification, features: Float32Array) -> Any:
    """Return the network whose weights are the mean of those of the runs that a specification names.

    Parameters
    ----------
    features : (n, h, w, 1) float32
        Of training images, by whose statistics batch normalisation is unfolded again.
    """
    return _rebuilt(mean_of_weights(list(map(graph_of, specification.averaged))), specification, features)


def _parent(specification: Specification, data: TrainingData) -> Any:
    """Load the model that a training goes on from; a shipped network is rebuilt from its graph."""
    if specification.parent is None:
        return None
    if specification.parent in shipped():
        return _rebuilt(weights_of(graph_of(specification.parent)), specification, data.train_features)
    kind = specification.kind
    return kind.load(artifacts.local(registry.get(specification.parent), artifacts.NATIVE) / kind.native_file)


def _rebuilt(weights: Sequence[np.ndarray], specification: Specification, features: Float32Array) -> Any:
    return network_of(weights, CnnParameters.model_validate(specification.parameters), features[:UNFOLDED_WITH])
