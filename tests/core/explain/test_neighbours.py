from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.sample import load_sample
from core.errors import ParameterError
from core.explain.neighbours import Neighbours


def brute_force(images: np.ndarray, image: np.ndarray) -> np.ndarray:
    return np.sqrt(((images.astype(float) - image.astype(float)) ** 2).sum(axis=(1, 2))) / 255


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 250), st.integers(1, 12), st.integers(0, 2**31))
def test_few_pictures_are_found_exactly(pictures: int, count: int, seed: int) -> None:
    images = np.random.default_rng(seed).integers(0, 256, (pictures, 28, 28)).astype(np.uint8)
    positions, distances = Neighbours(images).nearest(images[-1], count)
    expected = brute_force(images, images[-1])
    assert positions[0] == pictures - 1
    np.testing.assert_allclose(distances, np.sort(expected)[:count])
    np.testing.assert_allclose(distances, expected[positions])


def test_digits_are_found_as_by_brute_force() -> None:
    dataset = load_sample()
    index = Neighbours(dataset.train.images)
    shared = []
    for image in dataset.test.images[::25]:
        positions, _ = index.nearest(image, 10)
        nearest = np.argsort(brute_force(dataset.train.images, image), kind="stable")[:10]
        shared.append(len(set(positions) & set(nearest)))
    assert np.mean(shared) > 9.5


def test_blank_and_equal_pictures_do_no_harm() -> None:
    images = np.zeros((400, 28, 28), np.uint8)
    positions, distances = Neighbours(images).nearest(images[0], 3)
    assert len(set(positions.tolist())) == 3
    assert distances.tolist() == [0, 0, 0]


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ParameterError, match="at least 1 image; got 0"):
        Neighbours(np.zeros((0, 28, 28), np.uint8))
    with pytest.raises(ParameterError, match="`count` must be between 1 and 300; got 0"):
        Neighbours(np.zeros((2, 28, 28), np.uint8)).nearest(np.zeros((28, 28), np.uint8), 0)
