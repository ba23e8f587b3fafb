"""Load a model of Digit Lab for `mlflow.pyfunc`; needs numpy, OpenCV and ONNX Runtime, and nothing of Digit Lab."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

BATCH = 1024


class DigitReader:
    """From pictures to labels and probabilities, with the steps that the model was trained on."""

    def __init__(self, folder: Path) -> None:
        together = (folder / "committee.onnx").exists()
        graph = folder / ("committee.onnx" if together else "model.onnx")
        self.session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
        inputs = [entry.name for entry in self.session.get_inputs()]
        places = [folder / "members" / name.removeprefix("features_") if together else folder for name in inputs]
        self.steps = {name: _steps(place) for name, place in zip(inputs, places, strict=True)}

    def predict(self, model_input: Any, params: Any = None) -> dict[str, np.ndarray]:
        """Read pictures (n, 28, 28) uint8, 0 black to 255 ink, into {"label": (n,) int64, "probabilities": (n, 10)}."""
        images = np.asarray(model_input, np.uint8)
        batches = [self._probabilities(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
        probabilities = np.concatenate(batches) if batches else np.empty((0, 10), np.float32)
        return {"label": probabilities.argmax(axis=1), "probabilities": probabilities}

    def _probabilities(self, images: npt.NDArray[np.uint8]) -> np.ndarray:
        features = {name: steps(images) for name, steps in self.steps.items()}
        return np.asarray(self.session.run(["probabilities"], features)[0], np.float32)


def _steps(folder: Path) -> Callable[[np.ndarray], np.ndarray]:
    """Return the picture steps that were written beside a model."""
    steps: Callable[[np.ndarray], np.ndarray] = runpy.run_path(str(folder / "preprocess.py"))["features"]
    return steps


def _load_pyfunc(path: str) -> DigitReader:
    return DigitReader(Path(path))
