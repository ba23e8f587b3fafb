from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import DataError
from core.jobs.questions import instant
from core.models.kind import Silent, TrainingData
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.preprocessing.pipeline import Pipeline


@pytest.fixture(autouse=True)
def _on_the_sample(home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)
    instant._prepared.cache_clear()


def test_a_preview_counts_what_the_fitted_model_reads_in_validation_images() -> None:
    dataset, experiment = load_sample(), Experiment(limit=500)
    asked = Specification.from_preset("fourier", "instant", settings=("n_components=128",), experiment=experiment)
    found = instant.run(*instant.question(asked, dataset.fingerprint).arguments)
    images, labels = experiment.apply(dataset.train.images, dataset.train.labels, seed=0)
    pipeline, features = Pipeline(asked.recipe).fit_transform(images)
    judges = pipeline.transform(dataset.validation.images)
    data = TrainingData(features, labels, judges, dataset.validation.labels, images, pipeline.transform)
    native = asked.kind.fit(data, asked.checked_parameters(), seed=0, threads=1, monitor=Silent())
    right = asked.kind.scores(native, judges).argmax(axis=1) == dataset.validation.labels
    assert found["confusion"].shape == (10, 10)
    assert found["confusion"].sum(axis=1).tolist() == np.bincount(dataset.validation.labels).tolist()
    assert abs(np.trace(found["confusion"]) - right.sum()) <= 1
    assert found["seconds"] > 0


def test_features_are_made_once_for_all_positions_of_a_slider() -> None:
    fingerprint = load_sample().fingerprint
    for gamma in ("0.2", "0.3"):
        settings = ("n_components=64", f"gamma={gamma}")
        asked = Specification.from_preset("fourier", "instant", settings=settings, experiment=Experiment(limit=200))
        instant.run(*instant.question(asked, fingerprint).arguments)
    assert instant._prepared.cache_info().hits == 1


def test_other_data_is_refused() -> None:
    asked = Specification.from_preset("fourier", "instant")
    with pytest.raises(DataError):
        instant.run(*instant.question(asked, "0" * 16).arguments)
