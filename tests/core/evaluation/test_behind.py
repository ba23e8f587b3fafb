from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ParameterError
from core.evaluation.behind import Context, Filters, images_behind
from core.evaluation.metrics import confusion_matrix

LABELS = np.array([4, 4, 9, 4], dtype=np.uint8)
PROBABILITIES = np.zeros((4, 10))
PROBABILITIES[[0, 1, 2, 3], [4, 9, 9, 9]] = [0.9, 0.8, 0.7, 0.6]
PROBABILITIES[[0, 1, 2, 3], [9, 4, 4, 4]] = [0.1, 0.2, 0.3, 0.4]


EVERYTHING = Filters()


def positions(filters: Filters = EVERYTHING, **options: object) -> list[int]:
    return images_behind(LABELS, PROBABILITIES, filters, **options)["position"].tolist()


def test_cell_margin_and_errors() -> None:
    assert positions(Filters(true=4, predicted=9)) == [1, 3]
    assert positions(Filters(true=4)) == [0, 1, 3]
    assert positions(Filters(predicted=9)) == [1, 2, 3]
    assert positions(Filters(errors_only=True)) == [1, 3]
    assert positions(Filters(digits=frozenset({3}))) == []


def test_orders() -> None:
    assert positions(order="confidence") == [0, 1, 2, 3]
    assert positions(order="doubt") == [3, 2, 1, 0]
    assert positions(order="loss") == [1, 3, 2, 0]
    assert positions(order="position") == [0, 1, 2, 3]


def test_confidence_includes_its_ends() -> None:
    assert positions(Filters(confidence=(0.7, 0.8))) == [1, 2]


def test_other_models_and_label_errors() -> None:
    context = Context(
        {"svm": np.array([4, 9, 9, 4]), "forest": np.array([4, 9, 4, 4])}, np.array([False, True, False, False])
    )

    assert positions(Filters(agreement="all"), context=context) == [0, 1]
    assert positions(Filters(agreement="some"), context=context) == [2, 3]
    assert positions(Filters(label_errors_only=True), context=context) == [1]
    table = images_behind(LABELS, PROBABILITIES, context=context)
    assert table.loc[0, ["reads: svm", "reads: forest"]].tolist() == [4, 4]


def test_columns_tell_the_story_of_an_image() -> None:
    row = images_behind(LABELS, PROBABILITIES, Filters(true=4, predicted=9)).loc[0]

    assert (row["true"], row["predicted"], row["probability"], row["true_probability"]) == (4, 9, 0.8, 0.2)
    assert row["loss"] == pytest.approx(-np.log(0.2))


def test_unknown_order_is_refused() -> None:
    with pytest.raises(ParameterError, match="`order` must be one of confidence, doubt, loss, position; got size"):
        positions(order="size")


@given(st.integers(0, 999), st.integers(1, 60))
def test_every_cell_holds_as_many_images_as_the_matrix_says(seed: int, images: int) -> None:
    rng = np.random.default_rng(seed)
    labels, rows = rng.integers(0, 10, images), rng.dirichlet(np.ones(10), images)
    matrix = confusion_matrix(labels, rows.argmax(axis=1))

    for true, predicted in [(1, 1), (4, 9), (int(labels[0]), int(rows[0].argmax()))]:
        assert len(images_behind(labels, rows, Filters(true, predicted))) == matrix[true, predicted]
