from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.forgetting import accuracies, hardest, learning_events, remarkable


def history(answers: list[list[int]]) -> np.ndarray:
    """Probabilities (e, n, 10): 0.7 for each answer, after each step a row."""
    rows = np.full((len(answers), len(answers[0]), 10), 0.3 / 9)
    for step, row in enumerate(answers):
        rows[step, np.arange(len(row)), row] = 0.7
    return rows


LABELS = np.array([1, 1, 1, 1, 1], np.uint8)
ANSWERS = history(
    [
        [1, 7, 1, 7, 1],
        [1, 7, 7, 7, 7],
        [1, 1, 1, 7, 1],
        [1, 1, 1, 7, 7],
    ]
)
"""By hand, an image a column: always right, learned in step 30, forgotten once, never, forgotten twice and lost."""
STEPS = np.array([10, 20, 30, 40])


def test_events_are_those_counted_by_hand() -> None:
    events = learning_events(LABELS, ANSWERS, STEPS)
    np.testing.assert_array_equal(events["learned"], [10, 30, 30, np.nan, np.nan])
    assert events["forgotten"].tolist() == [0, 0, 1, 0, 2]
    assert events["ever"].tolist() == [True, True, True, False, True]
    assert events["answer"].tolist() == [1, 1, 1, 7, 7]
    assert events["probability"].tolist() == pytest.approx([0.7] * 5)


def test_galleries_hold_the_images_of_their_kind_in_order() -> None:
    events = learning_events(LABELS, ANSWERS, STEPS)
    found = {kind: remarkable(events, kind, 10)["position"].tolist() for kind in ("last", "forgotten", "never")}
    assert found == {"last": [1, 2], "forgotten": [4, 2], "never": [3]}


def test_one_step_forgets_nothing() -> None:
    events = learning_events(LABELS, ANSWERS[:1], STEPS[:1])
    assert events["forgotten"].sum() == 0
    assert remarkable(events, "last", 10).empty


def test_the_hardest_have_the_least_probability_for_their_own_digit() -> None:
    rows = np.full((2, 3, 10), 0.05)
    rows[0, :, 1], rows[1, :, 1] = [0.9, 0.1, 0.5], [0.2, 0.8, 0.3]
    np.testing.assert_array_equal(hardest(LABELS[:3], rows, 2), [[1, 2], [0, 2]])


def test_accuracies_count_what_is_right() -> None:
    assert accuracies(LABELS, ANSWERS).tolist() == pytest.approx([0.6, 0.2, 0.8, 0.6])
