from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.data.dataset import Split
from core.data.sources import load_dataset
from core.errors import DataError
from core.jobs.tuning import trial_evaluation
from core.models.logistic import LogisticParameters
from tests.core.jobs.searching import small_search

pytestmark = pytest.mark.data


@pytest.fixture
def data():
    search = small_search()
    return trial_evaluation.search_data(search.fingerprint, search.limit, search.seed)


@pytest.fixture(autouse=True)
def _fresh():
    trial_evaluation.search_data.cache_clear()


def steps(scores):
    def watch(step, accuracy):
        scores.append((step, accuracy))
        return True

    return watch


class Sealed(Split):
    """A split that nobody may look into."""

    def __getattribute__(self, name):
        raise AssertionError(f"a trial reached for the test images: {name}")


def test_a_trial_never_reaches_the_test_images(monkeypatch):
    """Neither by the data it is given, nor by the data set it reads that from."""
    search = small_search()
    dataset = load_dataset()
    sealed = dataclasses.replace(dataset, test=object.__new__(Sealed))
    monkeypatch.setattr("core.data.sources.load_dataset", lambda: sealed)
    data = trial_evaluation.search_data(search.fingerprint, search.limit, search.seed)
    score = trial_evaluation.evaluate(search, {"C": 1.0}, data, steps([]))
    assert 0.5 < score.accuracy < 1
    assert {field.name for field in dataclasses.fields(data)} == {"train", "validation", "made"}
    held = np.concatenate([data.train.images, data.validation.images]).reshape(-1, 784)
    seen = {image.tobytes() for image in held}
    assert not seen & {image.tobytes() for image in dataset.test.images}


def test_the_score_is_the_share_of_validation_images_read_right(data):
    """Against scikit-learn's own classifier on the same rows."""
    from sklearn.linear_model import LogisticRegression

    score = trial_evaluation.evaluate(small_search("C=0.5:2", settings=("max_iter=1000",)), {"C": 1.0}, data, steps([]))
    train, judge = data.train, data.validation
    oracle = LogisticRegression(C=1.0, max_iter=1000).fit(train.images.reshape(-1, 784) / 255, train.labels)
    expected = oracle.score(judge.images.reshape(-1, 784) / 255, judge.labels)
    assert score.accuracy == pytest.approx(expected, abs=0.02)
    assert score.folds == (score.accuracy,)


def test_folds_lie_inside_the_training_images(data):
    search = small_search(folds=4)
    positions = []
    for train, judge in trial_evaluation._folds(search, trial_evaluation.Rows(np.arange(200), data.train.labels)):
        assert not set(train.images) & set(judge.images)
        positions.extend(judge.images)
        assert np.bincount(judge.labels, minlength=10).min() >= 4
    assert sorted(positions) == list(range(200))


def test_each_fold_is_told_as_the_mean_so_far(data):
    told: list[tuple[int, float]] = []
    score = trial_evaluation.evaluate(small_search(folds=3), {"C": 1.0}, data, steps(told))
    assert [step for step, _ in told] == [1, 2, 3]
    assert told[1][1] == pytest.approx(np.mean(score.folds[:2]))
    assert score.accuracy == pytest.approx(np.mean(score.folds))


def test_a_pruned_search_grows_the_training_subset(data):
    told: list[tuple[int, float]] = []
    trial_evaluation.evaluate(small_search(pruner="median"), {"C": 1.0}, data, steps(told))
    assert [step for step, _ in told] == [1, 3, 9]


def test_a_poor_trial_ends_with_the_score_that_it_had(data):
    told: list[tuple[int, float]] = []

    def watch(step, accuracy):
        told.append((step, accuracy))
        return step < 3

    score = trial_evaluation.evaluate(small_search(pruner="hyperband"), {"C": 1.0}, data, watch)
    assert score.pruned
    assert told[-1] == (3, score.accuracy)


def test_the_smaller_subset_lies_in_the_larger(data):
    whole = trial_evaluation._features(small_search(), data, "all", data.train, data.validation)
    small, large = (trial_evaluation.share(whole, ninths, 0) for ninths in (1, 3))
    assert {image.tobytes() for image in small.train_images} <= {image.tobytes() for image in large.train_images}
    assert (len(small.train_labels), len(large.train_features)) == (22, 66)


def test_epochs_are_told_one_by_one():
    told: list[tuple[int, float]] = []
    monitor = trial_evaluation.EpochMonitor(lambda step, accuracy: told.append((step, accuracy)))
    monitor.report(0.3, "batch 3")
    monitor.report(0.5, "epoch 1", step=1, metrics={"validation_accuracy": 0.9, "loss": 0.1})
    assert told == [(1, 0.9)]


def test_a_worker_with_other_data_says_so():
    with pytest.raises(DataError, match=r"has other data .* give it the same data"):
        trial_evaluation.search_data("0123456789abcdef", None, 0)


def test_the_searched_values_replace_the_fixed_ones(data):
    search = small_search()
    evaluation = trial_evaluation.Evaluation(search, {"C": 0.25}, data, steps([]))
    assert evaluation._parameters == LogisticParameters(C=0.25, max_iter=20)
