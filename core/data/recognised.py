"""What is in a file that somebody brings, told before anything is used: counts, forms, and whether it is MNIST."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import UInt8Array
from core.data.archive import NPZ_NAME, check
from core.data.dataset import Arrays
from core.data.files import Batch, batches
from core.data.published import IMAGES, TRAINING, UNKNOWN, positions, published_labels
from core.data.whole_file import whole_file
from core.errors import DataError, FileError
from core.permissions import require_writable
from core.settings import settings

SIDE = 28


@dataclass(frozen=True)
class Part:
    """What one file holds: pictures, how many of them with a label, and their size where all have the same."""

    source: str
    form: str
    images: int
    labelled: bool
    size: tuple[int, int] | None

    def __str__(self) -> str:
        size = f" of {self.size[1]} x {self.size[0]} pixels" if self.size else " of several sizes"
        return (
            f"{self.source} ({self.form}): {self.images:,} pictures{size}, {'with' if self.labelled else 'no'} labels"
        )


def part_of(batch: Batch) -> Part:
    """Describe one batch."""
    size = batch.pictures.shape[1:] if isinstance(batch.pictures, np.ndarray) else None
    return Part(batch.source, batch.form, len(batch), batch.labels is not None, size)


def joined(parts: Iterable[Part]) -> list[Part]:
    """Return one description a file, from those of its batches."""
    found: dict[str, Part] = {}
    for part in parts:
        before = found.get(part.source)
        if before is not None:
            size = part.size if part.size == before.size else None
            part = Part(part.source, part.form, before.images + part.images, part.labelled and before.labelled, size)
        found[part.source] = part
    return list(found.values())


def read_mnist(path: Path) -> Arrays:
    """Read the full MNIST out of any file or folder that holds all of its images, in whatever order.

    Kaggle's competition deals the 70,000 images out anew, and gives no labels with 28,000 of them: each image is
    recognised by its hash, and has the label that was published with it.

    Raises
    ------
    DataError
        Images are missing, or have other labels than MNIST's; tells what was recognised.
    """
    images, seen, parts, wrong = np.zeros((IMAGES, SIDE, SIDE), np.uint8), np.zeros(IMAGES, bool), [], 0
    try:
        for batch in batches(path):
            parts.append(part_of(batch))
            if isinstance(batch.pictures, np.ndarray) and batch.pictures.shape[1:] == (SIDE, SIDE):
                places = positions(batch.pictures)
                known = places != UNKNOWN
                images[places[known]], seen[places[known]] = batch.pictures[known], True
                if batch.labels is not None:
                    wrong += int((published_labels()[places[known]] != batch.labels[known]).sum())
    except FileError as error:
        raise DataError(str(error)) from error
    if not seen.all() or wrong:
        raise DataError(_missing(path, joined(parts), int(seen.sum()), wrong))
    return arrays_of(images, path)


def arrays_of(images: UInt8Array, path: Path) -> Arrays:
    """Return MNIST from its images (70000, 28, 28) uint8 in the published order; checks them bit for bit."""
    labels = published_labels()
    arrays = Arrays(images[:TRAINING], labels[:TRAINING], images[TRAINING:], labels[TRAINING:])
    for name, array in arrays._asdict().items():
        check(name, array, path)
    return arrays


def keep_as_mnist(arrays: Arrays) -> Path:
    """Keep the full MNIST where a download would be, so that it is in use from now on; returns the file.

    Raises
    ------
    ReadOnlyError
        Nothing may be changed here.
    DataError
        The file cannot be written.
    """
    require_writable()
    path = settings().cache / "mnist" / NPZ_NAME
    try:
        with whole_file(path) as staging, staging.open("wb") as file:
            np.savez(file, **arrays._asdict())
    except OSError as error:
        raise DataError(f"MNIST cannot be written to {path.parent}: {error.strerror or error}.") from error
    return path


def _missing(path: Path, parts: list[Part], seen: int, wrong: int) -> str:
    told = "; ".join(map(str, parts[:6]))
    if wrong:
        return f"{path} is not MNIST as published: {wrong:,} labels differ. Recognised: {told}."
    return f"{path} holds {seen:,} of MNIST's {IMAGES:,} images. Recognised: {told}."
