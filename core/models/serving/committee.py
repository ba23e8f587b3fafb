"""A committee: finished models that answer together, each with its weight, calibrated once more as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.arrays import Float32Array, Float64Array
from core.damage import DAMAGE, reason
from core.errors import RegistryError
from core.models.serving.predictor import Reader
from core.preprocessing.recipe import Recipe

COMMITTEE = "committee"
"""The kind of such runs."""
COMMITTEE_FILE = "committee.json"
MEMBERS = "members"
"""The folder, beside the file, of the members' models: 0, 1, 2 ..."""
FAINT = 1e-12

Weights = Literal["validation", "equal"]


class Member(BaseModel):
    """One model of a committee.

    `run_id` and `created` say which model it is; `weight` is its share of the answer, 0..1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    name: str
    model: str
    created: str
    weight: float = Field(ge=0, le=1)


class Committee(BaseModel):
    """Who answers together and how: what a specification is to a trained run.

    `weights` says whether the members' shares were learned on validation images or are all the same; `temperature`
    divides the logarithm of the blend before it becomes probabilities again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    weights: Weights
    members: tuple[Member, ...] = Field(min_length=2)
    temperature: float = Field(gt=0)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a stored committee; raises RegistryError for one that this version cannot read."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise RegistryError(f"This ensemble cannot be read: {error.errors()[0]['msg']}.") from None

    def key(self, fingerprint: str) -> str:
        """Return 16 hex digits that are equal for committees that must turn out the same."""
        document = self.model_dump_json(exclude={"temperature"}) + fingerprint
        return hashlib.sha256(document.encode()).hexdigest()[:16]


def blend(probabilities: Sequence[np.ndarray], weights: Sequence[float]) -> Float64Array:
    """Return the weighted mean of several models' probabilities (linear opinion pool), (n, 10) float64.

    Parameters
    ----------
    probabilities : sequence of (n, 10) floats
    weights : sequence of floats
        One a model, 0 or more, at least one above 0; divided by their sum.
    """
    total = np.zeros(np.shape(probabilities[0]))
    for rows, weight in zip(probabilities, weights, strict=True):
        total += weight * np.asarray(rows, np.float64)
    return np.asarray(total / total.sum(axis=1, keepdims=True))


def calibrated(blended: np.ndarray, temperature: float) -> Float32Array:
    """Return a blend (n, 10) of probabilities after its temperature, (n, 10) float32, rows sum to 1."""
    powers = np.maximum(blended, FAINT) ** (1 / temperature)
    return np.asarray((powers / powers.sum(axis=1, keepdims=True)).astype(np.float32))


@dataclass(frozen=True, eq=False)
class CommitteeReader(Reader):
    """A committee at work: asks every member that counts, and blends.

    Attributes
    ----------
    members : sequence of callables
        Each returns a member's model, loaded; asked anew each time, so that a cache may drop and share them.
    weights : sequence of float
    """

    members: Sequence[Callable[[], Reader]]
    weights: Sequence[float]
    temperature: float

    nbytes = 0  # the members are counted where they are kept

    @cached_property
    def recipes(self) -> tuple[Recipe, ...]:
        """Those of its members, each once."""
        found = (recipe for member in self.members for recipe in member().recipes)
        return tuple({recipe.key: recipe for recipe in found}.values())

    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities (n, 10) float32 of pictures (n, 28, 28) uint8; rows sum to 1."""
        asked = [(member(), weight) for member, weight in zip(self.members, self.weights, strict=True) if weight]
        rows = [reader.predict_proba(images) for reader, _ in asked]
        return calibrated(blend(rows, [weight for _, weight in asked]), self.temperature)


def load_committee(folder: Path, member: Callable[[Member, Path], Reader]) -> CommitteeReader:
    """Load the committee of a run's model folder.

    Parameters
    ----------
    member : callable
        From a member and the folder of its model to the loaded model.

    Raises
    ------
    RegistryError
        If the committee's file is missing or cannot be read.
    """
    committee = read_committee(folder)
    places = [folder / MEMBERS / str(place) for place in range(len(committee.members))]
    loaders = [partial(member, *pair) for pair in zip(committee.members, places, strict=True)]
    return CommitteeReader(loaders, [who.weight for who in committee.members], committee.temperature)


def read_committee(folder: Path) -> Committee:
    """Return who stands in a run's model folder; raises RegistryError."""
    try:
        return Committee.from_json((folder / COMMITTEE_FILE).read_text("utf-8"))
    except DAMAGE as error:
        raise RegistryError(f"The stored ensemble is incomplete: {reason(error)}.") from error
