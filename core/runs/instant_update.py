"""A model of random Fourier features learns one's own digits at once, as if they had been training images."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from core.data.dataset import Split
from core.errors import InputError
from core.evaluation.calibration import softmax
from core.models.fourier import FOURIER, FourierModel
from core.models.serving.export import learned_steps, temperature_of
from core.models.serving.predictor import read_graph
from core.preprocessing.pipeline import Pipeline
from core.runs import artifacts
from core.runs.model_cache import model_folder
from core.runs.run import Run


@dataclass(frozen=True, eq=False)
class Learner:
    """A model that can be updated: what it learned, the pipeline before it, and its calibration temperature."""

    native: FourierModel
    pipeline: Pipeline
    temperature: float

    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        """Return probabilities (n, 10) float32 of pictures (n, 28, 28) uint8."""
        return softmax(FOURIER.scores(self.native, self.pipeline.transform(images)), self.temperature)


@dataclass(frozen=True, eq=False)
class Update:
    """What an update made.

    Attributes
    ----------
    learner : Learner
        The model after it.
    seconds : float
        How long the update itself took, preprocessing of the digits included.
    before, after : float
        Accuracy (0..1) on the validation images.
    """

    learner: Learner
    seconds: float
    before: float
    after: float


def can_update(run: Run) -> bool:
    """Return whether a run's model can learn at once."""
    return run.finished and not run.shipped and run.trained_as is not None and run.model == FOURIER.name


def load_learner(run: Run) -> Learner:
    """Read the native model of a run with its learned preprocessing.

    Raises
    ------
    InputError
        For a model of another kind.
    RegistryError
        If a part of the run is lost.
    """
    if not can_update(run) or run.trained_as is None:
        raise InputError(f"Only a finished run of random Fourier features can learn at once; {run.name} is none.")
    graph = read_graph(model_folder(run))
    native = FOURIER.load(artifacts.local(run, artifacts.NATIVE) / FOURIER.native_file)
    return Learner(native, Pipeline(run.trained_as.recipe, learned_steps(graph)), temperature_of(graph) or 1.0)


def update(learner: Learner, images: np.ndarray, labels: np.ndarray, times: float, validation: Split) -> Update:
    """Learn further digits, and judge the models before and after on validation images.

    Parameters
    ----------
    images, labels : (k, 28, 28) uint8, (k,) uint8
    times : float
        How many training images each of them counts as.
    """
    started = time.perf_counter()
    native = learner.native.updated(learner.pipeline.transform(images), labels, times)
    seconds = time.perf_counter() - started
    after = Learner(native, learner.pipeline, learner.temperature)
    features = learner.pipeline.transform(validation.images)
    shares = [
        float((FOURIER.scores(model, features).argmax(axis=1) == validation.labels).mean())
        for model in (learner.native, native)
    ]
    return Update(after, seconds, *shares)
