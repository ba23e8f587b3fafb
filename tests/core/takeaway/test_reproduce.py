from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import ParameterError
from core.models.catalogue import CATALOGUE
from core.models.kind import Silent, TrainingData
from core.models.specification import Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.preprocessing.pipeline import Pipeline
from core.takeaway.reproduce import reproduce_script


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
        augmentation=specification.augmentation,
    )
    native = kind.fit(data, specification.checked_parameters(), seed=specification.seed, threads=2, monitor=Silent())
    return kind.scores(native, pipeline.transform(dataset.test.images))


EXPERIMENT = Experiment(limit=300, wrong_labels=0.1)
SHORT = ("epochs=1", "batch_size=16")
VARIED = Augmentation(shift=1, rotation=5, elastic=0.5, thickness=0.4, flags=0.4, textures=0.3)
TRAININGS = {
    "svm": Specification.from_preset("svm", "fast", seed=3, experiment=EXPERIMENT),
    "svm of few rows": Specification.from_preset(
        "svm", "instant", seed=3, experiment=EXPERIMENT, settings=("rows=500", "virtual=turns")
    ),
    "fourier": Specification.from_preset("fourier", "instant", seed=3, experiment=EXPERIMENT),
    "forest": Specification.from_preset("forest", "fast", seed=3, experiment=EXPERIMENT, settings=("n_estimators=10",)),
    "knn": Specification.from_preset("knn", "fast", seed=3, experiment=EXPERIMENT),
    "cnn": Specification.from_preset("cnn", "fast", seed=3, experiment=EXPERIMENT, settings=SHORT),
    "cnn of varied pictures": Specification.from_preset(
        "cnn", "fast", seed=3, experiment=EXPERIMENT, settings=SHORT, augmentation=VARIED
    ),
}


def written(specification: Specification, folder: Path) -> Path:
    script = folder / "reproduce.py"
    script.write_text(reproduce_script(specification, sample=True, expected=0.5), "utf-8")
    return script


def assert_reproduced(specification: Specification, folder: Path) -> None:
    with np.load(folder / "predictions.npz") as stored:
        assert np.allclose(stored["test"].sum(axis=1), 1, atol=1e-5)
        assert np.mean(stored["test"].argmax(axis=1) == probabilities_of(specification).argmax(axis=1)) == 1


def test_the_script_alone_makes_the_same_predictions(tmp_path: Path) -> None:
    specification = Specification.from_preset("logistic", "fast", seed=3, experiment=EXPERIMENT)
    command = [sys.executable, "-I", written(specification, tmp_path).name]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "the run had 0.5000" in finished.stdout
    assert_reproduced(specification, tmp_path)


@pytest.mark.parametrize("training", TRAININGS)
def test_the_script_of_every_kind_makes_the_same_predictions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, training: str
) -> None:
    """Here in this process, which has the libraries loaded; that no script names the program is tested below."""
    script = written(TRAININGS[training], tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [script.name])
    runpy.run_path(str(script), run_name="__main__")
    assert_reproduced(TRAININGS[training], tmp_path)


def test_no_kind_is_left_without_a_run_of_its_script() -> None:
    assert {training.model for training in TRAININGS.values()} | {"logistic"} == set(CATALOGUE)


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
    with pytest.raises(ParameterError, match="continued from another run's model"):
        reproduce_script(Specification.from_preset("logistic", parent="0" * 32), sample=True)
