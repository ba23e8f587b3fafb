"""Linear discriminants: the directions of the features along which the digits lie apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np


def discriminants(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Fit the directions that best tell each digit from all others, and every two from each other.

    After Fisher, "The use of multiple measurements in taxonomic problems" (1936), with the covariance shrunk as in
    Ledoit and Wolf, "Honey, I shrunk the sample covariance matrix" (2004), for training sets that are small. A tree
    asks one feature at a time; along such a direction one question does the work of many.

    Parameters
    ----------
    features : (n, d) float32
    labels : (n,) uint8
        At least two digits.

    Returns
    -------
    (d, k) float32
        For m digits one of each and one of every two, m (m + 1) / 2; for two digits the one there is; none where a
        digit has a single image, which says nothing of how its images vary.
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    if np.unique(labels, return_counts=True)[1].min() == 1:
        return np.empty((features.shape[1], 0), np.float32)
    analysis = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(features, labels)
    each = analysis.coef_.T
    pairs = [each[:, one] - each[:, other] for one, other in combinations(range(each.shape[1]), 2)]
    return np.column_stack([each, *pairs]).astype(np.float32)


def with_discriminants(features: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return features (n, d) float32 with those along directions (d, k) float32 beside them, (n, d + k) float32."""
    return np.concatenate([features, features @ directions], axis=1) if directions.shape[1] else features
