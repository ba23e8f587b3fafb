from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.data.sources import load_dataset
from core.errors import DataError, TrainingError
from core.evaluation.metrics import evaluate
from core.jobs import fitting, training
from core.ledger.states import State
from core.models.serving.predictor import Predictor
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs import artifacts, history, registry
from core.runs.run import Run

pytestmark = pytest.mark.data


@pytest.fixture(autouse=True)
def _on_the_sample(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def queued(model: str = "logistic", **changes: object) -> Run:
    settings: dict[str, object] = {"experiment": Experiment.limited(500), **changes}
    specification = Specification.from_preset(model, "fast", **settings)  # type: ignore[arg-type]
    return registry.create(specification, load_dataset().fingerprint)


@pytest.fixture
def finished() -> Run:
    return training.run_training(queued().run_id)


def test_a_training_leaves_a_whole_run(finished: Run) -> None:
    assert finished.finished
    assert {"fit", "predict", "latency", "total"} <= finished.seconds.keys()
    assert finished.environment["cores"] >= 1
    stored = {entry["path"] for entry in artifacts.names(finished)}
    assert {"predictions.npz", "job.log"} <= stored
    assert {"model/model.onnx", "model/specification.json", "model/preprocess.py"} <= stored
    assert any(path.startswith("native/") for path in stored)
    assert "Training started" in artifacts.local(finished, artifacts.LOG).read_text()


def test_a_forest_leaves_the_history_of_its_trees_and_a_fit_in_one_piece_none(finished: Run) -> None:
    assert history.load(finished) is None
    run = training.run_training(queued("forest").run_id)
    kept = history.load(run)
    assert kept is not None and kept.unit == "trees"
    assert kept.steps[-1] == 30 and len(kept.steps) > 1
    answers = artifacts.predictions(run).validation.argmax(axis=1)
    assert (kept.probabilities[-1].argmax(axis=1) == answers).mean() > 0.99  # half precision may part a tie


def test_metrics_follow_from_the_stored_predictions(finished: Run) -> None:
    stored, dataset = artifacts.predictions(finished), load_dataset()
    for split in ("validation", "test"):
        figures = evaluate(dataset.evaluation_split(split).labels, stored.of(split)).metrics()
        for name, value in figures.items():
            assert finished.metrics[f"{split}_{name}"] == pytest.approx(value)


def test_the_served_model_gives_the_stored_predictions(finished: Run) -> None:
    predictor = Predictor.load(artifacts.local(finished, artifacts.MODEL))
    probabilities = predictor.predict_proba(load_sample().test.images)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(500), abs=1e-5)
    np.testing.assert_allclose(probabilities, artifacts.predictions(finished).test, atol=1e-6)


def test_the_same_seed_gives_the_same_predictions(finished: Run) -> None:
    again = training.run_training(queued().run_id)
    assert again.key == finished.key
    np.testing.assert_array_equal(artifacts.predictions(again).test, artifacts.predictions(finished).test)


def test_a_digit_that_was_left_out_keeps_its_column_near_zero() -> None:
    run = training.run_training(queued(experiment=Experiment(limit=500, left_out=(3,))).run_id)
    assert artifacts.predictions(run).test[:, 3].max() < 1e-3


def test_a_failure_keeps_its_reason_and_its_log_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*arguments: object) -> None:
        raise ValueError("two and two are five")

    monkeypatch.setattr(fitting, "fit_temperature", explode)
    run = queued()
    with pytest.raises(TrainingError, match=r"failed unexpectedly \(ValueError: two and two are five\)"):
        training.run_training(run.run_id)
    failed = registry.get(run.run_id)
    assert failed.state is State.FAILED
    assert "two and two" in failed.reason
    assert [entry["path"] for entry in artifacts.names(failed)] == ["job.log"]
    assert "Traceback" in artifacts.local(failed, artifacts.LOG).read_text()


def test_other_data_than_the_run_was_started_on_is_refused() -> None:
    specification = Specification.from_preset("logistic", "fast")
    run = registry.create(specification, "0000000000000000")
    with pytest.raises(DataError, match="has other data"):
        training.run_training(run.run_id)


def test_a_run_that_was_cancelled_while_it_waited_is_not_started() -> None:
    run = queued()
    registry.enter(run.run_id, State.CANCELLED)
    assert training.run_training(run.run_id).state is State.CANCELLED


def test_progress_is_told_to_who_listens() -> None:
    told: list[float] = []
    training.run_training(queued().run_id, echo=lambda fraction, message: told.append(fraction))
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] > 0.9


def test_a_full_disk_is_told_in_words() -> None:
    assert "No space left on device" in training._in_words(OSError(28, "No space left on device"))
    assert "ran out of memory" in training._in_words(MemoryError())
