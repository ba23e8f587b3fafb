from __future__ import annotations

from pathlib import Path

import numpy as np

from core.data.sample import load_sample
from core.explain.support_vectors import SUPPORT_FILE, Support
from core.jobs.support_vectors import keep_support
from core.models.kind import Silent
from core.models.specification import Specification
from core.models.svm.kind import SVM, SvmParameters
from core.preprocessing.experiments import Experiment
from tests.core.models.sample_digits import featurise, rows


def test_the_kept_positions_are_those_of_the_data_set(tmp_path: Path) -> None:
    """Position and label must still belong together after the experiment has taken its part of the images."""
    dataset = load_sample()
    experiment = Experiment(limit=200, left_out=(3,))
    specification = Specification.from_preset("svm", "fast", seed=5, experiment=experiment)
    images, labels = experiment.apply(dataset.train.images, dataset.train.labels, seed=5)
    data = type(rows(10))(featurise(images), labels, featurise(images), labels, images, featurise)
    machine = SVM.fit(data, SvmParameters(), seed=5, threads=1, monitor=Silent())
    keep_support(machine, specification, dataset, tmp_path)
    support = Support.load(tmp_path / SUPPORT_FILE)
    assert support.trained == 200
    assert set(support.per_class.nonzero()[0]) == set(range(10)) - {3}
    np.testing.assert_array_equal(dataset.train.labels[support.positions], support.labels)
    kept = featurise(dataset.train.images[support.positions])
    order = np.argsort(machine.rows)
    np.testing.assert_allclose(
        np.sort(kept, axis=0), np.sort(machine.vectors[order].astype(np.float32), axis=0), atol=1e-3
    )


def test_kinds_that_keep_no_rows_write_nothing(tmp_path: Path) -> None:
    keep_support(None, Specification.from_preset("forest", "fast"), load_sample(), tmp_path)
    assert not (tmp_path / SUPPORT_FILE).exists()
