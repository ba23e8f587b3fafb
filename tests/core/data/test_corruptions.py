from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats

from core.data.corruptions.catalogue import CORRUPTIONS, MNIST_C, SEVERITIES, corrupt
from core.data.corruptions.marks import _fractal
from core.data.corruptions.pixels import _motion_kernel
from core.data.sample import read_sample
from core.errors import ParameterError

NAMES = tuple(CORRUPTIONS)
GROWING = [name for name in NAMES if name not in ("fog", "spatter")]
"""What moves pixels further from the original the more severe it is; clouds and drops only become others."""


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return read_sample()[0][:40]


def test_the_fifteen_of_mnist_c_are_there_with_the_severity_of_its_images() -> None:
    assert MNIST_C == {
        "shot_noise": 5, "impulse_noise": 4, "glass_blur": 1, "motion_blur": 1, "shear": 2, "scale": 3, "rotation": 2,
        "brightness": 5, "shift": 3, "stripe": 5, "fog": 5, "spatter": 4, "dotted_line": 1, "zigzag": 1,
        "canny_edges": 3,
    }  # fmt: skip
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


@pytest.mark.parametrize("name", GROWING)
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


def test_shot_noise_counts_photons() -> None:
    grey = np.full((100, 28, 28), 153, np.uint8)  # 0.6 of full ink
    counts = corrupt(grey, "shot_noise", 4).astype(float) / 255 * 5  # cut off at 5 photons
    shares = [stats.poisson.pmf(count, 3) for count in range(5)]
    found = [(counts.round() == count).mean() for count in range(6)]
    assert found == pytest.approx([*shares, 1 - sum(shares)], abs=0.01)


def test_impulse_noise_hits_the_published_share_half_black_half_white() -> None:
    grey = np.full((100, 28, 28), 100, np.uint8)
    damaged = corrupt(grey, "impulse_noise", 4)
    assert [(damaged == value).mean() for value in (0, 255)] == pytest.approx([0.085, 0.085], abs=0.005)
    assert set(np.unique(damaged)) == {0, 100, 255}


def test_brightness_adds_half_of_full_ink(digits: np.ndarray) -> None:
    expected = np.clip(digits + 127.5, 0, 255)
    np.testing.assert_allclose(corrupt(digits, "brightness", 5), expected, atol=0.51)


def test_glass_keeps_the_ink_and_blurs_down_the_columns_only() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 8:20, 14] = 255
    damaged = corrupt(image, "glass_blur", 1).astype(float)
    assert damaged.sum() == pytest.approx(float(image.sum()), rel=0.02)
    blurred = ndimage.gaussian_filter1d(image[0].astype(float), 0.7, axis=0, mode="nearest", truncate=4)
    assert set(np.flatnonzero(blurred.any(axis=0))) == {14}
    assert np.ptp(np.flatnonzero(damaged[0].any(axis=0))) <= 4  # swaps alone, two rounds of one pixel


def test_motion_blur_smears_to_one_side_as_imagemagick_weighs_it() -> None:
    steps = np.arange(21)
    weights = np.exp(-(steps**2) / 18)
    kernel = _motion_kernel(10, 3, 0.0)
    np.testing.assert_allclose(kernel[27, 27:48], weights / weights.sum(), atol=1e-6)
    assert kernel.sum() == pytest.approx(1)
    slanted = _motion_kernel(10, 3, np.pi / 4)
    assert np.flatnonzero(slanted.any(axis=0)).tolist() == np.flatnonzero(slanted.any(axis=1)).tolist()


def test_fog_is_haze_of_the_published_thickness(digits: np.ndarray) -> None:
    damaged = corrupt(np.zeros_like(digits), "fog", 5)
    assert not damaged.any()  # MNIST-C scales by the brightest pixel, which is black here
    foggy = corrupt(np.full_like(digits, 255), "fog", 1).astype(float) / 255
    assert foggy.min() >= 1 / 2.5 - 0.01
    assert foggy.std() > 0.01
    assert np.abs(np.diff(foggy, axis=2)).mean() < foggy.std()


def test_a_fractal_map_is_repeatable_covers_its_range_and_has_edges_that_meet() -> None:
    field, again = (_fractal(2, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(field, again)
    assert (field.min(), field.max()) == (0, 1)
    seam, within = np.abs(field[0] - field[-1]).mean(), np.abs(np.diff(field, axis=0)).mean()
    assert seam < 3 * within


def test_spatter_leaves_the_paper_or_covers_it_with_mud() -> None:
    white = np.full((40, 28, 28), 255, np.uint8)
    for severity in SEVERITIES:
        damaged = corrupt(white, "spatter", severity)
        assert damaged.min() >= 63
        assert 0.5 < (damaged == 255).mean() < 1


def test_dotted_line_has_dots_two_pixels_wide_and_adds_ink_only(digits: np.ndarray) -> None:
    black = np.zeros((30, 28, 28), np.uint8)
    for image in corrupt(black, "dotted_line", 1):
        columns = np.flatnonzero(image.any(axis=0))
        assert set(columns % 4) == {2, 3}
    assert (corrupt(digits, "dotted_line", 1) >= digits).all()


def test_zigzag_turns_every_four_pixels_between_columns_2_and_25() -> None:
    black = np.zeros((30, 28, 28), np.uint8)
    for image in corrupt(black, "zigzag", 1):
        columns = np.flatnonzero(image.any(axis=0))
        assert 1 <= columns.min() <= columns.max() <= 26
    middle = next(image for image in corrupt(black, "zigzag", 1, seed=1) if image[10:18].any())
    rows = middle.argmax(axis=0)[3:24]
    assert (np.diff(np.sign(np.diff(rows))) != 0).sum() >= 4


def test_canny_leaves_edges_and_nothing_in_a_flat_picture(digits: np.ndarray) -> None:
    assert set(np.unique(corrupt(digits, "canny_edges", 3))) == {0, 255}
    assert not corrupt(np.full((2, 28, 28), 180, np.uint8), "canny_edges", 3).any()
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 8:20, 8:20] = 255
    edges = corrupt(square, "canny_edges", 3)[0]
    rows, columns = np.nonzero(edges)
    assert {rows.min(), rows.max(), columns.min(), columns.max()} <= {7, 8, 19, 20}
    assert not edges[10:18, 10:18].any()


def test_unknown_corruption_and_severity_are_named(digits: np.ndarray) -> None:
    with pytest.raises(ParameterError, match=r"`corruption` must be one of shift, .*; got rain"):
        corrupt(digits, "rain", 1)
    with pytest.raises(ParameterError, match="`severity` must be between 1 and 5; got 6"):
        corrupt(digits, "blur", 6)
