"""What if there were fewer images, a digit nobody had seen, or wrong labels: experiments with the training set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)

from core.arrays import UInt8Array
from core.errors import ParameterError

CLASSES = 10
FEWEST, MOST = 10, 60_000
TRAINING_IMAGES = 55_000
MOST_CORRECTIONS = 400
"""Labels that a training can change; they are part of its specification, which MLflow keeps in 8,000 characters."""

Digit = Annotated[int, Field(ge=0, le=9)]
Correction = tuple[Annotated[int, Field(ge=0, lt=MOST)], Digit, Digit | None]
"""Position in the training set, label that the data gives, and the label to train with; None leaves the image out."""


class Experiment(BaseModel):
    """A change of the training rows; the default changes nothing.

    Attributes
    ----------
    limit : int, optional
        Train on this many images, as many of each digit as their share; all if None.
    left_out : tuple of int
        Digits that are not trained on; their probabilities stay, at zero.
    wrong_labels : float
        Share of training labels that are replaced by another digit.
    corrections : tuple of Correction
        Labels that somebody has reviewed and found wrong, by position in the training set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int | None = Field(None, ge=FEWEST, le=MOST)
    left_out: tuple[Digit, ...] = ()
    wrong_labels: float = Field(0.0, ge=0, le=0.9, allow_inf_nan=False)
    corrections: tuple[Correction, ...] = Field((), max_length=MOST_CORRECTIONS)

    @model_validator(mode="wrap")
    @classmethod
    def _in_words(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            experiment = handler(values)
        except ValidationError as error:
            raise ParameterError(_refusal(error)) from None
        if len(experiment.left_out) > CLASSES - 2:
            raise ParameterError(
                f"At least two digits must remain for training; got {CLASSES - len(experiment.left_out)}."
            )
        return experiment

    @field_validator("left_out")
    @classmethod
    def _in_order(cls, digits: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(digits)))

    @field_validator("corrections")
    @classmethod
    def _one_an_image(cls, corrections: tuple[Correction, ...]) -> tuple[Correction, ...]:
        latest = {correction[0]: correction for correction in corrections}
        return tuple(latest[position] for position in sorted(latest))

    @classmethod
    def limited(cls, limit: int) -> Self:
        """Train on `limit` images; raises ParameterError that says the range."""
        return cls(limit=limit)

    def apply(self, images: UInt8Array, labels: UInt8Array, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Change training rows; the same seed makes the same change.

        Parameters
        ----------
        images : (n, 28, 28) uint8
        labels : (n,) uint8

        Returns
        -------
        (m, 28, 28) uint8, (m,) uint8
            In the order in which they came.
        """
        keep = self.positions(labels, seed=seed)
        if len(keep) == len(labels) and not self.wrong_labels and not self.corrections:
            return images, labels
        changed = corrected(labels, self.corrections)[keep]
        return images[keep], with_wrong_labels(
            changed, self.wrong_labels, self.left_out, np.random.default_rng([seed, 2])
        )

    def positions(self, labels: UInt8Array, *, seed: int) -> np.ndarray:
        """Return which training rows are kept, (m,) int64, ascending, by the labels of the data (n,) uint8.

        The images of a limit are drawn by the labels of the data, so that trainings with and without corrections learn
        from the same ones.

        Raises
        ------
        ParameterError
            The corrections are of another training set.
        """
        keep = np.flatnonzero(~np.isin(labels, self.left_out))
        if self.limit is not None and self.limit < len(keep):
            keep = keep[stratified(labels[keep], self.limit, np.random.default_rng([seed, 1]))]
        taken_out = [position for position, _, label in self.corrections if label is None]
        keep = keep[~np.isin(keep, taken_out)]
        return keep[~np.isin(corrected(labels, self.corrections)[keep], self.left_out)]


def corrected(labels: UInt8Array, corrections: Sequence[Correction]) -> np.ndarray:
    """Return labels (n,) uint8 with the corrected ones in place; an image that is left out keeps its own.

    Raises
    ------
    ParameterError
        One of the corrections is of an image that is not there, or has another label.
    """
    changed = labels.copy() if corrections else labels
    for position, given, label in corrections:
        if position >= len(labels) or labels[position] != given:
            raise ParameterError(
                f"The reviewed labels belong to another training set: image {position} is no {given} here. Review the "
                "labels of this data set."
            )
        if label is not None:
            changed[position] = label
    return changed


def stratified(labels: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return positions of `size` labels, ascending, with each digit as often as its share.

    At least one of each if it fits.
    """
    digits, counts = np.unique(labels, return_counts=True)
    wanted = _shares(counts, size)
    chosen = [
        rng.permutation(np.flatnonzero(labels == digit))[:count] for digit, count in zip(digits, wanted, strict=True)
    ]
    return np.sort(np.concatenate(chosen))


def with_wrong_labels(
    labels: UInt8Array, share: float, left_out: tuple[int, ...], rng: np.random.Generator
) -> np.ndarray:
    """Replace a share of the labels (n,) uint8, each by another digit that is not left out."""
    digits = np.array([digit for digit in range(CLASSES) if digit not in left_out], np.uint8)
    chosen = rng.permutation(len(labels))[: round(share * len(labels))]
    changed = labels.copy()
    place = np.searchsorted(digits, labels[chosen])
    changed[chosen] = digits[(place + rng.integers(1, len(digits), len(chosen))) % len(digits)]
    return changed


def _shares(counts: np.ndarray, size: int) -> np.ndarray:
    """Split `size` in proportion to the counts, by the largest remainders, with at least one each where it fits."""
    exact = counts * (size / counts.sum())
    wanted = np.floor(exact).astype(int)
    if size >= len(counts):
        wanted = np.maximum(wanted, 1)
    while wanted.sum() > size:
        wanted[wanted.argmax()] -= 1
    for position in np.argsort(wanted - exact, kind="stable")[: size - wanted.sum()]:
        wanted[position] += 1
    return np.asarray(wanted)


def _refusal(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "experiment"
    ranges = {
        "limit": f"between {FEWEST} and {TRAINING_IMAGES:,}, the training images of MNIST",
        "left_out": "digits from 0 to 9",
        "wrong_labels": "between 0 and 0.9",
        "corrections": f"at most {MOST_CORRECTIONS:,} of (position, given label, new label or null), labels 0 to 9",
    }
    return f"`{name}` must be {ranges.get(name, 'one of ' + ', '.join(ranges))}; got {str(first['input'])[:60]}."
