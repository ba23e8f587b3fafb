"""Files of labelled pictures made into a test set: looked at first, told, and kept only then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import UInt8Array
from core.data import test_sets
from core.data.dataset import CLASSES, validation_positions
from core.data.files import MOST_IMAGES, Batch, batches
from core.data.published import TRAINING, UNKNOWN, positions, published_labels
from core.data.recognised import Part, joined, part_of
from core.errors import FileError, ImageError
from core.models.serving.predictor import Reader
from core.permissions import Actor
from core.reading.one_digit import in_mnist_style_already, one_digit

Progress = Callable[[int], None]
ASKED = 500
"""Pictures by which a model says whether a file is transposed."""

AS_IT_IS, TURNED = 0.5, 0.85
"""EMNIST's files hold each picture transposed: below the first share is right as it is, above the second if turned."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What was recognised in somebody's files, before anything is kept.

    Attributes
    ----------
    images : ndarray (n, 28, 28) uint8
    labels : ndarray (n,) uint8
    parts : list of Part
        What each file holds.
    notes : tuple of str
        What was done to the pictures, and what their figures must be read with, as sentences.
    """

    path: Path
    images: np.ndarray
    labels: np.ndarray
    parts: list[Part]
    notes: tuple[str, ...]

    @property
    def counts(self) -> list[int]:
        """How many pictures of each digit."""
        return [int(count) for count in np.bincount(self.labels, minlength=CLASSES)]

    @property
    def origin(self) -> str:
        """The files and what they are, in words."""
        return f"{self.path.name}: {'; '.join(map(str, self.parts[:6]))}"

    def sheet(self, columns: int = 10) -> UInt8Array:
        """Return up to ten pictures of each digit, a row a digit, as one picture (280, 280) uint8."""
        rows = np.zeros((CLASSES, columns, 28, 28), np.uint8)
        for digit in range(CLASSES):
            found = self.images[np.flatnonzero(self.labels == digit)[:columns]]
            rows[digit, : len(found)] = found
        return rows.transpose(0, 2, 1, 3).reshape(CLASSES * 28, columns * 28)

    def examples(self, count: int) -> np.ndarray:
        """Return positions of up to `count` pictures, the digits in turn."""
        turns = [np.flatnonzero(self.labels == digit) for digit in range(CLASSES)]
        dealt = [own[turn] for turn in range(count) for own in turns if turn < len(own)]
        return np.array(dealt[:count], np.int64)

    def as_dict(self) -> dict[str, object]:
        """Return the JSON that the command line prints."""
        return {
            "path": str(self.path),
            "recognised": [str(part) for part in self.parts],
            "images": len(self.labels),
            "digits": self.counts,
            "notes": list(self.notes),
        }


def prepare(path: Path, reader: Reader | None = None, progress: Progress | None = None) -> Prepared:
    """Read a file or a folder of labelled pictures, and say what was recognised.

    Pictures of 28 x 28 in MNIST's style are taken as they are, others go through the reading of pictures.

    Parameters
    ----------
    reader : Reader, optional
        A model that says whether the pictures are transposed, as EMNIST's are; they are turned upright then.
    progress : callable, optional
        Called with the number of pictures that have been read.

    Raises
    ------
    FileError
        The file cannot be used: names the file, the value and the way out.
    """
    parts: list[Part] = []
    images: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    unread = reshaped = 0
    for batch in batches(path):
        parts.append(part_of(batch))
        if batch.labels is None:
            continue
        found, kept, changed = _in_style(batch)
        images.append(found)
        labels.append(batch.labels[kept])
        unread, reshaped = unread + int((~kept).sum()), reshaped + changed
        done = sum(map(len, labels))
        if done > MOST_IMAGES:
            raise FileError(f"{path.name} holds more than {MOST_IMAGES:,} pictures; take a part of it.")
        if progress:
            progress(done)
    told = joined(parts)
    if not labels or not sum(map(len, labels)):
        raise FileError(_nothing(path, told, unread))
    pictures, digits = np.concatenate(images), np.concatenate(labels)
    turned = reader is not None and _is_transposed(pictures, digits, reader)
    if turned:
        pictures = np.ascontiguousarray(pictures.transpose(0, 2, 1))
    return Prepared(path, pictures, digits, told, tuple(_notes(pictures, digits, told, unread, reshaped, turned)))


def add(name: str, prepared: Prepared, actor: Actor | None = None) -> test_sets.OwnTestSet:
    """Keep what was prepared as a test set; raises as `core.data.test_sets.save`."""
    return test_sets.save(
        name, prepared.images, prepared.labels, origin=prepared.origin, notes=prepared.notes, actor=actor
    )


def _in_style(batch: Batch) -> tuple[np.ndarray, np.ndarray, int]:
    """Return a batch in MNIST's style (k, 28, 28), a mask (n,) bool of its pictures, and how many changed."""
    pictures = batch.pictures
    as_they_are = in_mnist_style_already(pictures) if isinstance(pictures, np.ndarray) else np.zeros(len(batch), bool)
    if as_they_are.all():
        return np.asarray(pictures), as_they_are, 0
    found = [
        np.asarray(picture) if kept else _read(picture) for picture, kept in zip(pictures, as_they_are, strict=True)
    ]
    kept = np.array([picture is not None for picture in found], bool)
    read = [picture for picture in found if picture is not None]
    return np.array(read, np.uint8).reshape(-1, 28, 28), kept, int((kept & ~as_they_are).sum())


