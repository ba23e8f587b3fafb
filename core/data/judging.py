"""The images that judge models, by name: MNIST's validation and test images, and test sets of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.data import test_sets
from core.data.dataset import JUDGES, Dataset, Split, fingerprint
from core.data.sample import whole_validation
from core.errors import ParameterError

FULL_VALIDATION = "full_validation"
"""Beside the sample of MNIST: all 5,000 validation images, which the shipped models have never seen."""


@dataclass(frozen=True, eq=False)
class JudgingSet:
    """Images that judge, under one name.

    Attributes
    ----------
    name : str
        "validation", "test", "full_validation", or that of a test set of one's own.
    title : str
        What they are called before the word "images".
    split : Split
    fingerprint : str
        Figures are compared only where it is the same.
    notes : tuple of str
        What somebody who reads the figures must know, as sentences.
    """

    name: str
    title: str
    split: Split
    fingerprint: str
    notes: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is a test set of one's own."""
        return self.name not in (*JUDGES, FULL_VALIDATION)


def judging_names(dataset: Dataset) -> list[str]:
    """Return every name that `judging_set` takes for a data set."""
    return [*([FULL_VALIDATION] if dataset.is_sample else []), *JUDGES, *test_sets.names()]


def judging_set(dataset: Dataset, name: str) -> JudgingSet:
    """Give the images of a name.

    Raises
    ------
    ParameterError
        There are none of that name; lists those there are.
    DataError
        The file of a test set is damaged.
    """
    if name in JUDGES:
        return JudgingSet(name, title(name), dataset.evaluation_split(name), dataset.fingerprint)
    if name == FULL_VALIDATION and dataset.is_sample:
        return _full_validation()
    if name not in test_sets.names():
        raise ParameterError(f"`split` must be one of {', '.join(judging_names(dataset))}; got {name[:60]}.")
    own = test_sets.load(name)
    return JudgingSet(name, title(name), own.split, own.fingerprint, own.notes)


@lru_cache(maxsize=1)
def _full_validation() -> JudgingSet:
    split = whole_validation()
    return JudgingSet(FULL_VALIDATION, title(FULL_VALIDATION), split, fingerprint(split, split))


def title(name: str) -> str:
    """Return what images are called before the word "images"."""
    return "validation" if name == FULL_VALIDATION else name
