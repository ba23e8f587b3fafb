"""Random Fourier features against their definition: the kernel they approximate, ridge regression, an exact update."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics.pairwise import rbf_kernel

from core.models.fourier import FOURIER, FourierModel, FourierParameters, orthogonal_directions
from core.models.kind import Silent, TrainingData
from tests.core.models.sample_digits import Diary, featurise, rows

PARAMETERS = FourierParameters(n_components=256, alpha=2.0)


def learned(data: TrainingData, **changes: float) -> FourierModel:
    parameters = PARAMETERS.model_copy(update=changes)
    return FOURIER.fit(data, parameters, seed=0, threads=1, monitor=Silent())


def part(data: TrainingData, kept: slice) -> TrainingData:
    return replace(
        data,
        train_features=data.train_features[kept],
        train_labels=data.train_labels[kept],
        train_images=data.train_images[kept],
    )


def test_products_of_cosines_approximate_the_kernel() -> None:
    data = rows(200)
    native = learned(data, n_components=2048)
    cosines = native.cosines(data.train_features)[:, :-1]
    found = 2 / cosines.shape[1] * cosines @ cosines.T
    gamma = PARAMETERS.gamma / data.train_features.var(axis=0).sum()
    np.testing.assert_allclose(found, rbf_kernel(data.train_features, gamma=gamma), atol=0.12)


def test_directions_are_orthogonal_in_blocks_and_as_long_as_normal_vectors() -> None:
    directions = orthogonal_directions(20, 1000, np.random.default_rng(0))
    assert directions.shape == (20, 1000)
    lengths = np.linalg.norm(directions, axis=0)
    np.testing.assert_allclose(directions[:, :20].T @ directions[:, :20], np.diag(lengths[:20] ** 2), atol=1e-9)
    assert (lengths**2).mean() == pytest.approx(20, rel=0.05)


def test_weights_are_those_of_ridge_regression() -> None:
    data = rows()
    native = learned(data)
    oracle = Ridge(alpha=2.0, fit_intercept=False).fit(
        native.cosines(data.train_features).astype(np.float64), np.eye(10)[data.train_labels]
    )
    np.testing.assert_allclose(native.weights, oracle.coef_.T, atol=2e-3)


def test_update_gives_what_a_fit_on_all_rows_gives() -> None:
    data = rows(600)
    whole = learned(data)
    gamma = PARAMETERS.gamma * data.train_features[:597].var(axis=0).sum() / data.train_features.var(axis=0).sum()
    before = learned(part(data, slice(0, 597)), gamma=gamma)  # the same cosines in both
    after = before.updated(data.train_features[597:], data.train_labels[597:])
    np.testing.assert_allclose(before.frequencies, whole.frequencies, rtol=1e-5)
    assert np.abs(before.weights - whole.weights).max() > 1e-2
    np.testing.assert_allclose(after.weights, whole.weights, atol=2e-3)
    one_by_one = before
    for row in range(597, 600):
        one_by_one = one_by_one.updated(data.train_features[row : row + 1], data.train_labels[row : row + 1])
    np.testing.assert_allclose(one_by_one.weights, after.weights, atol=1e-3)


def test_update_teaches_a_class_that_no_row_had() -> None:
    native = learned(rows(500, without=4))
    data = rows(600)
    fours = np.flatnonzero(data.train_labels == 4)
    after = native.updated(data.train_features[fours], data.train_labels[fours])
    found = FOURIER.scores(after, featurise(data.train_images[fours])).argmax(axis=1)
    assert not (FOURIER.scores(native, data.train_features[fours]).argmax(axis=1) == 4).any()
    assert (found == 4).mean() > 0.8


def test_times_count_as_so_many_copies() -> None:
    data = rows(300)
    native, row, label = learned(data), data.validation_features[:1], data.validation_labels[:1]
    copies = native.updated(np.repeat(row, 5, axis=0), np.repeat(label, 5))
    np.testing.assert_allclose(native.updated(row, label, times=5).weights, copies.weights, atol=1e-4)


def test_a_stop_solves_with_the_rows_so_far() -> None:
    many = rows(600)
    repeated = replace(
        many,
        train_features=np.tile(many.train_features, (14, 1)),
        train_labels=np.tile(many.train_labels, 14),
        train_images=np.tile(many.train_images, (14, 1, 1)),
    )
    diary = Diary(stop_after=1)
    native = FOURIER.fit(repeated, PARAMETERS, seed=0, threads=1, monitor=diary)
    assert diary.messages == ["4,096 of 8,400 images summed up"]
    assert np.isfinite(native.weights).all()
