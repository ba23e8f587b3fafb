"""Going on with a network that is served: rebuilt exactly, taught with the rest, judged on what was held out."""

from __future__ import annotations

import os

import numpy as np
import pytest

from core.data import load_sample
from core.errors import DataError, InputError, TrainingError
from core.jobs import fine_tuning
from core.models.serving.predictor import Predictor, read_graph
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES


@pytest.fixture
def own() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forty-eight digits upside down, every second one held out."""
    sample = load_sample().train
    turned = np.ascontiguousarray(sample.images[:48, ::-1])
    return turned, sample.labels[:48], np.arange(48) % 2 == 1


def test_too_few_digits_are_refused():
    with pytest.raises(InputError, match="too few training digits: 19 of at least 20"):
        fine_tuning.require_enough(np.arange(40) < 19)


def test_only_held_out_digits_judge_and_only_the_rest_teaches(own, monkeypatch: pytest.MonkeyPatch):
    images, labels, held_out = own
    seen: dict[str, np.ndarray] = {}
    served = Predictor.load(shipped()["cnn"].folder)
    graph = read_graph(shipped()["cnn"].folder)

    def remembered(before, graph, dataset, learned, answers, seed):
        seen.update(images=learned, labels=answers)
        return graph, served.specification

    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)
    monkeypatch.setattr(fine_tuning, "tuned", remembered)
    outcome = fine_tuning.fine_tune("cnn", load_sample().fingerprint, *own)
    np.testing.assert_array_equal(seen["images"], images[~held_out])
    np.testing.assert_array_equal(seen["labels"], labels[~held_out])
    assert (outcome.learned, outcome.judged, outcome.graph) == (24, 24, graph)
    right = float((served.predict(images[held_out]) == labels[held_out]).mean())
    assert outcome.own == (right, right)  # the network that was "tuned" is the same one


def test_under_twenty_held_out_digits_judge_nothing(own, monkeypatch: pytest.MonkeyPatch):
    images, labels, _ = own
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)
    monkeypatch.setattr(fine_tuning, "tuned", lambda before, graph, *rest: (graph, before.specification))
    outcome = fine_tuning.fine_tune("cnn", load_sample().fingerprint, images, labels, np.arange(48) < 19)
    assert outcome.own is None
    assert outcome.judged == 19


def test_what_cannot_go_on_is_told(own, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)
    with pytest.raises(InputError, match="Only a convolutional network can be fine-tuned; svm is not one"):
        fine_tuning.fine_tune("svm", load_sample().fingerprint, *own)
    with pytest.raises(DataError, match="has other data"):
        fine_tuning.fine_tune("cnn", "0" * 16, *own)
    with pytest.raises(TrainingError, match="fitted steps"):
        fine_tuning.specification_after(Specification.from_preset("svm", recipe=RECIPES["deskewed_pca"]), 0)


def test_own_digits_are_repeated_among_replayed_ones(own):
    images, labels, held_out = own
    sample = load_sample()
    pipeline = Pipeline(RECIPES["image"])
    data = fine_tuning.training_data(sample, images[~held_out], labels[~held_out], pipeline, np.random.default_rng(0))
    assert data.train_features.shape[1:] == (28, 28, 1)
    theirs = {image.tobytes() for image in images[held_out]}
    assert not any(image.tobytes() in theirs for image in data.train_images)
    mine = {image.tobytes() for image in images[~held_out]}
    share = np.mean([image.tobytes() in mine for image in data.train_images])
    assert share == pytest.approx(1 / 3, abs=0.03)  # half an own digit for each one replayed


@pytest.mark.slow
@pytest.mark.skipif("DIGITLAB_DATA_DIR" not in os.environ, reason="takes a minute on the full MNIST")
def test_it_learns_and_forgets_little(own):
    from core.data import load_dataset

    outcome = fine_tuning.fine_tune("cnn", load_dataset().fingerprint, *own)
    assert outcome.own is not None
    assert outcome.own[1] > outcome.own[0]
    assert outcome.mnist[1] > outcome.mnist[0] - 0.01
