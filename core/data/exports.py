"""What the Data page shows as files: digits with a table of their labels, and what is typical of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.data.dataset import CLASSES, Split
from core.data.gallery import mean_images, variance_images
from core.errors import ParameterError, ReportError

LABELS_NAME = "labels.csv"
COUNTS_NAME = "counts.csv"


def write_images(split: Split, numbers: Sequence[int], folder: Path) -> Path:
    """Write digits as 28 x 28 grey PNG files, bright ink on black, and `labels.csv` (file, label, index) beside them.

    Parameters
    ----------
    split : Split
    numbers : sequence of int
        Positions in the split, from 0.
    folder : Path
        Made if it is not there.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    ParameterError
        A number is not one of the split's.
    ReportError
        The folder cannot be written.
    """
    wrong = [number for number in numbers if not 0 <= number < len(split)]
    if wrong:
        raise ParameterError(f"`numbers` must be between 0 and {len(split) - 1:,}; got {wrong[0]}.")
    with _writing(folder):
        rows = [_write_image(split, number, folder) for number in numbers]
        return _write_table(("file", "label", "index"), rows, folder / LABELS_NAME)


def write_averages(split: Split, folder: Path) -> Path:
    """Write the mean and the variance image of each digit as PNG files, and `counts.csv` beside them.

    Grey levels of a mean are those of the images; of a variance, 255 is the largest that any pixel of any digit has.

    Returns
    -------
    Path
        The table (digit, images, share of the split, mean, variance).

    Raises
    ------
    ReportError
        The folder cannot be written.
    """
    counts = np.bincount(split.labels, minlength=CLASSES)
    means, variances = mean_images(split), variance_images(split)
    variances *= 255 / max(float(variances.max()), 1)
    with _writing(folder):
        rows = [
            (
                digit,
                int(count),
                count / len(split),
                _write_picture(means[digit], folder / f"mean_{digit}.png"),
                _write_picture(variances[digit], folder / f"variance_{digit}.png"),
            )
            for digit, count in enumerate(counts)
        ]
        return _write_table(("digit", "images", "share", "mean", "variance"), rows, folder / COUNTS_NAME)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise ReportError(f"The images cannot be written to {folder}: {error.strerror or error}.") from error


def png(image: UInt8Array) -> bytes:
    """Encode a (h, w) uint8 picture as PNG."""
    return bytes(cv2.imencode(".png", image)[1])


def _write_image(split: Split, number: int, folder: Path) -> tuple[str, int, int]:
    label = int(split.labels[number])
    name = _write_picture(split.images[number], folder / f"{number:05d}_{label}.png")
    return name, label, int(split.index[number])


def _write_picture(image: UInt8Array, path: Path) -> str:
    path.write_bytes(png(np.rint(image).astype(np.uint8)))
    return path.name


def _write_table(columns: Sequence[str], rows: Sequence[Sequence[object]], path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(rows)
    return path
