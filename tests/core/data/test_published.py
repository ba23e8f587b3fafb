from __future__ import annotations

import numpy as np
import pytest

from core.data.dataset import Arrays, validation_positions
from core.data.published import TRAINING, UNKNOWN, positions, published_labels
from core.data.sample import read_sample

pytestmark = pytest.mark.data


def test_the_sample_is_found_where_mnist_has_it() -> None:
    images, labels = read_sample()
    found = positions(images)
    np.testing.assert_array_equal(found, validation_positions(published_labels()[:TRAINING]))
    np.testing.assert_array_equal(published_labels()[found], labels)


def test_another_image_is_not_found() -> None:
    images = read_sample()[0][:3].copy()
    images[1, 14, 14] ^= 1
    assert (positions(images) == UNKNOWN).tolist() == [False, True, False]


def test_the_labels_are_those_of_mnist(full_arrays: Arrays) -> None:
    np.testing.assert_array_equal(published_labels(), np.concatenate([full_arrays.y_train, full_arrays.y_test]))
