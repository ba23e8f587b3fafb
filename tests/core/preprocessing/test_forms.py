from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.data.sample import load_sample
from core.preprocessing.forms import BOX, FORMS, with_forms
from core.preprocessing.pictures import moments

SAMPLE = load_sample().train
STEM = np.zeros((200, 28, 28), np.uint8)
STEM[:, 4:24, 13:16] = 255


def formed(images: np.ndarray, digit: int, seed: int = 0) -> np.ndarray:
    return with_forms(images, np.full(len(images), digit, np.uint8), 1.0, np.random.default_rng(seed))


def holes(picture: np.ndarray) -> int:
    """How many parts of the paper the ink encloses."""
    return cv2.connectedComponents((picture < 100).astype(np.uint8), connectivity=4)[0] - 2


def test_digits_without_a_form_stay_and_about_as_many_of_the_others_change_as_said() -> None:
    varied = with_forms(SAMPLE.images, SAMPLE.labels, 0.5, np.random.default_rng(0))
    changed = (varied != SAMPLE.images).any(axis=(1, 2))
    with_form = np.isin(SAMPLE.labels, list(FORMS))
    assert not changed[~with_form].any()
    assert abs(changed.sum() - with_form.sum() / 2) < 3 * np.sqrt(with_form.sum()) / 2  # three standard deviations


def test_without_a_share_or_a_form_the_pictures_are_handed_back() -> None:
    assert with_forms(SAMPLE.images, SAMPLE.labels, 0.0, np.random.default_rng(0)) is SAMPLE.images
    assert formed(STEM, 3) is STEM


@pytest.mark.parametrize("digit", FORMS)
def test_a_drawn_digit_fits_the_box_and_lies_in_the_middle(digit: int) -> None:
    pictures = formed(STEM, digit)
    boxes = np.array([cv2.boundingRect((picture > 127).astype(np.uint8)) for picture in pictures])
    assert boxes[:, 2:].max() <= BOX
    assert boxes[:, 2:].max(axis=1).min() >= BOX - 4
    _, x, y, *_ = moments(pictures)
    assert max(np.abs(x - 13.5).max(), np.abs(y - 13.5).max()) <= 0.51


def test_an_upstroke_begins_left_of_the_top() -> None:
    pixels_left = []
    for picture in formed(STEM, 1):
        rows, columns = np.nonzero(picture > 127)
        pixels_left.append(columns[rows <= rows.min() + 1].mean() - columns.min())
    assert min(pixels_left) >= 1
    assert np.mean(np.array(pixels_left) > 1) > 0.99


def test_most_nines_are_closed_and_ones_fours_and_sevens_open() -> None:
    closed = {digit: np.mean([holes(picture) > 0 for picture in formed(STEM, digit)]) for digit in FORMS}
    assert closed[9] > 0.5
    assert max(closed[1], closed[4], closed[7]) < 0.3


def test_a_thick_pen_draws_thick_strokes() -> None:
    thin = STEM.copy()
    thin[:, :, [13, 15]] = 0
    assert formed(STEM, 7).sum() > 1.3 * formed(thin, 7).sum()


@pytest.mark.parametrize("digit", FORMS)
@pytest.mark.parametrize("value", [0, 255])
def test_blank_and_full_pictures_have_a_form_too(digit: int, value: int) -> None:
    pictures = formed(np.full((20, 28, 28), value, np.uint8), digit)
    assert pictures.shape == (20, 28, 28) and pictures.dtype == np.uint8
    assert pictures.reshape(20, -1).max(axis=1).min() > 127


def test_the_seed_alone_decides() -> None:
    assert np.array_equal(formed(STEM, 7), formed(STEM, 7))
    assert not np.array_equal(formed(STEM, 7), formed(STEM, 7, seed=1))
