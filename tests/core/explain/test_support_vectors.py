from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from core.errors import RegistryError
from core.explain.support_vectors import SUPPORT_FILE, Support
from core.models.kind import Silent
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.models.svm.kind import SVM, SvmParameters
from tests.core.models.sample_digits import rows


def test_vectors_of_one_image_count_together_and_the_heaviest_comes_first() -> None:
    support = Support.of(
        np.array([4, 1, 4]),
        np.array([1.0, 1.5, 2.0]),
        positions=np.array([10, 11, 12, 13, 14]),
        labels=np.array([0, 1, 2, 3, 7], np.uint8),
        fingerprint="f",
    )
    assert support.positions.tolist() == [14, 11]
    assert support.labels.tolist() == [7, 1]
    assert support.weight.tolist() == [3.0, 1.5]
    assert support.vectors.tolist() == [2, 1]
    assert support.per_class.tolist() == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0]


def test_the_rows_are_those_of_the_vectors() -> None:
    data = rows(200)
    machine = SVM.fit(data, SvmParameters(), seed=0, threads=1, monitor=Silent())
    assert SVM.supports is not None
    found, weight = SVM.supports(machine)
    np.testing.assert_allclose(data.train_features[found], machine.vectors, atol=1e-3)
    assert (weight > 0).all()


def test_it_is_kept_whole_and_damage_is_told(tmp_path: Path) -> None:
    support = Support.of(
        np.array([0, 2]),
        np.array([1.0, 2.0]),
        positions=np.arange(3),
        labels=np.arange(3, dtype=np.uint8),
        fingerprint="abc",
    )
    support.save(tmp_path / "support.npz")
    again = Support.load(tmp_path / "support.npz")
    assert (again.fingerprint, again.trained) == ("abc", 3)
    np.testing.assert_array_equal(again.positions, support.positions)
    (tmp_path / "support.npz").write_bytes(b"no archive")
    with pytest.raises(RegistryError, match="missing or damaged"):
        Support.load(tmp_path / "support.npz")


def test_the_shipped_machine_s_are_those_of_its_model() -> None:
    card = shipped()["svm"]
    support = Support.load(card.folder / SUPPORT_FILE)
    graph = onnx.load_model_from_string(read_graph(card.folder)).graph
    (vectors,) = [entry for entry in graph.initializer if entry.name.endswith("vectors_half")]
    assert support.vectors.sum() == vectors.dims[1]
    assert (support.fingerprint, support.trained) == (card.content["fingerprint"], 55_000)
    assert support.positions.max() < 55_000
    assert len(np.unique(support.positions)) == len(support.positions)
