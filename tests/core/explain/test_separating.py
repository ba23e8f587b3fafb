from __future__ import annotations

import numpy as np

from core.explain.separating import log_odds, separating


def by_the_top(images: np.ndarray) -> np.ndarray:
    """A model that says 9 for ink in the upper third and 4 for ink in the lower one, and nothing of the middle."""
    ink = images.reshape(len(images), 28, 28) / 255
    odds = 0.05 * (ink[:, :9].sum(axis=(1, 2)) - ink[:, 19:].sum(axis=(1, 2)))
    rows = np.zeros((len(images), 10))
    rows[:, 9] = 1 / (1 + np.exp(-odds))
    rows[:, 4] = 1 - rows[:, 9]
    return rows


def test_ink_speaks_where_the_model_looks() -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, :, 12:16] = 255
    images[1, 2:26, 8:10] = 255
    said = separating(by_the_top, images, 4, 9)
    assert said.shape == (28, 28) and said.dtype == np.float32
    assert said[3, 14] > 0.5 and said[25, 14] < -0.5
    assert abs(said[14, 14]) < 1e-6
    assert said[3, 26] == 0, "no ink, nothing said"
    np.testing.assert_allclose(separating(by_the_top, images, 9, 4), -said, atol=1e-6)


def test_a_square_s_worth_is_the_change_of_the_odds() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4, 4] = 255
    assert np.isclose(separating(by_the_top, image, 4, 9)[4, 4], 0.05, atol=1e-6)


def test_certain_models_stay_finite() -> None:
    rows = np.eye(10)[[4, 9]]
    assert np.isfinite(log_odds(rows, 4, 9)).all() and (log_odds(rows, 4, 9) > 0).tolist() == [False, True]
