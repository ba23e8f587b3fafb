from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from core.data.sample import load_sample
from core.preprocessing.filters import blur, contrast_stretch, denoise, threshold

DIGITS = load_sample().train.images[:40]
METHODS = ["median", "opening", "specks", "nonlocal"]
BLANK, FULL = np.zeros((1, 28, 28), np.uint8), np.full((1, 28, 28), 255, np.uint8)


@settings(max_examples=30, deadline=None)
@given(arrays(np.uint8, (2, 28, 28)), st.integers(0, 90), st.integers(91, 100))
def test_contrast_stretch_fills_the_range_and_keeps_the_order(images: np.ndarray, low: int, high: int) -> None:
    for image, stretched in zip(images, contrast_stretch(images, low, high), strict=True):
        order = np.argsort(image.ravel(), kind="stable")
        dark, bright = np.percentile(image, [low, high], method="nearest")
        if dark == bright:
            assert np.array_equal(stretched, image)
        else:
            assert (stretched.min(), stretched.max()) == (0, 255)
            assert (np.diff(stretched.ravel()[order].astype(int)) >= 0).all()


def test_otsu_splits_where_the_variance_between_the_classes_is_greatest() -> None:
    for image, binary in zip(DIGITS, threshold(DIGITS), strict=True):
        best = max(range(255), key=lambda level: between(image, level))
        assert between(image, image[binary == 0].max()) == pytest.approx(between(image, best), rel=1e-4)


def between(image: np.ndarray, level: int) -> float:
    ink = image > level
    share = ink.mean()
    return share * (1 - share) * (image[ink].mean() - image[~ink].mean()) ** 2 if 0 < share < 1 else 0.0


@given(st.integers(0, 254))
@settings(max_examples=20, deadline=None)
def test_fixed_threshold_is_a_comparison_and_idempotent(level: int) -> None:
    binary = threshold(DIGITS, "fixed", level)
    assert np.array_equal(binary == 255, level < DIGITS)
    assert set(np.unique(binary)) <= {0, 255}
    assert np.array_equal(threshold(binary, "fixed", level), binary)


def test_blur_is_the_gaussian_of_scipy() -> None:
    expected = ndimage.gaussian_filter(DIGITS.astype(float), (0, 1, 1), mode="constant", truncate=3)
    assert np.abs(blur(DIGITS, 1.0) - expected).max() <= 4


def test_median_is_that_of_scipy() -> None:
    inner = np.s_[:, 1:-1, 1:-1]
    assert np.array_equal(denoise(DIGITS)[inner], ndimage.median_filter(DIGITS, (1, 3, 3))[inner])


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_opening_is_idempotent_and_adds_no_ink(strength: int) -> None:
    opened = denoise(DIGITS, "opening", strength)
    assert (opened <= DIGITS).all()
    assert np.array_equal(denoise(opened, "opening", strength), opened)


def test_specks_go_and_the_digit_stays() -> None:
    noisy = DIGITS.copy()
    noisy[:, 0, 0] = 200
    assert np.array_equal(denoise(noisy, "specks"), denoise(DIGITS, "specks"))
    alone = np.zeros((1, 28, 28), np.uint8)
    alone[0, 9, 9] = 255
    assert np.array_equal(denoise(alone, "specks"), alone)


def test_nonlocal_means_takes_noise_away() -> None:
    noise = np.random.default_rng(0).normal(0, 15, DIGITS.shape)
    noisy = np.clip(DIGITS + noise, 0, 255).astype(np.uint8)
    error = [np.abs(images.astype(int) - DIGITS).mean() for images in (noisy, denoise(noisy, "nonlocal"))]
    assert error[1] < error[0]


@pytest.mark.parametrize("method", METHODS)
def test_blank_and_full_pictures_stay(method: str) -> None:
    assert np.array_equal(denoise(BLANK, method), BLANK)
    assert np.array_equal(denoise(FULL, method)[:, 3:-3, 3:-3], FULL[:, 3:-3, 3:-3])
    for change in (contrast_stretch, threshold):
        assert np.array_equal(change(BLANK), BLANK)
        assert np.array_equal(change(FULL), FULL)
    assert not blur(BLANK).any()
    assert cv2.countNonZero(blur(FULL)[0]) == 784
