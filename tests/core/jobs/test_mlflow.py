"""Runs as MLflow's users know them: models that MLflow loads by itself, params and tags to filter by, data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests

from core.data.sample import load_sample
from core.data.sources import load_dataset
from core.jobs.committee import make_committee
from core.jobs.training import run_training
from core.models.catalogue import CATALOGUE
from core.models.specification import Specification
from core.permissions import operator
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.runs import artifacts, champion, housekeeping, leaderboard, registry
from core.runs.database import client, experiment_id
from core.runs.run import Run
from core.runs.shipped import shipped_predictions
from core.settings import settings
from tests.cluster.servers import free_port, running

pytestmark = pytest.mark.processes

LOADER = Path(__file__).with_name("load_by_mlflow.py")
SHORT = {"cnn": ("epochs=1",), "forest": ("n_estimators=5",)}
SHOWN = 20


@pytest.fixture(autouse=True)
def _on_the_sample(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def trained(model: str, **changes: Any) -> Run:
    chosen = {"experiment": Experiment.limited(200), "settings": SHORT.get(model, ()), **changes}
    specification = Specification.from_preset(model, "fast", **chosen)
    return run_training(registry.create(specification, load_dataset().fingerprint, owner="ada").run_id)


def loaded(folder: Path, *uris: str) -> dict[str, Any]:
    """What each model says of the first test images, in a process that has MLflow and nothing of this project."""
    pictures = folder / "pictures.npy"
    np.save(pictures, load_sample().test.images[:SHOWN])
    command = [sys.executable, "-I", str(LOADER), settings().tracking_uri, str(pictures), *uris]
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=200, check=False)
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stdout)
    assert told["core"] == []
    return dict(told["said"])


def test_mlflow_alone_loads_every_kind_a_committee_and_the_champion(tmp_path: Path) -> None:
    runs = [trained(model, teacher="svm" if model == "cnn" else None) for model in CATALOGUE]
    runs.append(make_committee([*runs, leaderboard.find("svm", load_sample())], load_sample(), weights="equal"))
    champion.crown(runs[0], "the first", actor=operator())
    champion.crown(leaderboard.find("forest", load_sample()), "one that ships, and has no run", actor=operator())
    wanted = {f"runs:/{run.run_id}/model": artifacts.predictions(run).test[:SHOWN] for run in runs}
    wanted["models:/digit-lab/1"] = artifacts.predictions(runs[0]).test[:SHOWN]
    wanted["models:/digit-lab@champion"] = shipped_predictions("forest", load_sample()).test[:SHOWN]
    for uri, said in loaded(tmp_path, *wanted).items():
        np.testing.assert_allclose(said["probabilities"], wanted[uri], atol=1e-5, err_msg=uri)
        assert said["label"] == wanted[uri].argmax(axis=1).tolist()
        assert said["outputs"] == ["label", "probabilities"]
        assert '"shape": [-1, 28, 28]' in said["signature"]["inputs"]
        assert np.shape(said["example"]) == (1, 28, 28)


def test_a_run_is_found_by_what_it_is_and_what_it_learned_from() -> None:
    experiment = Experiment(limit=200, left_out=(7, 4), wrong_labels=0.25)
    run = trained("logistic", seed=3, experiment=experiment)
    specification = Specification.from_preset(
        "cnn", "fast", augmentation=Augmentation(shift=2, rotation=5), teacher="svm"
    )
    varied = registry.create(specification, run.fingerprint)
    for query, found in {
        "params.model = 'logistic' and params.preset = 'fast' and params.seed = '3'": run,
        "params.images = '200' and params.left_out = '4,7' and params.wrong_labels = '0.25'": run,
        "tags.recipe LIKE 'deskew%' and tags.mlflow.user = 'ada'": run,
        f"dataset.digest = '{run.fingerprint}' and dataset.context = 'training'": run,
        "params.augmentation = 'shift=2,rotation=5' and params.images = 'all' and params.teacher = 'svm'": varied,
    }.items():
        assert [entry.info.run_id for entry in client().search_runs([experiment_id()], query)] == [found.run_id], query
    inputs = client().get_run(run.run_id).inputs.dataset_inputs
    rows = {entry.tags[0].value: json.loads(entry.dataset.profile)["num_rows"] for entry in inputs}
    assert rows == {"training": 4000, "validation": 500, "testing": 500}


def test_every_finished_run_is_a_logged_model_without_a_second_copy(tmp_path: Path) -> None:
    run = trained("logistic")
    (model,) = client().search_logged_models([experiment_id()])
    assert (model.name, model.source_run_id, model.status) == ("logistic", run.run_id, "READY")
    assert model.params["images"] == "200"
    assert {metric.key: metric.value for metric in model.metrics} == dict(run.metrics)
    assert len(client().get_metric_history(run.run_id, "test_accuracy")) == 1
    assert len(list(settings().artifacts.rglob("model.onnx"))) == 1
    said = loaded(tmp_path, f"models:/{model.model_id}", f"runs:/{run.run_id}/model")
    for told in said.values():
        np.testing.assert_allclose(told["probabilities"], artifacts.predictions(run).test[:SHOWN], atol=1e-5)
    housekeeping.delete(run, actor=operator())
    housekeeping.purge(actor=operator())
    assert not client().search_logged_models([experiment_id()])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_mlflow_serves_a_model(tmp_path: Path) -> None:
    run, port = trained("svm"), free_port()
    model = artifacts.local(run, artifacts.MODEL)
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(model), "--env-manager", "local",
               "--host", "127.0.0.1", "--port", str(port)]  # fmt: skip
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))  # where uvicorn is
    with running(command, tmp_path / "serve.log", port, cwd=tmp_path, env={**os.environ, "PATH": path}):
        pictures = load_sample().test.images[:SHOWN]
        answer = requests.post(f"http://127.0.0.1:{port}/invocations", json={"inputs": pictures.tolist()}, timeout=60)
    assert answer.status_code == 200, answer.text
    said = answer.json()["predictions"]
    np.testing.assert_allclose(said["probabilities"], artifacts.predictions(run).test[:SHOWN], atol=1e-5)
