"""Everything that decides how a training turns out, as one JSON document with a key."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from core.arrays import UInt8Array
from core.declaration import Parameters
from core.errors import InputError, ParameterError
from core.models.catalogue import CATALOGUE, kind_named, preset_named
from core.models.code_hash import code_hash
from core.models.kind import ModelKind
from core.models.training_set import check_training_set
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import Recipe

MAX_SEED = 2**31 - 1


class Specification(BaseModel):
    """What is trained: the model, its parameters, what it sees, and the seed.

    `parent` is the run whose native model the training goes on from, or None for a fresh start; `teacher` the run
    whose probabilities it learns beside the labels, or None. `averaged` are the runs whose mean of weights it is; then
    nothing is trained, and the rest is what the first of them was trained with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    model: str
    preset: str | None = None
    parameters: dict[str, Any]
    recipe: Recipe
    augmentation: Augmentation = Augmentation()
    experiment: Experiment = Experiment()
    seed: int = 0
    parent: str | None = None
    teacher: str | None = None
    averaged: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _recipe_fits(self) -> Self:
        if self.model in CATALOGUE:
            self.kind.check_recipe(self.recipe)
        return self

    @classmethod
    def from_preset(
        cls, model: str, preset: str = "default", *, settings: tuple[str, ...] = (), seed: int = 0, **changes: Any
    ) -> Self:
        """Start from a preset, apply `name=value` settings, and check everything.

        Raises
        ------
        ParameterError
            For an unknown model, preset or parameter, or a value out of range.
        RecipeError
            For a recipe that ends in a form which the model does not take.
        """
        kind = kind_named(model)
        chosen = preset_named(kind, preset)
        values = {
            "parameters": chosen.parameters.changed(settings).model_dump(),
            "recipe": chosen.recipe,
            "augmentation": chosen.augmentation,
        }
        return cls(model=model, preset=preset, **{**values, **changes}).with_seed(seed)

    def anew(self, **changes: Any) -> Self:
        """Return the same training with changes, and nothing of where it came from: preset, parent, teacher, mean."""
        origin = {"preset": None, "parent": None, "teacher": None, "averaged": ()}
        return self.model_copy(update={**origin, **changes})

    def with_seed(self, seed: int) -> Self:
        """Return the same training with another seed; raises ParameterError where it is out of range."""
        if not 0 <= seed <= MAX_SEED:
            raise ParameterError(f"`seed` must be between 0 and {MAX_SEED:,}; got {seed:,}.")
        return self.model_copy(update={"seed": seed})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a stored specification; raises ParameterError for one that this version cannot read."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ParameterError(f"This specification cannot be read: {error.errors()[0]['msg']}.") from None
        except InputError as error:
            raise ParameterError(f"This specification cannot be read: {error}") from None

    @property
    def kind(self) -> ModelKind:
        """The kind of model that is trained."""
        return kind_named(self.model)

    def checked_parameters(self) -> Parameters:
        """Return the parameters as the model's own class, range-checked."""
        return self.kind.parameters.model_validate(self.parameters)

    def check_training_set(self, labels: UInt8Array) -> None:
        """Raise InputError where a training cannot begin on the training images of these labels (n,) uint8."""
        check_training_set(self.recipe, self.experiment, labels)

    def key(self, fingerprint: str) -> str:
        """Return 16 hex digits that are equal for trainings that must turn out the same.

        Hash of the specification, the data's fingerprint and the code that computes the model; the preset's name is
        left out, as it is only where the parameters came from.
        """
        left_out = {"preset"} if self.averaged else {"preset", "averaged"}  # keys from before there were means stay
        content = self.model_dump(mode="json", exclude=left_out)
        code = code_hash(self.kind.fit.__module__ if self.model in CATALOGUE else __name__)
        document = json.dumps([content, fingerprint, code], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(document.encode()).hexdigest()[:16]
