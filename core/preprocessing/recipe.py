"""Recipes: steps in an order that makes sense, with a key, and the named ones that models start from."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator

from core.errors import RecipeError
from core.preprocessing.base_step import BaseStep
from core.preprocessing.hog import windows
from core.preprocessing.steps import STEPS, Deskew, Hog, Normalise, Pca, Reshape, Resize, Step

Form = Literal["flat", "image"]
SIDE = 28
ORDER = ("picture", "normalise", "hog", "reshape", "learned")
MOST_STEPS = 12


class Recipe(BaseModel):
    """Steps from a picture to what a model sees.

    Steps on the picture come first, in any order; then normalise; then, for rows of numbers, oriented gradients or a
    flat reshape and what learns from training rows; for pictures, a reshape to an image.

    Raises
    ------
    RecipeError
        When the steps do not fit together; the sentence names the step and the way out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[Step, ...]

    @model_validator(mode="wrap")
    @classmethod
    def _in_words(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            recipe = handler(values)
        except ValidationError as error:
            raise RecipeError(_refusal(error)) from None
        check(recipe.steps)
        return recipe

    @property
    def fixed(self) -> tuple[BaseStep, ...]:
        """The steps before the first one that learns."""
        return tuple(step for step in self.steps if step.stage != "learned")

    @property
    def learned(self) -> tuple[BaseStep, ...]:
        """The steps that learn from training rows."""
        return tuple(step for step in self.steps if step.stage == "learned")

    @property
    def fixed_shape(self) -> tuple[int, ...]:
        """Shape of one picture after the fixed steps: (d,) or (h, w, 1)."""
        return _fixed_shape(self.steps)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one picture after all steps: (d,) or (h, w, 1)."""
        kept = [step.n_components for step in self.steps if isinstance(step, Pca)]
        return (kept[-1],) if kept else self.fixed_shape

    @property
    def form(self) -> Form:
        """What a model gets: one row of numbers ("flat") or an image with a channel."""
        return "image" if len(self.shape) == 3 else "flat"

    @property
    def key(self) -> str:
        """64 hex digits, equal for equal steps however they were written."""
        document = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(document.encode()).hexdigest()

    @property
    def name(self) -> str | None:
        """The name of the equal one in `RECIPES`, if there is one."""
        return next((name for name, recipe in RECIPES.items() if recipe == self), None)


def check(steps: Sequence[BaseStep]) -> None:
    """Raise RecipeError unless the steps fit together."""
    if len(steps) > MOST_STEPS:
        raise RecipeError(f"A recipe has at most {MOST_STEPS} steps; got {len(steps)}.")
    for earlier, later in itertools.pairwise(steps):
        if ORDER.index(later.stage) < ORDER.index(earlier.stage):
            raise RecipeError(f"{later.title} must come before {earlier.title}; move it up.")
    for kind in ("normalise", "hog", "reshape", "standardise", "pca"):
        _check_once([step for step in steps if step.kind == kind])
    if not any(isinstance(step, Normalise) for step in steps):
        raise RecipeError("A model needs numbers near 1, not grey values; add Normalise after the image steps.")
    _check_form(steps)
    _check_width(steps)


def _check_once(alike: Sequence[BaseStep]) -> None:
    if len(alike) > 1:
        raise RecipeError(f"A recipe can have {alike[0].title} only once; got {len(alike)}.")


def _check_form(steps: Sequence[BaseStep]) -> None:
    """Check that a recipe ends in rows or in images with a channel, and that learned steps get rows."""
    gradients = any(isinstance(step, Hog) for step in steps)
    image = any(isinstance(step, Reshape) and step.form == "image" for step in steps)
    if gradients and image:
        raise RecipeError(
            "Oriented gradients are rows of numbers, not an image; remove Reshape or set its form to flat."
        )
    if not gradients and not any(isinstance(step, Reshape) for step in steps):
        raise RecipeError("Models take rows or images with a channel; add Reshape after Normalise.")
    learned = next((step for step in steps if step.stage == "learned"), None)
    if image and learned:
        raise RecipeError(f"{learned.title} takes rows of numbers; set the form of Reshape to flat.")


def _check_width(steps: Sequence[BaseStep]) -> None:
    """Check that no PCA keeps more components than there are features."""
    for step in steps:
        if isinstance(step, Pca) and step.n_components > (width := _fixed_shape(steps)[0]):
            raise RecipeError(f"`n_components` must be between 1 and {width}; got {step.n_components}.")


def _fixed_shape(steps: Sequence[BaseStep]) -> tuple[int, ...]:
    side = next((step.size for step in reversed(steps) if isinstance(step, Resize)), SIDE)
    for step in steps:
        if isinstance(step, Hog):
            return (len(windows(side, step.cell, step.reach)) ** 2 * step.orientations,)
        if isinstance(step, Reshape) and step.form == "image":
            return (side, side, 1)
    return (side * side,)


def _refusal(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"].startswith("union_tag"):
        got = (first.get("ctx") or {}).get("tag", first["input"])
        return f"There is no step {str(got)[:60]!r}; there are {', '.join(STEPS)}."
    return "A recipe is written as {'steps': [...]}, each step with its kind."


RECIPES: dict[str, Recipe] = {
    "raw": Recipe(steps=(Normalise(), Reshape())),
    "deskewed": Recipe(steps=(Deskew(), Normalise(), Reshape())),
    "deskewed_pca": Recipe(steps=(Deskew(), Normalise(), Reshape(), Pca(n_components=50))),
    "hog_pca": Recipe(steps=(Deskew(), Normalise(), Hog(), Pca(n_components=60))),
    "image": Recipe(steps=(Normalise(), Reshape(form="image"))),
}
"""What models use as presets."""
