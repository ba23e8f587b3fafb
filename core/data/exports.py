"""Digits as files: PNG pictures with a table of their labels."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from core.data.dataset import Split
from core.errors import ParameterError, ReportError

LABELS_NAME = "labels.csv"


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
        raise ParameterError(f"`images` must be between 0 and {len(split) - 1:,}; got {wrong[0]}.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows = [_write_image(split, number, folder) for number in numbers]
        return _write_labels(rows, folder / LABELS_NAME)
    except OSError as error:
        raise ReportError(f"The images cannot be written to {folder}: {error.strerror or error}.") from error


def png(image: np.ndarray) -> bytes:
    """Encode a (h, w) uint8 picture as PNG."""
    return bytes(cv2.imencode(".png", image)[1])


def _write_image(split: Split, number: int, folder: Path) -> tuple[str, int, int]:
    label = int(split.labels[number])
    name = f"{number:05d}_{label}.png"
    (folder / name).write_bytes(png(split.images[number]))
    return name, label, int(split.index[number])


def _write_labels(rows: list[tuple[str, int, int]], path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("file", "label", "index"))
        table.writerows(rows)
    return path
