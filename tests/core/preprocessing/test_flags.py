from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.data.sample import load_sample
from core.preprocessing.flags import with_flags
from core.preprocessing.pictures import centre, moments

SAMPLE = load_sample().train
LABELS = SAMPLE.labels
STEM = np.zeros((400, 28, 28), np.uint8)
STEM[:, 4:24, 13:15] = 255


def flagged(images: np.ndarray, labels: np.ndarray, share: float = 1.0, seed: int = 0) -> np.ndarray:
    return with_flags(images, labels, share, np.random.default_rng(seed))


def test_only_ones_change_and_about_as_many_as_said() -> None:
    changed = (flagged(SAMPLE.images, LABELS, 0.5) != SAMPLE.images).any(axis=(1, 2))
    assert not changed[LABELS != 1].any()
    ones = int((LABELS == 1).sum())
    assert abs(changed.sum() - ones / 2) < 3 * np.sqrt(ones) / 2  # three standard deviations of a binomial


def test_without_a_share_or_a_one_the_pictures_are_handed_back() -> None:
    assert flagged(SAMPLE.images, LABELS, 0.0) is SAMPLE.images
    assert flagged(STEM, np.full(len(STEM), 7, np.uint8)) is STEM


def test_a_flag_lies_left_of_the_stem_and_is_shorter_than_it() -> None:
    pictures = flagged(STEM, np.ones(len(STEM), np.uint8))
    added = np.maximum(pictures.astype(int) - centre(STEM), 0).sum(axis=(1, 2)) / 255
    assert added.min() > 0
    for picture in pictures:
        _, y, width, height = cv2.boundingRect(picture)
        assert height <= 24 and width <= 20, "no longer than three quarters of the stem, and its line's width"
        top = picture[y : y + height // 2].sum(axis=0)
        assert top[: picture.sum(axis=0).argmax()].sum() >= top[picture.sum(axis=0).argmax() + 2 :].sum()


def test_flagged_ones_are_centred_by_mass() -> None:
    mass, x, y, *_ = moments(flagged(STEM, np.ones(len(STEM), np.uint8)))
    assert mass.min() > 0
    assert max(np.abs(x - 13.5).max(), np.abs(y - 13.5).max()) <= 0.51


@pytest.mark.parametrize("value", [0, 255])
def test_blank_and_full_pictures_stay_pictures(value: int) -> None:
    images = np.full((3, 28, 28), value, np.uint8)
    varied = flagged(images, np.ones(3, np.uint8))
    assert varied.shape == images.shape and varied.dtype == np.uint8
    assert value == 255 or not varied.any()


def test_the_seed_alone_decides() -> None:
    labels = np.ones(len(STEM), np.uint8)
    assert np.array_equal(flagged(STEM, labels), flagged(STEM, labels))
    assert not np.array_equal(flagged(STEM, labels), flagged(STEM, labels, seed=1))
