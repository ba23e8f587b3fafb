"""My digits: drawings that somebody has corrected, kept for their owner alone below `DIGITLAB_HOME`."""

from __future__ import annotations

import hashlib
import io
import shutil
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import UInt8Array
from core.damage import DAMAGE
from core.data.whole_file import whole_file
from core.errors import DataError, InputError, NotAllowedError, ParameterError, ReadOnlyError
from core.settings import settings

MOST = 2_000
"""Digits that one owner can keep."""

SUFFIX = ".npz"


@dataclass(frozen=True, eq=False)
class OwnDigit:
    """One corrected drawing.

    Attributes
    ----------
    name : str
        Of its file; ascending names are the order of saving.
    image : (28, 28) uint8
        0 paper to 255 ink.
    label : int
        What it should have been.
    held_out : bool
        Fixed when it was saved: it judges, and is never learned from.
    """

    name: str
    image: np.ndarray
    label: int
    held_out: bool


def folder_of(owner: str) -> Path:
    """Return where an owner's digits lie; the folder's name gives nobody's name away."""
    return settings().home / "own_digits" / hashlib.sha256(owner.encode()).hexdigest()[:32]


def own_digits(owner: str) -> list[OwnDigit]:
    """Return an owner's digits, the oldest first; damaged files are passed over, and nobody ("") has any."""
    if not owner:
        return []
    digits = (_read(path) for path in sorted(folder_of(owner).glob(f"*{SUFFIX}")))
    return [digit for digit in digits if digit is not None]


def save(owner: str, image: UInt8Array, label: int) -> OwnDigit:
    """Keep a drawing with what it should have been; every second one of each digit is held out.

    Raises
    ------
    NotAllowedError
        `owner` is "", a visitor who is not logged in.
    ReadOnlyError
        Nothing may be changed here.
    ParameterError
        `label` is no digit.
    InputError
        The very same picture is kept already, or there are too many.
    DataError
        The file cannot be written.
    """
    _require_writable(owner)
    if not 0 <= label <= 9:
        raise ParameterError(f"`label` must be between 0 and 9; got {label}.")
    kept = own_digits(owner)
    if len(kept) >= MOST:
        raise InputError(f"You can keep up to {MOST:,} digits; delete some first.")
    if any(np.array_equal(digit.image, image) for digit in kept):
        raise InputError("This drawing is already one of your digits.")
    name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
    digit = OwnDigit(name, image, label, sum(other.label == label for other in kept) % 2 == 1)
    _write(folder_of(owner), digit)
    return digit


def delete(owner: str, name: str) -> None:
    """Delete one digit; raises InputError when there is none of that name."""
    _require_writable(owner)
    path = next((path for path in folder_of(owner).glob(f"*{SUFFIX}") if path.stem == name), None)
    if path is None:
        raise InputError("This digit has already been deleted.")
    path.unlink(missing_ok=True)


def delete_all(owner: str) -> None:
    """Delete everything that an owner has kept, with the model that learned from it."""
    _require_writable(owner)
    shutil.rmtree(folder_of(owner), ignore_errors=True)


def arrays(digits: Sequence[OwnDigit]) -> tuple[np.ndarray, np.ndarray]:
    """Return images (n, 28, 28) uint8 and labels (n,) uint8."""
    images = np.array([digit.image for digit in digits], np.uint8).reshape(-1, 28, 28)
    return images, np.array([digit.label for digit in digits], np.uint8)


def export(owner: str) -> bytes:
    """Return an owner's digits as npz: `images` (n, 28, 28) uint8, `labels` (n,) uint8, `held_out` (n,) bool."""
    digits = own_digits(owner)
    images, labels = arrays(digits)
    packed = io.BytesIO()
    np.savez_compressed(packed, images=images, labels=labels, held_out=np.array([d.held_out for d in digits], bool))
    return packed.getvalue()


def _require_writable(owner: str) -> None:
    if not owner:
        raise NotAllowedError("Log in to keep digits: visitors who are not logged in share no folder of their own.")
    if settings().readonly:
        raise ReadOnlyError("Digit Lab is in read-only mode; digits cannot be stored or deleted.")


def _write(folder: Path, digit: OwnDigit) -> None:
    try:
        whole = whole_file(folder / f"{digit.name}{SUFFIX}", mode=0o700)
        with whole as staging, staging.open("wb") as file:
            np.savez_compressed(file, image=digit.image, label=np.uint8(digit.label), held_out=np.bool_(digit.held_out))
    except OSError as error:
        raise DataError(f"The digit could not be stored: {error.strerror or error}.") from error


def _read(path: Path) -> OwnDigit | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            image, label = stored["image"], int(stored["label"])
            if image.shape != (28, 28) or image.dtype != np.uint8 or not 0 <= label <= 9:
                return None
            return OwnDigit(path.stem, image, label, bool(stored["held_out"]))
    except DAMAGE:
        return None
