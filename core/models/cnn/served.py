"""A network rebuilt from graphs that are served: to be trained further, or as the mean of several networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import TrainingError
from core.models.cnn.network import CnnParameters, build, quiet_keras

if TYPE_CHECKING:
    import keras


def network_of(weights: Sequence[np.ndarray], parameters: CnnParameters, features: np.ndarray) -> keras.Model:
    """Rebuild a network from its served weights, into whose convolutions the batch normalisation has been folded.

    Parameters
    ----------
    weights : sequence of ndarray
        As `weights_of` or `mean_of_weights` returns them.
    parameters : CnnParameters
        With batch normalisation, it is unfolded again: by the statistics of `features`, so that it changes no score.
    features : (n, h, w, 1) float32
        Some training images; only their shape counts without batch normalisation.

    Raises
    ------
    TrainingError
        The weights do not fit the network of its parameters.
    """
    network = build(parameters, *features.shape[1:3])
    placed = _unfolded(network, weights, features) if parameters.normalisation == "batch" else list(weights)
    if [tuple(weight.shape) for weight in network.weights] != [weight.shape for weight in placed]:
        raise TrainingError("This network cannot be fine-tuned: its graph does not match its specification.")
    network.set_weights(placed)
    return network


def weights_of(graph: bytes) -> list[np.ndarray]:
    """Return kernels and biases of a served network in Keras' layout: convolutions (h, w, in, out), then dense."""
    import onnx

    model = onnx.load_from_string(graph)
    known = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    weights: list[np.ndarray] = []
    for node in model.graph.node:
        constants = [known[name] for name in node.input if name in known]
        if node.op_type == "Conv" and constants:
            kernel = constants[0].transpose(2, 3, 1, 0)
            bias = constants[1] if len(constants) > 1 else np.zeros(kernel.shape[-1], np.float32)
            weights += [kernel, bias]
        elif node.op_type in ("MatMul", "Gemm", "Add"):
            weights += [constant for constant in constants if constant.ndim]
    return weights


def mean_of_weights(graphs: Sequence[bytes]) -> list[np.ndarray]:
    """Return the mean of the weights of served networks, as `weights_of` does; ValueError where shapes differ."""
    return [np.mean(same, axis=0) for same in zip(*map(weights_of, graphs), strict=True)]


def _unfolded(network: Any, weights: Sequence[np.ndarray], features: np.ndarray) -> list[np.ndarray]:
    """Return weights with scale, offset, mean and variance after each kernel in the place of its bias.

    The mean m and variance v of a convolution's values, with scale sqrt(v + epsilon) and offset m + bias, make the
    normalisation the addition of the bias.
    """
    keras, values, placed = quiet_keras(), features, []
    rest = iter(weights)
    for layer, normalisation in zip(network.layers, network.layers[1:], strict=False):
        if not isinstance(layer, keras.layers.Conv2D):
            continue
        kernel, bias = next(rest), next(rest)
        layer.set_weights([kernel])
        values = np.asarray(layer(values))
        mean, variance = values.mean(axis=(0, 1, 2)), values.var(axis=(0, 1, 2))
        placed += [kernel, np.sqrt(variance + normalisation.epsilon), mean + bias, mean, variance]
        values = np.maximum(values + bias, 0)
    return [*placed, *rest]
