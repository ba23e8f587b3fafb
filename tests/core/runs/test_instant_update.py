"""A trained run that learns further digits at once: it stays the model it was, learns them, and forgets little."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import InputError
from core.jobs.training import run_training
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs import registry
from core.runs.instant_update import can_update, load_learner, update
from core.runs.model_cache import predictor
from core.runs.run import Run

pytestmark = pytest.mark.data


@pytest.fixture(autouse=True)
def _on_the_sample(migrated: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def trained(model: str, *settings: str) -> Run:
    specification = Specification.from_preset(model, "fast", settings=settings, experiment=Experiment.limited(600))
    return run_training(registry.create(specification, load_sample().fingerprint).run_id)


def test_a_run_learns_digits_with_a_wrong_label_when_they_weigh_enough() -> None:
    dataset, run = load_sample(), trained("fourier", "n_components=256")
    assert can_update(run)
    learner, served = load_learner(run), predictor(run)
    images = dataset.test.images[:50]
    np.testing.assert_allclose(learner.predict_proba(images), served.predict_proba(images), atol=1e-3)

    taught, labels = dataset.test.images[:1], np.array([(dataset.test.labels[0] + 1) % 10], np.uint8)
    light, heavy = (update(learner, taught, labels, times, dataset.validation) for times in (0.01, 1_000))
    assert learner.predict_proba(taught).argmax() != labels[0]
    assert heavy.learner.predict_proba(taught).argmax() == labels[0]
    assert light.learner.predict_proba(taught).argmax() != labels[0]
    expected = (served.predict(dataset.validation.images) == dataset.validation.labels).mean()
    assert heavy.before == light.before == pytest.approx(expected, abs=0.005)
    assert heavy.before - 0.1 < heavy.after < 1
    assert heavy.seconds > 0


def test_other_kinds_are_refused() -> None:
    run = trained("logistic", "max_iter=10")
    assert not can_update(run)
    with pytest.raises(InputError, match="Only a finished run of random Fourier features can learn at once"):
        load_learner(run)
