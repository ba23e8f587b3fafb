"""A recipe at work: fitted on training pictures, then the same for data set rows, drawings and photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, UInt8Array
from core.errors import ImageError, RecipeError
from core.preprocessing import fixed
from core.preprocessing.affine import Affine, fit_pca, fit_standardise
from core.preprocessing.base_step import BaseStep
from core.preprocessing.hog_picture import hog_picture
from core.preprocessing.recipe import SIDE, Recipe
from core.preprocessing.steps import Hog, Pca, Standardise


@dataclass(frozen=True)
class Stage:
    """What one picture is after one step.

    Attributes
    ----------
    title : str
        Of the step.
    array : ndarray
        The value after it, without the axis of pictures.
    picture : (h, w) uint8, optional
        The value as a picture, 0 black to 255 ink, where it is one.
    note : str
        Shape and value range in words.
    """

    title: str
    array: np.ndarray
    picture: np.ndarray | None
    note: str


class Pipeline:
    """The steps of a recipe, with what the learned ones have learned.

    Parameters
    ----------
    recipe : Recipe
    learned : tuple of Affine
        One for each learned step; empty before `fit`.
    """

    def __init__(self, recipe: Recipe, learned: tuple[Affine, ...] = ()) -> None:
        self.recipe = recipe
        self.learned = learned

    @property
    def is_fitted(self) -> bool:
        """Whether every learned step has learned."""
        return len(self.learned) == len(self.recipe.learned)

    def fit(self, images: UInt8Array) -> Pipeline:
        """Learn from training pictures (n, 28, 28) uint8; returns a new pipeline that knows what they taught."""
        check_images(images)
        return Pipeline(self.recipe, self._learned_from(images)[0] if self.recipe.learned else ())

    def fit_transform(self, images: UInt8Array) -> tuple[Pipeline, np.ndarray]:
        """Learn as `fit` does, and return what `transform` then makes of the same pictures; each step runs once."""
        learned, features = self._learned_from(images)
        return Pipeline(self.recipe, learned), learned[-1](features) if learned else features

    def _learned_from(self, images: UInt8Array) -> tuple[tuple[Affine, ...], np.ndarray]:
        """Return what the learned steps learn, and the features that the last of them learned from."""
        features = self.transform_fixed(images)
        learned: list[Affine] = []
        for step in self.recipe.learned:
            if learned:
                features = learned[-1](features)
            learned.append(_learn(step, features))
        return tuple(learned), features

    def transform(self, images: np.ndarray) -> Float32Array:
        """Take pictures (n, 28, 28) uint8 through all steps.

        Returns
        -------
        (n, d) or (n, h, w, 1) float32
            The same bytes for a picture, whatever stands beside it.

        Raises
        ------
        ImageError
            For anything but pictures of 28 x 28 pixels.
        RecipeError
            Before `fit`, where a step learns.
        """
        self._check_fitted()
        features = self.transform_fixed(images)
        for affine in self.learned:
            features = affine(features)
        return features

    def transform_fixed(self, images: np.ndarray) -> np.ndarray:
        """Take pictures (n, 28, 28) uint8 through the steps before the first learned one; float32."""
        check_images(images)
        return fixed.apply_all(self.recipe.fixed, images)

    def stages(self, image: UInt8Array) -> list[Stage]:
        """Show one picture (28, 28) uint8 after every step; learned steps only where they are fitted."""
        check_images(image[None])
        values, shown = image[None], [_stage("Picture", image)]
        for step in self.recipe.fixed:
            values = fixed.apply(step, values)
            shown.append(_stage(step.title, values[0], _gradients(step, values[0])))
        for step, affine in zip(self.recipe.learned, self.learned, strict=False):
            values = affine(values)
            shown.append(_stage(step.title, values[0]))
        return shown

    def _check_fitted(self) -> None:
        if not self.is_fitted:
            raise RecipeError(
                f"{self.recipe.learned[0].title} has not been fitted; fit the pipeline on training images."
            )


def check_images(images: UInt8Array) -> None:
    """Raise ImageError unless this is (n, 28, 28) uint8 with at least one picture."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
        got = f"{images.dtype} of shape {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
        raise ImageError(f"`images` must be an array (n, {SIDE}, {SIDE}) of uint8; got {got}.")
    if not len(images):
        raise ImageError("`images` must hold at least 1 image; got 0.")


def _learn(step: BaseStep, features: np.ndarray) -> Affine:
    if isinstance(step, Pca):
        return fit_pca(features, step.n_components, step.whiten)
    if isinstance(step, Standardise):
        return fit_standardise(features, step.each)
    raise TypeError(f"{step.kind} has nothing to fit")


def _gradients(step: BaseStep, values: np.ndarray) -> UInt8Array | None:
    """Return what oriented gradients look like; None for the other steps."""
    return hog_picture(values, step.orientations, signed=step.signed) if isinstance(step, Hog) else None


def _stage(title: str, array: np.ndarray, picture: UInt8Array | None = None) -> Stage:
    size = " × ".join(map(str, array.shape))
    low, high = float(array.min()), float(array.max())
    shown = _as_picture(array) if picture is None else picture
    return Stage(title, array, shown, f"{size}, {low:.3g} to {high:.3g}")


def _as_picture(array: np.ndarray) -> np.ndarray | None:
    """Spread values (h, w) or (h, w, 1) over 0 to 255, if they are a picture."""
    if array.ndim == 1:
        return None
    flat = array.reshape(array.shape[:2])
    if flat.dtype == np.uint8:
        return flat
    span = float(flat.max() - flat.min())
    return np.asarray((flat - flat.min()) * (255 / span if span else 0), np.uint8)
