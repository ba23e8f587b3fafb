from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import ParameterError
from core.models.catalogue import CATALOGUE
from core.models.kind import Silent, TrainingData
from core.models.reproduce import reproduce_script
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.preprocessing.pipeline import Pipeline


def probabilities_of(specification: Specification) -> np.ndarray:
    """What the program itself predicts for the sample's test images, before calibration: the labels' order of rank."""
    dataset, kind = load_sample(), specification.kind
    rows = specification.experiment.apply(dataset.train.images, dataset.train.labels, seed=specification.seed)
    pipeline = Pipeline(specification.recipe).fit(rows[0])
    data = TrainingData(
        train_features=pipeline.transform(rows[0]),
        train_labels=rows[1],
        validation_features=pipeline.transform(dataset.validation.images),
        validation_labels=dataset.validation.labels,
        train_images=rows[0],
        featurise=pipeline.transform,
    )
    native = kind.fit(data, specification.checked_parameters(), seed=specification.seed, threads=2, monitor=Silent())
    return kind.scores(native, pipeline.transform(dataset.test.images))


@pytest.mark.parametrize("model", ["logistic", "svm"])
def test_the_script_alone_makes_the_same_predictions(tmp_path: Path, model: str) -> None:
    experiment = Experiment(limit=300, wrong_labels=0.1)
    specification = Specification.from_preset(model, "fast", seed=3, experiment=experiment)
    script = tmp_path / "reproduce.py"
    script.write_text(reproduce_script(specification, sample=True, expected=0.5), "utf-8")
    command = [sys.executable, "-I", script.name]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "the run had 0.5000" in finished.stdout
    with np.load(tmp_path / "predictions.npz") as stored:
        assert np.allclose(stored["test"].sum(axis=1), 1, atol=1e-5)
        assert np.mean(stored["test"].argmax(axis=1) == probabilities_of(specification).argmax(axis=1)) == 1


@pytest.mark.parametrize("model", CATALOGUE)
def test_every_kind_has_a_script_that_names_nothing_of_this_program(model: str) -> None:
    for preset in CATALOGUE[model].presets:
        script = reproduce_script(Specification.from_preset(model, preset), sample=False)
        compile(script, "reproduce.py", "exec")
        imported = [
            node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            for node in ast.walk(ast.parse(script))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not [name for name in imported if name and name.split(".")[0] == "core"]


def test_a_run_that_went_on_from_another_is_refused() -> None:
    with pytest.raises(ParameterError, match="went on from another run's model"):
        reproduce_script(Specification.from_preset("logistic", parent="0" * 32), sample=True)
