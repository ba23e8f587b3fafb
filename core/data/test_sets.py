"""Test sets of one's own: pictures with labels below `DIGITLAB_HOME`, which judge every model beside MNIST's."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.arrays import UInt8Array
from core.damage import DAMAGE, reason
from core.data.dataset import CLASSES, Split
from core.data.whole_file import whole_file
from core.errors import DataError, InputError
from core.permissions import Actor, operator, require
from core.settings import settings

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
RESERVED = ("train", "validation", "test", "full_validation", "mnist", "sample", "all")
FOLDER, SUFFIX = "test_sets", ".npz"


@dataclass(frozen=True, eq=False)
class OwnTestSet:
    """Pictures with labels that somebody brought.

    Attributes
    ----------
    name : str
        Letters, digits, - and _; it stands in addresses and on the command line.
    split : Split
    origin : str
        The files that it came from, in words.
    notes : tuple of str
        What somebody who reads its figures must know, as sentences.
    owner : str
    fingerprint : str
        16 hexadecimal digits over its images and labels; figures are compared only where it is the same.
    """

    name: str
    split: Split
    origin: str
    notes: tuple[str, ...]
    owner: str
    fingerprint: str


def checked_name(name: str) -> str:
    """Give a name back that a test set can have; raises InputError for any other."""
    if not NAME.fullmatch(name) or name.lower() in RESERVED:
        raise InputError(
            f"A test set's name has up to 40 letters, digits, - and _, and is none of {', '.join(RESERVED)}; got "
            f"{name[:60]!r}."
        )
    return name


def check_free(name: str) -> None:
    """Raise InputError for a name that a test set cannot have, or that one has already."""
    if checked_name(name) in names():
        raise InputError(f"There is a test set {name!r} already; take another name, or remove that one first.")


def names() -> list[str]:
    """Return the names of all test sets of one's own, in order."""
    return sorted(path.stem for path in _folder().glob(f"*{SUFFIX}") if NAME.fullmatch(path.stem))


def load(name: str) -> OwnTestSet:
    """Open a test set by its name.

    Raises
    ------
    InputError
        There is none of that name; lists those there are.
    DataError
        Its file is damaged.
    """
    path = _path(checked_name(name))
    try:
        state = path.stat()
    except OSError:
        there = ", ".join(names()) or "none yet; `python -m core data add` adds one"
        raise InputError(f"There is no test set {name!r}; there are: {there}.") from None
    return _load(path, state.st_mtime_ns, state.st_size)


def save(
    name: str,
    images: UInt8Array,
    labels: UInt8Array,
    *,
    origin: str,
    notes: tuple[str, ...] = (),
    actor: Actor | None = None,
) -> OwnTestSet:
    """Keep pictures (n, 28, 28) uint8 with labels (n,) uint8 as a test set, which the actor owns.

    Raises
    ------
    ReadOnlyError, NotAllowedError
        Nothing may be changed here, or not by the actor.
    InputError
        The name cannot be used, or is taken; or there is no picture.
    DataError
        The file cannot be written.
    """
    actor = actor or operator()
    require(actor, "add", what="a test set")
    check_free(name)
    if not len(images):
        raise InputError("A test set needs at least one image with a label.")
    about = json.dumps({"origin": origin, "notes": notes, "owner": actor.name})
    path = _path(name)
    try:
        with whole_file(path) as staging, staging.open("wb") as file:
            np.savez_compressed(file, images=images, labels=labels, about=np.array(about))
    except OSError as error:
        raise DataError(f"The test set cannot be written to {path.parent}: {error.strerror or error}.") from error
    return load(name)


def remove(name: str, actor: Actor | None = None) -> None:
    """Delete a test set; raises InputError where there is none of that name, NotAllowedError where it is another's."""
    require(actor or operator(), "remove", load(name).owner, what=f"the test set {name}")
    _path(name).unlink(missing_ok=True)


def _folder() -> Path:
    return settings().home / FOLDER


def _path(name: str) -> Path:
    return _folder() / f"{name}{SUFFIX}"


@lru_cache(maxsize=4)
def _load(path: Path, changed: int, size: int) -> OwnTestSet:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            images, labels, about = stored["images"], stored["labels"], json.loads(str(stored["about"]))
        if images.shape != (len(labels), 28, 28) or images.dtype != np.uint8 or labels.max(initial=0) >= CLASSES:
            raise ValueError("it holds other arrays")
        split = Split(images, labels.astype(np.uint8), np.arange(len(labels), dtype=np.int64))
        mark = _fingerprint(split.images, split.labels)
        return OwnTestSet(path.stem, split, about["origin"], tuple(about["notes"]), about["owner"], mark)
    except DAMAGE as error:
        raise DataError(
            f"The test set {path.stem} is damaged ({reason(error)}); remove {path}, and add it again."
        ) from error


def _fingerprint(images: UInt8Array, labels: np.ndarray) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(images).data)
    digest.update(np.ascontiguousarray(labels).data)
    return digest.hexdigest()[:16]
