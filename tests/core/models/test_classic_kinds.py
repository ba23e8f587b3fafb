"""What SVM, forest, nearest neighbours and logistic regression all promise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from core.declaration import Parameters
from core.errors import TrainingError
from core.models.forest import FOREST, ForestParameters
from core.models.fourier import FOURIER, FourierParameters
from core.models.kind import ModelKind, Silent, TrainingData
from core.models.knn import KNN, NeighbourParameters
from core.models.logistic import LOGISTIC, LogisticParameters
from core.models.serving.export import assemble
from core.models.svm.kind import SVM, SvmParameters
from core.preprocessing.pipeline import Pipeline
from tests.core.models.sample_digits import digits, featurise, rows

CASES: dict[str, tuple[ModelKind, Parameters]] = {
    "svm": (SVM, SvmParameters()),
    "svm poly": (SVM, SvmParameters(kernel="poly", degree=3)),
    "svm virtual": (SVM, SvmParameters(virtual="turns")),
    "svm of 500 rows": (SVM, SvmParameters(rows=500, virtual="turns")),
    "fourier": (FOURIER, FourierParameters(n_components=512)),
    "extra trees": (FOREST, ForestParameters(n_estimators=20)),
    "trees on discriminants": (FOREST, ForestParameters(n_estimators=20, discriminants=True)),
    "random forest": (FOREST, ForestParameters(kind="random_forest", n_estimators=20, max_features=0.2)),
    "knn": (KNN, NeighbourParameters(stored=400)),
    "knn uniform": (KNN, NeighbourParameters(weights="uniform")),
    "logistic": (LOGISTIC, LogisticParameters(max_iter=60)),
}

every = pytest.mark.parametrize("case", CASES)


def learn(case: str, data: TrainingData, seed: int = 0) -> tuple[ModelKind, Any]:
    kind, parameters = CASES[case]
    return kind, kind.fit(data, parameters, seed=seed, threads=1, monitor=Silent())


def served_scores(kind: ModelKind, native: Any, features: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(kind.to_onnx(native).SerializeToString())
    return session.run(["scores"], {"features": features})[0]


@pytest.fixture(scope="module")
def learned() -> dict[str, tuple[ModelKind, Any]]:
    return {case: learn(case, rows()) for case in CASES}


@every
def test_model_learns_digits(case: str, learned) -> None:
    kind, native = learned[case]
    _, _, judges, labels = digits()
    assert (kind.scores(native, featurise(judges)).argmax(axis=1) == labels).mean() > 0.8


@every
def test_graph_agrees_with_native_scores(case: str, learned) -> None:
    kind, native = learned[case]
    features = featurise(digits()[0])
    native_scores, found = kind.scores(native, features), served_scores(kind, native, features)
    assert native_scores.dtype == found.dtype == np.float32
    assert native_scores.shape == (len(features), 10)
    assert (native_scores.argmax(axis=1) == found.argmax(axis=1)).mean() >= 0.999
    assert np.median(np.abs(native_scores - found)) < 1e-3


@every
def test_graph_takes_one_row(case: str, learned) -> None:
    kind, native = learned[case]
    features = featurise(digits()[2][:1])
    np.testing.assert_allclose(
        served_scores(kind, native, features), kind.scores(native, features), rtol=1e-3, atol=1e-3
    )


@every
def test_graph_can_be_served(case: str, learned) -> None:
    kind, native = learned[case]
    session = onnxruntime.InferenceSession(assemble(kind.to_onnx(native), [], 0.7).SerializeToString())
    label, probabilities = session.run(["label", "probabilities"], {"features": featurise(digits()[2])})
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(label, probabilities.argmax(axis=1))


@every
def test_same_seed_gives_the_same_scores(case: str, learned) -> None:
    kind, native = learned[case]
    _, again = learn(case, rows())
    features = featurise(digits()[2])
    np.testing.assert_array_equal(kind.scores(native, features), kind.scores(again, features))


@every
def test_file_keeps_the_model(case: str, learned, tmp_path: Path) -> None:
    kind, native = learned[case]
    kind.save(native, tmp_path / kind.native_file)
    features = featurise(digits()[2])
    again = kind.load(tmp_path / kind.native_file)
    np.testing.assert_array_equal(kind.scores(native, features), kind.scores(again, features))


@every
def test_absent_class_has_no_probability(case: str) -> None:
    missing = 4
    kind, native = learn(case, rows(300, without=missing))
    features = featurise(digits()[2])
    for scores in (kind.scores(native, features), served_scores(kind, native, features)):
        assert np.isfinite(scores).all()
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        assert (odds[:, missing] / odds.sum(axis=1)).max() < 1e-6


@every
def test_two_classes_are_enough(case: str) -> None:
    data = rows(600)
    kept = np.isin(data.train_labels, (3, 8))
    pair = replace(
        data,
        train_features=data.train_features[kept],
        train_labels=data.train_labels[kept],
        train_images=data.train_images[kept],
    )
    kind, native = learn(case, pair)
    judged = np.isin(data.validation_labels, (3, 8))
    found = kind.scores(native, data.validation_features[judged]).argmax(axis=1)
    assert (found == data.validation_labels[judged]).mean() > 0.85


@every
def test_fifty_digits_are_learned(case: str) -> None:
    kind, native = learn(case, rows(50))
    features = featurise(digits()[2])
    assert (kind.scores(native, features).argmax(axis=1) == digits()[3]).mean() > 0.4


@every
def test_constant_pictures_give_finite_scores(case: str) -> None:
    images = np.full((60, 28, 28), 128, np.uint8)
    labels = (np.arange(60) % 10).astype(np.uint8)
    features = featurise(images)
    kind, native = learn(case, TrainingData(features, labels, features, labels, images, featurise))
    assert np.isfinite(kind.scores(native, features)).all()
    assert np.isfinite(served_scores(kind, native, features)).all()


@every
def test_values_that_are_not_numbers_are_refused(case: str) -> None:
    data = rows(100)
    broken = data.train_features.copy()
    broken[3, 5] = np.nan
    with pytest.raises(TrainingError, match="hold values that are not numbers"):
        learn(case, replace(data, train_features=broken))


@every
def test_one_class_is_refused(case: str) -> None:
    data = rows(100)
    with pytest.raises(TrainingError, match="at least two digits to tell apart; got 1"):
        learn(case, replace(data, train_labels=np.zeros(100, np.uint8)))


@every
def test_pictures_with_a_channel_are_refused(case: str) -> None:
    data = rows(100)
    with pytest.raises(TrainingError, match="takes rows of numbers"):
        learn(case, replace(data, train_features=data.train_features.reshape(-1, 14, 14, 1)))


@pytest.mark.parametrize(("kind", "preset"), [(kind, name) for kind, _ in CASES.values() for name in kind.presets])
def test_presets_see_rows(kind: ModelKind, preset: str) -> None:
    chosen = kind.presets[preset]
    assert isinstance(chosen.parameters, kind.parameters)
    assert Pipeline(chosen.recipe).transform_fixed(digits()[0][:3]).ndim == 2


@pytest.mark.parametrize("kind", [SVM, FOREST, FOURIER, KNN, LOGISTIC])
def test_presets_are_the_same_three_and_an_instant_one_where_it_pays(kind: ModelKind) -> None:
    instant = ["instant"] if kind in (SVM, FOURIER) else []
    assert list(kind.presets) == [*instant, "fast", "default", "reference"]
