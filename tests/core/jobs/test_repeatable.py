"""The same seed on the same machine, and data that is hardly enough: whole jobs, from specification to predictions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.sample import load_sample
from core.data.sources import load_dataset
from core.errors import RecipeError
from core.jobs.training import run_training
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import RECIPES
from core.runs import artifacts, registry
from core.runs.run import Run

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def _on_the_sample(migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)


def trained(model: str, experiment: Experiment, **changes: Any) -> Run:
    specification = Specification.from_preset(model, "fast", seed=3, experiment=experiment, **changes)
    return run_training(registry.create(specification, load_sample().fingerprint).run_id)


@pytest.mark.usefixtures("_on_the_sample")
@pytest.mark.parametrize("model", ["svm", "forest"])
def test_the_same_seed_gives_exactly_the_same_predictions(model: str) -> None:
    first, second = (artifacts.predictions(trained(model, Experiment(limit=300))) for _ in range(2))
    np.testing.assert_array_equal(first.validation, second.validation)
    np.testing.assert_array_equal(first.test, second.test)


@pytest.mark.usefixtures("_on_the_sample")
@pytest.mark.parametrize("model", ["svm", "forest", "knn", "logistic", pytest.param("cnn", marks=pytest.mark.slow)])
def test_fifty_images_without_one_digit_make_a_whole_run(model: str) -> None:
    recipe = RECIPES["image" if model == "cnn" else "raw"]
    run = trained(model, Experiment(limit=50, left_out=(3,)), recipe=recipe)
    rows, labels = artifacts.predictions(run).test, load_sample().test.labels
    assert run.finished
    assert rows.sum(axis=1) == pytest.approx(np.ones(len(rows)), abs=1e-5)
    assert (rows.argmax(axis=1) == labels)[labels != 3].mean() > 0.3


@pytest.mark.usefixtures("_on_the_sample")
def test_too_few_images_for_the_recipe_are_told_with_the_way_out() -> None:
    with pytest.raises(RecipeError, match=r"got 60\. PCA of 50 images keeps at most 49: train on more of them"):
        trained("svm", Experiment(limit=50))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_same_seed_gives_the_network_the_same_accuracy(home: Path) -> None:
    """Two processes, the fast preset on all training images: within a tenth of a point."""
    if load_dataset().is_sample:
        pytest.skip("The full MNIST is not on this machine.")
    command = [sys.executable, "-m", "core", "train", "cnn", "--preset", "fast", "--seed", "3", "--json"]
    accuracies = [
        json.loads(subprocess.run(command, cwd=PROJECT, capture_output=True, check=True, timeout=850).stdout)[
            "metrics"
        ]["test_accuracy"]
        for _ in range(2)
    ]
    assert abs(accuracies[0] - accuracies[1]) <= 0.001
