"""What a support vector machine decides by: the support vectors that pull a picture to one digit or to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import RecipeError
from core.models.svm.pairwise import PAIRS


@dataclass(frozen=True, eq=False)
class Pulls:
    """The decision between two digits, taken apart.

    Attributes
    ----------
    digits : (int, int)
        The answer, and the digit that comes second.
    pull : (vectors,) float32
        What each support vector adds to the decision: above 0 towards the answer, below 0 towards the second.
    constant : float
        What the machine adds itself.
    """

    digits: tuple[int, int]
    pull: np.ndarray
    constant: float

    @property
    def decision(self) -> float:
        """The sum of all; the answer wins above 0."""
        return float(self.pull.sum() + self.constant)

    def towards(self, digit: int) -> np.ndarray:
        """Return how much each vector pulls towards one of the two digits, (vectors,) float32; 0 where it does not."""
        return np.asarray(np.maximum(self.pull if digit == self.digits[0] else -self.pull, 0))


class MachineInside:
    """A support vector machine opened up: safe to share between threads.

    Parameters
    ----------
    graph : bytes
        The served ONNX model; it is not changed.

    Raises
    ------
    RecipeError
        The graph holds no pairwise machine.
    """

    def __init__(self, graph: bytes) -> None:
        import onnx
        import onnxruntime
        from onnx import numpy_helper

        model = onnx.load_model_from_string(graph)
        nodes = {_plain(node.output[0]): node for node in model.graph.node}
        constants = {_plain(entry.name): entry for entry in model.graph.initializer}
        if "sums" not in nodes or "intercept" not in constants:
            raise RecipeError("This model has no support vectors to show.")
        weights = constants.get("weights_half", constants.get("weights"))
        vectors = constants.get("vectors_half", constants.get("vectors"))
        if weights is None or vectors is None:
            raise RecipeError("This model has no support vectors to show.")
        self._weights = numpy_helper.to_array(weights).astype(np.float32)  # (vectors, 45)
        self.vectors = numpy_helper.to_array(vectors).T.astype(np.float32)  # (vectors, d)
        self._intercept = numpy_helper.to_array(constants["intercept"]).astype(np.float32)
        self._asked = [str(nodes["sums"].input[0]), "probabilities"]
        self._input = model.graph.input[0].name
        model.graph.output.append(onnx.ValueInfoProto(name=self._asked[0]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def pulls(self, features: np.ndarray) -> Pulls:
        """Return what decides between the answer and the second digit for one picture's features, (1, d) float32."""
        kernel, probabilities = self._session.run(self._asked, {self._input: features})
        second, first = (int(digit) for digit in np.argsort(probabilities[0], kind="stable")[-2:])
        pair = PAIRS.index((min(first, second), max(first, second)))
        sign = 1 if first < second else -1
        pull = sign * np.asarray(kernel[0], np.float32) * self._weights[:, pair]
        return Pulls((first, second), pull, float(sign * self._intercept[pair]))


def by_image(vectors: np.ndarray, pull: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Sum the pulls of the vectors that were made from each training image: itself, and its moved copies.

    A vector counts for the image whose features are nearest to it.

    Parameters
    ----------
    vectors : (v, d) float32
    pull : (v,) float32
        0 for the vectors that are left out.
    features : (n, d) float32
        Of the training images, all of the digit that is pulled to.

    Returns
    -------
    (n,) float64
    """
    pulling = np.flatnonzero(pull)
    apart = (features**2).sum(axis=1) - 2 * vectors[pulling] @ features.T  # less what all images have in common
    return np.bincount(apart.argmin(axis=1), pull[pulling], minlength=len(features))


def _plain(name: str) -> str:
    from core.models.serving.export import PREFIX

    return name.removeprefix(PREFIX)
