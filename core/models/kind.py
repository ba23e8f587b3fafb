"""What every kind of model promises, so that one job trains, one graph exports and one predictor serves them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.arrays import Float32Array
from core.declaration import Parameters
from core.errors import RecipeError
from core.preprocessing.augment import Augmentation
from core.preprocessing.recipe import Form, Recipe

if TYPE_CHECKING:
    from onnx import ModelProto

CLASSES = 10
FORMS: dict[Form, str] = {"flat": "rows of numbers", "image": "images"}


class Monitor(Protocol):
    """How a fit tells of itself and learns that it should end early."""

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """Tell what share of the work is done (0..1), in words, and figures of step `step`, such as an epoch."""

    def validated(self, step: int, last: int, scores: Callable[[], Float32Array]) -> None:
        """Tell that scores (n, 10) of the validation images can be had after step `step`, such as an epoch, of `last`.

        `scores` is called at most once, and only before this returns.
        """

    def stop_requested(self) -> bool:
        """Return whether somebody asked for the best so far."""


class Silent:
    """A monitor for those who only want the result."""

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """Tell nobody."""

    def validated(self, step: int, last: int, scores: Callable[[], Float32Array]) -> None:
        """Ask for no scores."""

    def stop_requested(self) -> bool:
        """Return False."""
        return False


@dataclass(frozen=True)
class TrainingData:
    """What a fit sees: training rows to learn from, validation rows to judge with. Never a test row.

    Attributes
    ----------
    train_features, validation_features : (n, d) or (n, h, w, 1) float32
        The output of the recipe's fitted pipeline.
    train_labels, validation_labels : (n,) uint8
    train_images : (n, 28, 28) uint8
        The pictures behind `train_features`, for models that make new ones (shifted, augmented).
    featurise : callable
        From pictures (n, 28, 28) uint8 to features float32, by the same fitted pipeline.
    augmentation : Augmentation
        How a model that trains in epochs varies its pictures; the default varies nothing.
    teach : callable, optional
        From pictures (n, 28, 28) uint8 to a teacher's probabilities (n, 10) float32, which such a model learns too.
    """

    train_features: np.ndarray
    train_labels: np.ndarray
    validation_features: np.ndarray
    validation_labels: np.ndarray
    train_images: np.ndarray
    featurise: Callable[[np.ndarray], np.ndarray]
    augmentation: Augmentation = field(default_factory=Augmentation)
    teach: Callable[[np.ndarray], Float32Array] | None = None


class Fit(Protocol):
    """Learn from `data`; returns the native model (a dictionary of arrays, an estimator, a Keras model)."""

    def __call__(
        self,
        data: TrainingData,
        parameters: Any,
        *,
        seed: int,
        threads: int,
        monitor: Monitor,
        start: Any = None,
    ) -> Any:
        """Return the native model; `start` is one to go on from, for the kinds that can.

        They take `checkpoint` too, a folder that keeps the last epoch, from which another process goes on.
        """


@dataclass(frozen=True)
class Preset:
    """A named starting point: parameters, the recipe before them, and what to expect in a sentence."""

    parameters: Parameters
    recipe: Recipe
    note: str
    augmentation: Augmentation = field(default_factory=Augmentation)


@dataclass(frozen=True)
class ModelKind:
    """One kind of model: its declaration and its functions.

    `scores` returns (n, 10) float32 on the scale of log-probabilities, up to a constant a row and one temperature;
    `to_onnx` returns the same computation as a graph from "features" (n, ...) float32 to "scores" (n, 10) float32.
    `save` and `load` keep the native model, for going on with it; never as a pickle. `supports`, for the kinds that
    keep training rows, tells which row each kept vector was made from, (v,) int64, and its weight, (v,) floats.
    `learns_in` names the steps of its fit after which the validation images are scored, "epochs" or "trees"; empty for
    a fit in one piece. `short`
    is the title where there is little room, such as "CNN"; the title itself if empty.
    """

    name: str
    title: str
    summary: str
    parameters: type[Parameters]
    presets: Mapping[str, Preset]
    fit: Fit
    scores: Callable[[Any, np.ndarray], np.ndarray]
    to_onnx: Callable[[Any], ModelProto]
    save: Callable[[Any, Path], None]
    load: Callable[[Path], Any]
    native_file: str
    continues: bool = False
    augments: bool = False
    learns_in: str = ""
    short: str = ""
    supports: Callable[[Any], tuple[np.ndarray, np.ndarray]] | None = None

    def takes(self, recipe: Recipe) -> bool:
        """Return whether a recipe ends in the form, rows or images, in which the recipes of the kind's presets end."""
        return recipe.form in {preset.recipe.form for preset in self.presets.values()}

    def check_recipe(self, recipe: Recipe) -> None:
        """Raise RecipeError, with the way out, for a recipe that ends in a form which the kind does not take."""
        if not self.takes(recipe):
            own: Form = "flat" if recipe.form == "image" else "image"
            raise RecipeError(
                f"{self.title} takes {FORMS[own]}, not {FORMS[recipe.form]}; "
                f"end the recipe with Reshape in its {own} form."
            )
