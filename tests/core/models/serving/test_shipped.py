"""The shipped models: their cards follow from their predictions, and these from the models."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.data.sample import load_sample
from core.data.sources import load_dataset
from core.evaluation.metrics import evaluate
from core.jobs.shipping import LIMIT_BYTES
from core.models.changes import nearest_preset
from core.models.serving.predictor import Predictor
from core.models.serving.shipped import FOLDER, PREDICTIONS_FILE, shipped
from core.runs.artifacts import Predictions, disk_use

pytestmark = pytest.mark.data

NAMES = ("cnn", "svm", "forest")
ROUNDING = 2e-3
"""Of a probability that another processor's instructions compute."""


@pytest.mark.parametrize("name", NAMES)
def test_the_card_s_validation_metrics_follow_from_the_stored_predictions(name: str) -> None:
    """The sample holds all 5,000 validation images with their labels, on every machine."""
    card, sample = shipped()[name], load_sample()
    labels = np.empty(5000, np.uint8)
    for split in (sample.train, sample.validation, sample.test):
        labels[split.index] = split.labels
    stored = Predictions.load(card.folder / PREDICTIONS_FILE)
    for metric, value in evaluate(labels, stored.validation).metrics().items():
        assert card.content["metrics"][f"validation_{metric}"] == pytest.approx(value), metric


@pytest.mark.parametrize("name", NAMES)
def test_the_model_gives_the_stored_predictions(name: str) -> None:
    card, test = shipped()[name], load_sample().test
    stored = Predictions.load(card.folder / PREDICTIONS_FILE).validation[test.index]
    np.testing.assert_allclose(Predictor.load(card.folder).predict_proba(test.images), stored, atol=ROUNDING)


@pytest.mark.parametrize("name", NAMES)
def test_the_test_metrics_follow_where_the_full_mnist_is(name: str) -> None:
    dataset = load_dataset()
    if dataset.is_sample:
        pytest.skip("The full MNIST is not on this machine.")
    card = shipped()[name]
    stored = Predictions.load(card.folder / PREDICTIONS_FILE).test
    for metric, value in evaluate(dataset.test.labels, stored).metrics().items():
        assert card.content["metrics"][f"test_{metric}"] == pytest.approx(value), metric
    reproduced = Predictor.load(card.folder).predict_proba(dataset.test.images[:2000])
    np.testing.assert_allclose(reproduced, stored[:2000], atol=ROUNDING)


def test_they_are_trained_on_the_full_training_set_from_their_reference_presets() -> None:
    for card in shipped().values():
        assert nearest_preset(card.specification) == "reference"
        assert card.specification.preset == "reference" or card.specification.averaged
        assert card.specification.experiment.limit is None
        assert card.content["fingerprint"] == "9e4511b523ac0ac3"


def test_together_they_stay_small() -> None:
    assert disk_use(FOLDER) <= LIMIT_BYTES


def test_the_cards_name_no_machine_and_no_path() -> None:
    for card in shipped().values():
        text = (card.folder / "card.json").read_text("utf-8")
        assert "host" not in card.content["environment"]
        assert not re.search(r"(/home|/tmp|/root|C:\\\\)", text)
