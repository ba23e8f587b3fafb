from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from core.data.sample import load_sample
from core.preprocessing.random_convolution import _as_ink, _convolved, random_kernels, with_random_convolutions

DIGITS = load_sample().train.images[:300]


def filtered(share: float, seed: int = 0) -> np.ndarray:
    return with_random_convolutions(DIGITS, share, np.random.default_rng(seed))


def test_each_picture_is_convolved_with_its_own_filter_as_scipy_does_it() -> None:
    values, kernels = DIGITS[:5] / np.float32(255), random_kernels(5, np.random.default_rng(1))
    expected = [ndimage.correlate(value, kernel, mode="nearest") for value, kernel in zip(values, kernels, strict=True)]
    np.testing.assert_allclose(_convolved(values, kernels), expected, atol=1e-5)


def test_filters_are_normal_weights_of_a_third_that_fade_from_the_middle() -> None:
    kernels = random_kernels(20_000, np.random.default_rng(0))
    assert kernels[:, 1, 1].std() == pytest.approx(1 / 3, rel=0.03)
    assert kernels[:, 0, 0].std() < kernels[:, 0, 1].std() < kernels[:, 1, 1].std()


def test_the_share_is_filtered_and_the_rest_left_alone() -> None:
    changed = (filtered(0.3) != DIGITS).any(axis=(1, 2))
    assert 0.2 < changed.mean() < 0.4
    assert with_random_convolutions(DIGITS, 0.0, np.random.default_rng(0)) is DIGITS
    assert with_random_convolutions(DIGITS[:0], 1.0, np.random.default_rng(0)).shape == (0, 28, 28)


def test_pictures_use_the_whole_range_and_ink_stays_bright_on_dark() -> None:
    varied = filtered(1.0)
    assert varied.min(axis=(1, 2)).max() == 0
    assert varied.max(axis=(1, 2)).min() == 255
    frame = np.concatenate([varied[:, 0], varied[:, -1], varied[:, :, 0], varied[:, :, -1]], axis=1)
    assert frame.mean(axis=1).max() <= 128


def test_shapes_stay_where_they_are() -> None:
    """What is far from ink differs less from the frame than what is on it, in nearly every picture."""
    varied = filtered(1.0).astype(float)
    near = np.stack([ndimage.binary_dilation(digit > 0, iterations=3) for digit in DIGITS])
    frame = np.median(varied[:, 0], axis=1)[:, None, None]
    apart = np.abs(varied - frame)
    on, off = [(apart * place).sum(axis=(1, 2)) / place.sum(axis=(1, 2)) for place in (near, ~near)]
    assert (on > off).mean() > 0.9


def test_a_flat_picture_stays_finite() -> None:
    flat = with_random_convolutions(np.full((20, 28, 28), 9, np.uint8), 1.0, np.random.default_rng(0))
    assert flat.dtype == np.uint8
    assert np.unique(_as_ink(np.zeros((1, 4, 4), np.float32))).tolist() == [0]
