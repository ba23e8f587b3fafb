from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as oracle

from core.errors import ParameterError
from core.evaluation.metrics import confusion_matrix, evaluate, macro_f1


def answers(seed: int, images: int = 400, digits: int = 10) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, digits, images).astype(np.uint8)
    scores = rng.normal(size=(images, 10)) + 2.5 * np.eye(10)[labels]
    powers = np.exp(scores)
    return labels, (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def certain(predictions: list[int]) -> np.ndarray:
    return np.eye(10, dtype=np.float32)[predictions]


def test_hand_computed_matrix_and_metrics() -> None:
    judged = evaluate(np.array([4, 4, 4, 9, 9, 7]), certain([4, 4, 9, 9, 9, 7]))

    assert judged.confusion_matrix[4, 4] == 2
    assert judged.confusion_matrix[4, 9] == 1
    assert judged.accuracy == pytest.approx(5 / 6)
    assert judged.precision[[4, 9, 7]] == pytest.approx([1, 2 / 3, 1])
    assert judged.recall[[4, 9, 7]] == pytest.approx([2 / 3, 1, 1])
    assert judged.f1[[4, 9, 7]] == pytest.approx([0.8, 0.8, 1])
    assert judged.metrics()["f1_macro"] == pytest.approx((0.8 + 0.8 + 1) / 3)
    assert judged.brier == pytest.approx(2 / 6)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_metrics_agree_with_scikit_learn(seed: int) -> None:
    labels, probabilities = answers(seed)
    ours, predictions = evaluate(labels, probabilities).metrics(), probabilities.argmax(axis=1)

    assert ours["accuracy"] == pytest.approx(oracle.accuracy_score(labels, predictions), abs=1e-6)
    assert ours["log_loss"] == pytest.approx(oracle.log_loss(labels, probabilities), abs=1e-6)
    for average in ("macro", "weighted"):
        theirs = oracle.precision_recall_fscore_support(labels, predictions, average=average)[:3]
        assert [ours[f"{name}_{average}"] for name in ("precision", "recall", "f1")] == pytest.approx(theirs, abs=1e-6)


def test_brier_agrees_with_scikit_learn() -> None:
    labels, probabilities = answers(3)
    rows = probabilities.astype(np.float64) / probabilities.sum(axis=1, dtype=np.float64, keepdims=True)
    theirs = oracle.brier_score_loss(labels, rows, scale_by_half=False)

    assert evaluate(labels, probabilities).brier == pytest.approx(theirs, abs=1e-6)


@given(arrays(np.uint8, st.integers(1, 60), elements=st.integers(0, 9)), st.integers(0, 99))
def test_every_class_metric_agrees_with_scikit_learn_whatever_classes_occur(labels: np.ndarray, seed: int) -> None:
    predictions = np.random.default_rng(seed).integers(0, 10, len(labels))
    judged = evaluate(labels, certain(predictions.tolist()))
    theirs = oracle.precision_recall_fscore_support(labels, predictions, labels=range(10), zero_division=0)

    np.testing.assert_allclose([judged.precision, judged.recall, judged.f1], theirs[:3], atol=1e-12)
    np.testing.assert_array_equal(judged.support, theirs[3])
    expected = oracle.f1_score(labels, predictions, average="macro", zero_division=0)
    assert macro_f1(judged.confusion_matrix) == pytest.approx(expected)


@given(arrays(np.uint8, st.integers(1, 60), elements=st.integers(0, 9)), st.integers(0, 99))
def test_confusion_matrix_counts_every_image_once(labels: np.ndarray, seed: int) -> None:
    predictions = np.random.default_rng(seed).integers(0, 10, len(labels))
    matrix = confusion_matrix(labels, predictions)

    np.testing.assert_array_equal(matrix, oracle.confusion_matrix(labels, predictions, labels=range(10)))
    assert matrix.sum() == len(labels)


def test_class_never_predicted_has_precision_zero_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        judged = evaluate(np.array([0, 1, 2]), certain([0, 0, 0]))
        judged.per_class()

    assert judged.precision[1] == 0
    assert judged.log_loss == pytest.approx(
        oracle.log_loss([0, 1, 2], certain([0, 0, 0]).astype(float), labels=range(10))
    )


def test_log_loss_of_certain_and_right_answers_is_no_negative_zero() -> None:
    loss = evaluate(np.array([0, 1, 2]), certain([0, 1, 2])).log_loss
    assert loss == pytest.approx(0, abs=1e-12)
    assert not np.signbit(loss)


def test_as_dict_is_json_and_has_what_the_command_line_promises() -> None:
    labels, probabilities = answers(4)
    predictions = probabilities.argmax(axis=1)
    document = json.loads(json.dumps(evaluate(labels, probabilities).as_dict()))

    assert {"accuracy", "precision_macro", "recall_weighted", "log_loss", "ece"} <= document.keys()
    assert [row["digit"] for row in document["per_class"]] == list(range(10))
    theirs = oracle.precision_recall_fscore_support(labels, predictions, labels=range(10))
    for name, values in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        np.testing.assert_allclose([row[name] for row in document["per_class"]], values)
    np.testing.assert_array_equal(document["confusion_matrix"], oracle.confusion_matrix(labels, predictions))


def test_per_class_is_one_row_a_digit() -> None:
    table = evaluate(*answers(5)).per_class()

    assert list(table.columns) == ["digit", "precision", "recall", "f1", "support"]
    assert table["support"].sum() == 400


@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        (np.array([], dtype=np.uint8), np.empty((0, 10)), "`labels` must hold at least 1 label; got 0"),
        (np.array([1, 2]), np.full((3, 10), 0.1), r"must have the shape \(2, 10\); got \(3, 10\)"),
        (np.array([10]), np.full((1, 10), 0.1), "must be between 0 and 9; got 10 to 10"),
        (np.array([1]), np.full((1, 10), np.nan), "must be finite"),
    ],
)
def test_what_cannot_be_judged_is_refused(labels: np.ndarray, probabilities: np.ndarray, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        evaluate(labels, probabilities)
