from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from core.models.kind import Silent
from core.models.knn import FAINT, KNN, NeighbourParameters
from tests.core.models.sample_digits import rows


def learn(data=None, seed: int = 0, **changes):
    return KNN.fit(data or rows(), NeighbourParameters(**changes), seed=seed, threads=1, monitor=Silent())


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_votes_are_scikit_learns(weights: str) -> None:
    data = rows()
    by = weights if weights == "uniform" else lambda distance: 1 / distance**2
    remembered = data.train_features.astype(np.float16)
    oracle = KNeighborsClassifier(5, weights=by).fit(remembered, data.train_labels)
    found = KNN.scores(learn(data, n_neighbors=5, weights=weights), data.validation_features)
    np.testing.assert_allclose(np.exp(found) - FAINT, oracle.predict_proba(data.validation_features), atol=1e-3)


def test_a_digit_that_is_remembered_is_recognised() -> None:
    data = rows()
    found = KNN.scores(learn(data), data.train_features)
    np.testing.assert_array_equal(found.argmax(axis=1), data.train_labels)


def test_memory_is_limited_and_drawn_by_seed() -> None:
    one, other = learn(stored=100, seed=1), learn(stored=100, seed=2)
    assert one.rows.shape == (100, 196)
    assert not np.array_equal(one.labels, other.labels)


def test_there_are_never_more_neighbours_than_memories() -> None:
    assert learn(rows(30), n_neighbors=50).n_neighbors == 30
