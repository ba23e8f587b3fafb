from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from core.data.sample import load_sample
from core.errors import InputError, NotAllowedError, ReadOnlyError, RegistryError
from core.evaluation.metrics import evaluate
from core.jobs import ensemble_job
from core.jobs.committee import make_committee
from core.ledger.states import State
from core.models.serving.predictor import PredictorCache
from core.models.serving.score_graph import score_graph
from core.permissions import Actor, operator
from core.runs import artifacts, external, housekeeping, model_cache, registry
from core.runs.leaderboard import find, predictions
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.runs.shipped import shipped_predictions
from tests.pages.judged_runs import judged_run

DATASET = load_sample()
ROUNDING = 3e-3


@pytest.fixture(autouse=True)
def _registry(migrated: Path) -> None:
    """Start from a registry that opens at once."""


def shipped(*names: str) -> list[Run]:
    return [find(name, DATASET) for name in names]


def class_means() -> Run:
    """A run with a model of its own: an imported network of one layer."""
    images = DATASET.train.images.reshape(-1, 784) / 255.0
    means = np.stack([images[DATASET.train.labels == digit].mean(axis=0) for digit in range(10)])
    constants = {"weights": means.T.astype(np.float32), "bias": (-0.5 * (means**2).sum(axis=1)).astype(np.float32)}
    nodes = [("MatMul", ["features", "weights"], "sums", {}), ("Add", ["sums", "bias"], "scores", {})]
    return external.import_onnx(score_graph(nodes, constants, 784).SerializeToString(), DATASET, name="means")


def test_its_answers_follow_from_its_members() -> None:
    run = make_committee(shipped("svm", "forest"), DATASET, name="both")
    assert (run.name, run.model, run.state) == ("both", "committee", State.FINISHED)
    assert run.committee is not None
    weights = [member.weight for member in run.committee.members]
    assert sum(weights) == pytest.approx(1)
    members = [shipped_predictions(name, DATASET).test.astype(np.float64) for name in ("svm", "forest")]
    mixed = weights[0] * members[0] + weights[1] * members[1]
    stored = predictions(run, DATASET)
    assert stored.test == pytest.approx(softmax(np.log(mixed) / run.committee.temperature, axis=1), abs=1e-5)
    for name, value in evaluate(DATASET.test.labels, stored.test).metrics().items():
        assert run.metrics[f"test_{name}"] == pytest.approx(value)
    losses = [member.metrics["validation_log_loss"] for member in shipped("svm", "forest")]
    assert run.metrics["validation_log_loss"] <= min(losses) + 1e-3
    assert run.seconds["fit"] == sum(member.seconds["fit"] for member in shipped("svm", "forest"))


def test_it_reads_new_pictures_as_it_was_judged() -> None:
    run = make_committee(shipped("cnn", "forest"), DATASET, weights="equal")
    assert run.committee is not None
    assert [member.weight for member in run.committee.members] == [0.5, 0.5]
    found = predictor(run).predict_proba(DATASET.test.images[:40])
    assert found == pytest.approx(predictions(run, DATASET).test[:40], abs=ROUNDING)
    assert len(predictor(run).recipes) == 2


def test_it_stays_when_its_members_are_gone_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    member = class_means()
    run = make_committee([member, *shipped("svm")], DATASET)
    housekeeping.delete(member, actor=operator())
    housekeeping.purge(actor=operator())
    monkeypatch.setattr(model_cache, "_predictors", PredictorCache())
    again = registry.get(run.run_id)
    assert again.committee == run.committee
    found = predictor(again).predict_proba(DATASET.test.images[:40])
    assert found == pytest.approx(predictions(again, DATASET).test[:40], abs=ROUNDING)


def test_what_cannot_join_is_refused_by_name() -> None:
    cnn, svm = shipped("cnn", "svm")
    with pytest.raises(InputError, match="2 to 20 different runs; got 1"):
        make_committee([cnn, cnn], DATASET)
    with pytest.raises(InputError, match=r"svm.* was evaluated on other images"):
        make_committee([cnn, replace(svm, fingerprint="0" * 16)], DATASET)
    with pytest.raises(InputError, match=r"is running; only finished runs"):
        make_committee([cnn, replace(svm, state=State.RUNNING)], DATASET)
    with pytest.raises(InputError, match="is itself an ensemble"):
        make_committee([cnn, make_committee([cnn, svm], DATASET)], DATASET)
    with pytest.raises(RegistryError, match=r"plain\) has predictions but no model"):
        make_committee([cnn, judged_run()], DATASET)


def test_lost_predictions_are_told(home: Path) -> None:
    member = class_means()
    (path,) = home.rglob(artifacts.PREDICTIONS)
    path.unlink()
    with pytest.raises(RegistryError, match=r"has no predictions\.npz"):
        make_committee([*shipped("svm"), member], DATASET)


def test_who_may_not_combine_queues_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotAllowedError, match="Log in to combine"):
        ensemble_job.start(None, shipped("cnn", "svm"), DATASET.fingerprint, "equal", "", Actor(""))  # type: ignore[arg-type]
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError):
        ensemble_job.start(None, shipped("cnn", "svm"), DATASET.fingerprint, "equal", "", operator())  # type: ignore[arg-type]