def _read(picture: np.ndarray | bytes) -> np.ndarray | None:
    try:
        return one_digit(picture)
    except ImageError:
        return None


def _nothing(path: Path, parts: list[Part], unread: int) -> str:
    if unread:
        return f"{path.name}: no digit was found in its {unread:,} images."
    told = "; ".join(map(str, parts[:6])) or "no pictures"
    return f"{path.name} has no labels, so no model can be evaluated on it. Recognised: {told}."


def _is_transposed(images: UInt8Array, labels: np.ndarray, reader: Reader) -> bool:
    chosen = np.random.default_rng(0).permutation(len(labels))[:ASKED]
    some, truth = images[chosen], labels[chosen]
    if len(chosen) < 20 or (reader.predict(some) == truth).mean() >= AS_IT_IS:
        return False
    return bool((reader.predict(np.ascontiguousarray(some.transpose(0, 2, 1))) == truth).mean() >= TURNED)


def _notes(
    images: UInt8Array, labels: np.ndarray, parts: list[Part], unread: int, reshaped: int, turned: bool
) -> Iterator[str]:
    total = len(labels)
    if reshaped:
        yield f"{reshaped:,} of {total:,} pictures, not in MNIST's style, went through the reading of pictures."
    if unread:
        yield f"No digit was found in {unread:,} images; they are left out."
    if turned:
        yield "The images were transposed, as in EMNIST, and have been corrected."
    unlabelled = sum(part.images for part in parts if not part.labelled)
    if unlabelled:
        yield f"{unlabelled:,} images without labels are left out."
    missing = [str(digit) for digit in range(CLASSES) if not (labels == digit).any()]
    if missing:
        yield f"There is no image of {', '.join(missing)}."
    yield from _known(images, labels)


def _known(images: UInt8Array, labels: np.ndarray) -> Iterator[str]:
    """Say which pictures are MNIST's own: models have learned from some of them."""
    places = positions(images)
    known = places != UNKNOWN
    if not known.any():
        return
    truth = published_labels()
    validating = np.isin(places, validation_positions(truth[:TRAINING]))
    learned = int((known & (places < TRAINING) & ~validating).sum())
    yield (
        f"{int(known.sum()):,} of {len(labels):,} images are MNIST's own: {learned:,} training, "
        f"{int(validating.sum()):,} validation and {int((places >= TRAINING).sum()):,} test images."
        + (" Models have learned from the training images, so figures on them flatter." if learned else "")
    )
    other = int((truth[places[known]] != labels[known]).sum())
    if other:
        yield f"{other:,} of these have another label than MNIST published."
