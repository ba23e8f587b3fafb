"""From what learned steps make of a picture back to a picture: what of it is left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.preprocessing.affine import Affine
from core.preprocessing.recipe import Recipe


def reconstruct(affine: Affine, features: np.ndarray) -> np.ndarray:
    """Undo a learned step as far as it can be undone: the least-squares inverse of its map.

    The columns of a PCA's matrix are orthogonal, so its inverse is its transpose over their squared lengths.

    Parameters
    ----------
    features : (n, k) float32
        What the step returned.

    Returns
    -------
    (n, d) float32
    """
    if affine.matrix is not None:
        return np.asarray(_over(features, (affine.matrix**2).sum(axis=0)) @ affine.matrix.T + affine.mean)
    scale = np.ones_like(affine.mean) if affine.scale is None else affine.scale
    return np.asarray(_over(features, scale) + affine.mean)


def _over(features: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return features (n, k) float32 over lengths (k,) float32; 0 where a length is."""
    return np.asarray(np.divide(features, lengths, out=np.zeros_like(features), where=lengths != 0))


def picture_left(recipe: Recipe, learned: Sequence[Affine], features: np.ndarray) -> np.ndarray | None:
    """Show one picture as the learned steps have left it.

    Parameters
    ----------
    features : (k,) float32
        One row after all steps.

    Returns
    -------
    (h, w) uint8 or None
        0 black to 255 ink; None where nothing is learned, or the rows were no pixels.
    """
    if not learned or any(step.kind == "hog" for step in recipe.fixed):
        return None
    rows = features[None]
    for affine in reversed(learned):
        rows = reconstruct(affine, rows)
    side = round(rows.shape[1] ** 0.5)
    low, high = _range(recipe, rows)
    return np.clip(255 * (rows - low) / (high - low), 0, 255).astype(np.uint8).reshape(side, side)


def _range(recipe: Recipe, rows: np.ndarray) -> tuple[float, float]:
    """Return the values that black and full ink have after the recipe's normalisation."""
    scale = next(step.settings()["scale"] for step in recipe.fixed if step.kind == "normalise")
    if scale == "each":
        return float(rows.min()), max(float(rows.max()), float(rows.min()) + 1e-6)
    return (-1.0, 1.0) if scale == "signed" else (0.0, 1.0)
