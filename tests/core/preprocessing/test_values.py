from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.preprocessing.values import normalise, reshape

PICTURES = arrays(np.uint8, st.tuples(st.integers(1, 3), st.integers(8, 32), st.integers(8, 32)))


@settings(max_examples=30, deadline=None)
@given(PICTURES)
def test_normalised_values_are_in_range_and_can_be_turned_back(images: np.ndarray) -> None:
    unit, signed = normalise(images), normalise(images, "signed")
    assert unit.dtype == signed.dtype == np.float32
    assert unit.min() >= 0 and unit.max() <= 1 and signed.min() >= -1 and signed.max() <= 1
    assert np.array_equal(np.rint(unit * 255), images)
    assert np.array_equal(np.rint((signed + 1) * 127.5), images)


@settings(max_examples=30, deadline=None)
@given(PICTURES)
def test_each_picture_gets_mean_0_and_deviation_1(images: np.ndarray) -> None:
    for image, values in zip(images, normalise(images, "each"), strict=True):
        assert values.mean(dtype=float) == pytest.approx(0, abs=1e-4)
        assert values.std(dtype=float) == pytest.approx(1 if image.std() else 0, abs=1e-4)


def test_reshape_keeps_the_order_of_pixels() -> None:
    values = np.arange(2 * 3 * 3, dtype=np.float32).reshape(2, 3, 3)
    assert reshape(values).tolist() == [list(range(9)), list(range(9, 18))]
    assert reshape(values, "image").shape == (2, 3, 3, 1)
    assert np.array_equal(reshape(values, "image")[..., 0], values)
