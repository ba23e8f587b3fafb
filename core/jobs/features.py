"""Features fitted once for a recipe and a set of training images, then read from disk."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import zipfile
from pathlib import Path

import numpy as np

from core.data.whole_file import whole_file
from core.preprocessing.affine import Affine
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe
from core.settings import settings

LIMIT_BYTES = 1_500_000_000
LARGEST_BYTES = 200_000_000
"""Features larger than this are made again, as reading them is no faster."""

PARTS = tuple(field.name for field in dataclasses.fields(Affine))


def fitted_features(recipe: Recipe, images: np.ndarray) -> tuple[Pipeline, np.ndarray]:
    """Fit a recipe on training images, or read what an earlier training fitted on the same ones.

    Parameters
    ----------
    images : (n, 28, 28) uint8
        Training rows only.

    Returns
    -------
    Pipeline, (n, ...) float32
        The fitted pipeline and the features of `images`.
    """
    path = settings().cache / "features" / f"{_digest(recipe, images)}.npz"
    kept = _read(path, recipe)
    if kept is not None:
        return kept
    pipeline, features = Pipeline(recipe).fit_transform(images)
    if features.nbytes <= LARGEST_BYTES:
        _write(path, pipeline, features)
    return pipeline, features


def _digest(recipe: Recipe, images: np.ndarray) -> str:
    content = hashlib.sha256(f"{recipe.key} {images.shape}".encode())
    content.update(np.ascontiguousarray(images).data)
    return content.hexdigest()[:24]


def _read(path: Path, recipe: Recipe) -> tuple[Pipeline, np.ndarray] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            learned = tuple(_affine(stored, position) for position in range(int(stored["learned"])))
            features = stored["features"]
        os.utime(path)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    return Pipeline(recipe, learned), features


def _affine(stored: np.lib.npyio.NpzFile, position: int) -> Affine:
    return Affine(**{name: stored[f"{name}_{position}"] for name in PARTS if f"{name}_{position}" in stored})


def _write(path: Path, pipeline: Pipeline, features: np.ndarray) -> None:
    arrays: dict[str, np.ndarray] = {"features": features, "learned": np.array(len(pipeline.learned))}
    for position, affine in enumerate(pipeline.learned):
        for name in PARTS:
            if getattr(affine, name) is not None:
                arrays[f"{name}_{position}"] = getattr(affine, name)
    try:
        with whole_file(path) as staging, staging.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
    except OSError:
        return
    _forget_oldest(path.parent)


def _forget_oldest(folder: Path) -> None:
    """Keep the cache below its limit, the least recently used file goes first."""
    files = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)
    total = sum(file.stat().st_size for file in files)
    while total > LIMIT_BYTES and files:
        oldest = files.pop(0)
        total -= oldest.stat().st_size
        oldest.unlink(missing_ok=True)
