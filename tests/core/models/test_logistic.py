from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from core.models.kind import Silent
from core.models.logistic import LOGISTIC, LogisticParameters
from tests.core.models.sample_digits import Diary, rows


def test_probabilities_are_scikit_learns() -> None:
    data = rows()
    oracle = LogisticRegression(C=0.5, max_iter=100).fit(data.train_features, data.train_labels)
    native = LOGISTIC.fit(data, LogisticParameters(C=0.5, max_iter=100), seed=0, threads=1, monitor=Silent())
    odds = np.exp(LOGISTIC.scores(native, data.validation_features))
    found = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, oracle.predict_proba(data.validation_features), atol=1e-4)


def test_an_early_end_is_told() -> None:
    diary = Diary()
    LOGISTIC.fit(rows(), LogisticParameters(max_iter=10), seed=0, threads=1, monitor=diary)
    assert diary.messages[-1] == "Stopped after 10 iterations, before convergence"
