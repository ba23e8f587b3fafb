"""Files of many pictures (npy, npz, CSV, IDX, Parquet, zip): what a model reads in each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from core.data.exports import png
from core.data.files import batches
from core.data.whole_file import whole_file
from core.errors import ImageError, InputError, ReportError
from core.models.serving.predictor import Reader
from core.reading.one_digit import in_mnist_style_already, one_digit
from core.reading.picture import BLANK_PICTURE, looks_as_they_are, read_picture
from core.reading.reader import Reading

SUFFIXES = (".npy", ".npz", ".csv", ".tsv", ".parquet", ".zip", ".gz", "ubyte")
PIECE = 64


def holds_rows(path: Path) -> bool:
    """Return whether a file is one of those that hold many pictures, by its name."""
    return path.is_file() and path.name.lower().endswith(SUFFIXES)


def read_rows(path: Path, predictor: Reader) -> Iterator[Reading]:
    """Read every picture of a file in batches, in order; one without a digit has a warning instead.

    Raises
    ------
    FileError
        The file cannot be used; names it and the way out.
    """
    index = 0
    for batch in batches(path):
        plain = _plain(batch.pictures) & ~_blank(batch.pictures)
        ready = iter(looks_as_they_are(np.asarray(batch.pictures)[plain], predictor) if plain.any() else ())
        for picture, is_plain in zip(batch.pictures, plain, strict=True):
            look = next(ready) if is_plain else None
            yield Reading(str(path), index, look, look.warnings) if look else _read(path, index, picture, predictor)
            index += 1


def write_submission(path: Path, output: Path, predictor: Reader) -> int:
    """Write the digit of every picture as Kaggle's Digit Recognizer takes it: `ImageId,Label`, counted from 1.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    FileError
        The file cannot be used.
    ReportError
        The output cannot be written.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # pieces that fit a core's cache take three quarters of the time
        labels = list(pool.map(predictor.predict, _pieces(_single_digits(path))))
    digits = np.concatenate(labels) if labels else np.empty(0, np.uint8)
    if not len(digits):
        raise InputError(f"{path.name} holds no picture, so there is nothing to submit.")
    rows = "".join(f"{number},{digit}\n" for number, digit in enumerate(digits.tolist(), 1))
    try:
        with whole_file(output) as place:
            place.write_text("ImageId,Label\n" + rows, "utf-8")
    except OSError as error:
        raise ReportError(f"{output} cannot be written: {error.strerror or error}.") from None
    return len(digits)


def _read(path: Path, index: int, picture: np.ndarray | bytes, predictor: Reader) -> Reading:
    if isinstance(picture, np.ndarray) and picture.min() == picture.max():  # as empty rows often are, by the thousand
        return Reading(str(path), index, None, (BLANK_PICTURE,))
    try:
        look = read_picture(picture if isinstance(picture, bytes) else png(picture), predictor)
    except ImageError as error:
        return Reading(str(path), index, None, (str(error),))
    return Reading(str(path), index, look, look.warnings)


def _single_digits(path: Path) -> Iterator[np.ndarray]:
    for batch in batches(path):
        plain = _plain(batch.pictures)
        if plain.all():
            yield np.asarray(batch.pictures)
        else:
            yield np.array([np.asarray(p) if ok else _one(p) for p, ok in zip(batch.pictures, plain, strict=True)])


def _pieces(images: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    for batch in images:
        yield from (batch[start : start + PIECE] for start in range(0, len(batch), PIECE))


def _one(picture: np.ndarray | bytes) -> np.ndarray:
    """Read the one digit of a picture; an empty one where none is found, as a submission needs a row for each."""
    try:
        return one_digit(picture)
    except ImageError:
        return np.zeros((28, 28), np.uint8)


def _blank(pictures: object) -> np.ndarray:
    """Say of each picture whether it has one shade only."""
    if isinstance(pictures, np.ndarray) and len(pictures):
        rows = pictures.reshape(len(pictures), -1)
        return np.asarray(rows.min(axis=1) == rows.max(axis=1))
    return np.zeros(len(pictures), bool)  # type: ignore[arg-type]


def _plain(pictures: object) -> np.ndarray:
    if isinstance(pictures, np.ndarray):
        return in_mnist_style_already(pictures)
    return np.zeros(len(pictures), bool)  # type: ignore[arg-type]
