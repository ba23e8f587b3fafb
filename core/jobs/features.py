"""Features fitted once for a recipe and a set of training images, then read from disk."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from core.arrays import UInt8Array
from core.data.npz_cache import NpzCache
from core.preprocessing.affine import Affine
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe

KEPT = NpzCache("features", most_bytes=1_500_000_000)
LARGEST_BYTES = 200_000_000
"""Features larger than this are made again, as reading them is no faster."""

PARTS = tuple(field.name for field in dataclasses.fields(Affine))


def fitted_features(recipe: Recipe, images: UInt8Array) -> tuple[Pipeline, np.ndarray]:
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
    key = _digest(recipe, images)
    kept = KEPT.read(key)
    if kept is not None:
        return Pipeline(recipe, _learned(kept)), kept["features"]
    pipeline, features = Pipeline(recipe).fit_transform(images)
    if features.nbytes <= LARGEST_BYTES:
        _keep(key, pipeline, features)
    return pipeline, features


def _digest(recipe: Recipe, images: UInt8Array) -> str:
    content = hashlib.sha256(f"{recipe.key} {images.shape}".encode())
    content.update(np.ascontiguousarray(images).data)
    return content.hexdigest()[:24]


def _learned(kept: Mapping[str, np.ndarray]) -> tuple[Affine, ...]:
    return tuple(
        Affine(**{name: kept[f"{name}_{position}"] for name in PARTS if f"{name}_{position}" in kept})
        for position in range(int(kept["learned"]))
    )


def _keep(key: str, pipeline: Pipeline, features: np.ndarray) -> None:
    arrays: dict[str, np.ndarray] = {"features": features, "learned": np.array(len(pipeline.learned))}
    for position, affine in enumerate(pipeline.learned):
        parts = {f"{name}_{position}": getattr(affine, name) for name in PARTS}
        arrays |= {name: array for name, array in parts.items() if array is not None}
    with suppress(OSError):
        KEPT.write(key, arrays)
