from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import RecipeError
from core.explain.pulls import MachineInside, by_image
from core.models.serving.predictor import Predictor, read_graph
from core.models.serving.shipped import shipped
from core.preprocessing.pipeline import Pipeline


@pytest.fixture(scope="module")
def machine() -> MachineInside:
    return MachineInside(read_graph(shipped()["svm"].folder))


def features(position: int) -> np.ndarray:
    image = load_sample().validation.images[position]
    return Pipeline(shipped()["svm"].specification.recipe).transform_fixed(image[None])


@pytest.mark.parametrize("position", [0, 120, 499])
def test_the_pulls_add_up_to_a_decision_for_the_answer(machine: MachineInside, position: int) -> None:
    pulls = machine.pulls(features(position))
    image = load_sample().validation.images[position]
    row = Predictor.load(shipped()["svm"].folder).predict_proba(image[None])[0]
    assert pulls.digits == tuple(np.argsort(row)[::-1][:2])
    assert pulls.decision > 0  # the answer wins its pair on a clear digit
    assert len(pulls.pull) == len(machine.vectors)


def test_each_vector_pulls_one_way(machine: MachineInside) -> None:
    pulls = machine.pulls(features(3))
    first, second = (pulls.towards(digit) for digit in pulls.digits)
    assert (first * second == 0).all()
    assert float(first.sum() - second.sum()) + pulls.constant == pytest.approx(pulls.decision, abs=1e-3)


def test_moved_copies_count_for_the_image_they_were_made_from() -> None:
    images = np.eye(3, dtype=np.float32)
    vectors = np.array([[0.9, 0.1, 0], [1, 0, 0.1], [0, 0, 1], [0, 1, 0]], np.float32)
    found = by_image(vectors, np.array([1, 2, 4, 0], np.float32), images)
    assert found.tolist() == [3, 0, 4]


def test_a_model_of_another_kind_is_refused() -> None:
    with pytest.raises(RecipeError, match="no support vectors to show"):
        MachineInside(read_graph(shipped()["forest"].folder))
