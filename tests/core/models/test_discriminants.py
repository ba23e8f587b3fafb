from __future__ import annotations

import numpy as np
import pytest

from core.models.discriminants import discriminants

RNG = np.random.default_rng(0)


def blobs(classes: int, rows: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return so many rows a class of 6 features, a cloud around each class's middle; the last feature never varies."""
    labels = np.repeat(np.arange(classes, dtype=np.uint8), rows)
    middles = RNG.normal(size=(classes, 6)) * 3
    features = middles[labels] + RNG.normal(size=(len(labels), 6)) * [1, 2, 0.5, 1, 1, 0]
    features[:, -1] = 7
    return features.astype(np.float32), labels


def test_a_pair_is_told_apart_along_fisher_s_direction() -> None:
    """By hand: the inverse of the covariance within the classes, times the difference of their means."""
    rows, labels = blobs(4, rows=5_000)
    means = np.stack([rows[labels == one].mean(axis=0) for one in range(4)]).astype(float)
    within = np.cov((rows - means[labels]).T, bias=True)
    expected = np.linalg.pinv(within) @ (means[0] - means[2])
    found = discriminants(rows, labels)[:, 4 + 1]  # after each of four: 0 and 1, 0 and 2
    assert found == pytest.approx(expected, rel=0.02, abs=0.01)


def test_a_single_image_of_a_digit_says_nothing_of_how_it_varies() -> None:
    rows, labels = blobs(3)
    assert discriminants(rows[59:], labels[59:]).shape == (6, 0)
    assert discriminants(rows[58:], labels[58:]).shape == (6, 6)


@pytest.mark.parametrize(("classes", "directions"), [(2, 1), (3, 6), (10, 55)])
def test_there_is_one_of_each_and_of_every_two(classes: int, directions: int) -> None:
    found = discriminants(*blobs(classes))
    assert (found.shape, found.dtype) == ((6, directions), np.float32)
    assert np.isfinite(found).all()
