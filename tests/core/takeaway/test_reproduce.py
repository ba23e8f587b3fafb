"""Runs trained by the program, and again by the script that it writes about them."""

from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import ParameterError
from core.jobs.training import run_training
from core.models.catalogue import CATALOGUE
from core.models.specification import Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.runs import artifacts, registry
from core.runs.continuing import continued
from core.runs.run import Run
from core.takeaway.reproduce import Judged, reproduce_script
from core.takeaway.run_files import reproduction

pytestmark = pytest.mark.data

SHORT: dict[str, tuple[str, ...]] = {"cnn": ("epochs=1", "batch_size=16"), "forest": ("n_estimators=10",)}
DRAWN = Experiment(limit=300).positions(load_sample().train.labels, seed=3)[:2].tolist()
GIVEN = load_sample().train.labels[DRAWN].tolist()
REVIEWED = ((DRAWN[0], GIVEN[0], 9 - GIVEN[0]), (DRAWN[1], GIVEN[1], None))
MECHANISMS: dict[str, dict[str, Any]] = {
    "plain": {},
    "left out": {"experiment": Experiment(limit=400, left_out=(4, 9))},
    "wrong labels": {"experiment": Experiment(limit=300, wrong_labels=0.2)},
    "reviewed labels": {"experiment": Experiment(limit=300, corrections=REVIEWED)},
    "fewer images": {"experiment": Experiment(limit=300)},
    "augmented": {
        "experiment": Experiment(limit=300),
        "augmentation": Augmentation(shift=1, rotation=5, elastic=0.5, thickness=0.4, flags=0.4),
    },
    "continued": {"experiment": Experiment(limit=300)},
}
FAST = [
    *(("logistic", name) for name in ("plain", "left out", "wrong labels", "reviewed labels")),
    ("cnn", "augmented"),
    ("cnn", "continued"),
]
KINDS = [(model, "fewer images") for model in CATALOGUE if model not in ("logistic", "cnn")]


def possible(model: str, mechanism: str) -> bool:
    kind = CATALOGUE[model]
    return {"augmented": kind.augments, "continued": kind.continues}.get(mechanism, True)


MATRIX = [
    (model, name) for model in CATALOGUE for name in MECHANISMS if possible(model, name) and (model, name) not in FAST
]


@pytest.fixture(autouse=True)
def _on_the_sample(migrated: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def trained(model: str, mechanism: str) -> Run:
    wanted = Specification.from_preset(model, "fast", seed=3, settings=SHORT.get(model, ()), **MECHANISMS[mechanism])
    run = run_training(registry.create(wanted, load_sample().fingerprint).run_id)
    if mechanism == "continued":
        further = continued(run, ("learning_rate=0.001",)).with_seed(4)
        run = run_training(registry.create(further, load_sample().fingerprint).run_id)
    return run


def written(run: Run, folder: Path) -> Path:
    script = folder / "reproduce.py"
    script.write_text(reproduction(run, load_sample()), "utf-8")
    return script


def assert_reproduced(run: Run, folder: Path) -> None:
    stored = artifacts.predictions(run)
    with np.load(folder / "predictions.npz") as again:
        for split in ("validation", "test"):
            np.testing.assert_allclose(again[split], stored.of(split), atol=1e-4)


def reproduce(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the script in this process, which has the libraries loaded; that none names the program is tested below."""
    script = written(run, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", [script.name])
    runpy.run_path(str(script), run_name="__main__")
    assert_reproduced(run, folder)


@pytest.mark.parametrize(("model", "mechanism"), [*FAST, *KINDS], ids=lambda name: name.replace(" ", "_"))
def test_the_script_reproduces_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, mechanism: str
) -> None:
    reproduce(trained(model, mechanism), tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "mechanism"), MATRIX, ids=lambda name: name.replace(" ", "_"))
def test_the_script_reproduces_every_kind_however_it_was_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, mechanism: str
) -> None:
    reproduce(trained(model, mechanism), tmp_path, monkeypatch)


def test_the_script_alone_says_whether_it_is_the_run(tmp_path: Path) -> None:
    run = trained("logistic", "fewer images")
    command = [sys.executable, "-I", written(run, tmp_path).name]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert finished.returncode == 0, finished.stderr
    assert f"the run had log loss {run.metrics['test_log_loss']:.5f}" in finished.stdout
    assert_reproduced(run, tmp_path)


def test_another_temperature_is_not_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every label is right, and accuracy is the same, where only the probabilities differ."""
    run, dataset = trained("logistic", "fewer images"), load_sample()
    stored = artifacts.predictions(run)
    expected = {}
    for split in ("validation", "test"):
        softened = stored.of(split) ** 0.9
        expected[split] = Judged(softened / softened.sum(axis=1, keepdims=True), run.metrics[f"{split}_log_loss"])
    assert run.specification is not None
    script = tmp_path / "reproduce.py"
    script.write_text(reproduce_script(run.specification, sample=dataset.is_sample, expected=expected), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [script.name])
    with pytest.raises(SystemExit, match=r"NOT reproduced: a probability differs by more than 0\.0001"):
        runpy.run_path(str(script), run_name="__main__")


def test_no_kind_is_left_without_a_run_of_its_script() -> None:
    assert {model for model, _ in [*FAST, *KINDS]} == set(CATALOGUE)


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


def test_a_run_whose_parent_is_not_known_is_refused() -> None:
    with pytest.raises(ParameterError, match="went on from a model whose own training is not known"):
        reproduce_script(Specification.from_preset("logistic", parent="0" * 32), sample=True)
    with pytest.raises(ParameterError, match="learned from a teacher"):
        reproduce_script(Specification.from_preset("cnn", teacher="svm"), sample=True)
