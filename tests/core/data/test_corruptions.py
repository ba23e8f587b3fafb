from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from core.data.corruptions import CORRUPTIONS, SEVERITIES, corrupt
from core.data.sample import read_sample
from core.errors import ParameterError

NAMES = ("shift", "rotation", "scale", "shear", "noise", "blur", "contrast", "stripe", "occlusion")


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return read_sample()[0][:40]


def test_the_nine_are_there() -> None:
    assert tuple(CORRUPTIONS) == NAMES
    assert all(len(corruption.amounts) == len(SEVERITIES) for corruption in CORRUPTIONS.values())


@pytest.mark.parametrize("name", NAMES)
def test_keeps_shape_dtype_and_the_original(digits: np.ndarray, name: str) -> None:
    before = digits.copy()
    damaged = corrupt(digits, name, 3)
    assert (damaged.shape, damaged.dtype) == (digits.shape, np.uint8)
    np.testing.assert_array_equal(digits, before)
    assert corrupt(digits[:0], name, 3).shape == (0, 28, 28)


@settings(max_examples=20)
@given(name=st.sampled_from(NAMES), severity=st.sampled_from(SEVERITIES), seed=st.integers(0, 2**32))
def test_same_seed_same_damage(name: str, severity: int, seed: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    np.testing.assert_array_equal(corrupt(images, name, severity, seed), corrupt(images, name, severity, seed))


@pytest.mark.parametrize("name", NAMES)
def test_more_severe_is_further_from_the_original(digits: np.ndarray, name: str) -> None:
    errors = [np.abs(corrupt(digits, name, severity).astype(float) - digits).mean() for severity in SEVERITIES]
    assert errors == sorted(errors)
    assert errors[0] > 0


def test_shift_is_one_of_the_four_diagonal_moves(digits: np.ndarray) -> None:
    padded = np.pad(digits, ((0, 0), (2, 2), (2, 2)))
    moves = [padded[:, y : y + 28, x : x + 28] for y in (0, 4) for x in (0, 4)]
    damaged = corrupt(digits, "shift", 2)
    assert all(any(np.array_equal(image, move[i]) for move in moves) for i, image in enumerate(damaged))


def test_rotation_agrees_with_scipy(digits: np.ndarray) -> None:
    damaged = corrupt(digits, "rotation", 3).astype(float)
    both = [
        ndimage.rotate(digits.astype(float), sign * np.degrees(0.6), (2, 1), reshape=False, order=1) for sign in (-1, 1)
    ]
    nearest = np.minimum(*(np.abs(damaged - turned).mean(axis=(1, 2)) for turned in both))
    assert nearest.max() < 1


def test_directions_vary_between_images() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10, 10] = 255
    assert len({damaged.tobytes() for damaged in corrupt(np.stack([image] * 50), "shift", 1)}) == 4


def test_scale_shrinks_about_the_middle() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 4:24] = 255
    rows, columns = np.nonzero(corrupt(image, "scale", 5)[0] > 127)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (9, 18, 9, 18)


def test_shear_keeps_the_middle_in_place() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 12:16, 12:16] = 255
    centre = ndimage.center_of_mass(corrupt(image, "shear", 4)[0])
    assert centre == pytest.approx((13.5, 13.5), abs=0.2)


@pytest.mark.parametrize(("severity", "sigma"), [(1, 1), (3, 3), (5, 6)])
def test_blur_agrees_with_scipy(digits: np.ndarray, severity: int, sigma: float) -> None:
    expected = ndimage.gaussian_filter(digits.astype(float), (0, sigma, sigma), mode="nearest", truncate=4)
    np.testing.assert_allclose(corrupt(digits, "blur", severity), expected, atol=0.51)


def test_noise_has_the_published_deviation() -> None:
    grey = np.full((200, 28, 28), 128, np.uint8)
    assert corrupt(grey, "noise", 1).std() == pytest.approx(0.08 * 255, rel=0.01)


def test_contrast_by_hand() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, :14] = 200  # mean 100
    assert np.unique(corrupt(image, "contrast", 3)).tolist() == [80, 120]


def test_severest_stripe_is_that_of_mnist_c(digits: np.ndarray) -> None:
    expected = digits.astype(float)
    expected[:, :, :7] = 255.0 - expected[:, :, :7]
    expected[:, :, 21:] = 255.0 - expected[:, :, 21:]
    np.testing.assert_array_equal(corrupt(digits, "stripe", 5), expected)


@pytest.mark.parametrize(("severity", "side"), [(1, 4), (2, 6), (3, 8), (4, 10), (5, 12)])
def test_occlusion_is_a_black_square_inside_the_box(severity: int, side: int) -> None:
    white = np.full((100, 28, 28), 255, np.uint8)
    for image in corrupt(white, "occlusion", severity):
        rows, columns = np.nonzero(image == 0)
        assert len(rows) == side**2
        for axis in (rows, columns):
            assert np.ptp(axis) == side - 1
            assert 4 <= axis.min() <= axis.max() <= 23


def test_unknown_corruption_and_severity_are_named(digits: np.ndarray) -> None:
    with pytest.raises(ParameterError, match=r"`corruption` must be one of shift, .*; got fog"):
        corrupt(digits, "fog", 1)
    with pytest.raises(ParameterError, match="`severity` must be between 1 and 5; got 6"):
        corrupt(digits, "blur", 6)
