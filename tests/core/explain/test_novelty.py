"""The warning "not a digit", held against real digits, and letters and paths that nothing was calibrated on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data import load_sample
from core.explain.novelty import STRANGE, Novelty, load_novelty, strangeness
from core.reading.not_digits import (
    CALIBRATION_FONTS,
    LETTERS,
    TEST_FONTS,
    font_path,
    letters,
    splines,
    wanderings,
)
from core.reading.novelty_calibration import caught, least_squares

SURE, UNSURE = 0.98, 0.6


def refused(images: np.ndarray, sure: float) -> float:
    return float(load_novelty().refuses(images, np.full(len(images), sure)).mean())


def test_the_stated_figures_keep_the_promise():
    novelty = load_novelty()
    assert novelty.false_alarms <= 0.02
    assert novelty.letters_caught >= 0.8
    assert novelty.scribbles_caught >= 0.8


def test_real_digits_pass():
    assert refused(load_sample().test.images, SURE) <= 0.02


def test_letters_of_other_fonts_are_caught_though_the_models_are_sure():
    images = np.concatenate([letters(font, LETTERS, np.random.default_rng(7)) for font in ("cmss10", "cmr10")])
    assert refused(images, SURE) >= 0.8


def test_scribbles_by_other_paths_are_caught():
    assert refused(wanderings(150, np.random.default_rng(7)), UNSURE) >= 0.8


def test_doubt_makes_a_picture_stranger():
    images = load_sample().test.images[:20]
    novelty = load_novelty()
    apart = novelty.score(images, np.full(20, 0.3)) - novelty.score(images, np.full(20, 0.9))
    np.testing.assert_allclose(apart, 0.6 * novelty.doubt)


def test_strangeness_is_the_lead_of_the_eleventh_class():
    outputs = np.zeros((2, STRANGE + 1))
    outputs[0, STRANGE], outputs[1, 3] = 0.75, 0.5
    assert strangeness(outputs).tolist() == [0.75, -0.5]


def test_least_squares_follows_the_normal_equations():
    rng = np.random.default_rng(0)
    known = {name: rng.normal(size=(40, 6)) for name in ("digits", "varied", "others")}
    labels = rng.integers(0, 10, 40)
    everything = {name: np.ones(40, bool) for name in known}
    rows = np.concatenate([known["digits"], known["varied"], known["others"], np.eye(6)])  # penalty 1 as six more rows
    targets = np.zeros((126, 11))
    targets[np.arange(120), np.concatenate([labels, labels, np.full(40, STRANGE)])] = 1
    expected, *_ = np.linalg.lstsq(rows, targets, rcond=None)
    np.testing.assert_allclose(least_squares(known, labels, everything), expected, atol=1e-9)


def test_caught_counts_beyond_the_allowed_false_alarms():
    scores = {"digits": np.linspace(0, 1, 1_001), "others": np.array([0.5, 0.98, 0.99, 2.0])}
    sure = {"digits": np.ones(1_001), "others": np.ones(4)}
    assert caught(scores, sure, 1.0) == 0.5  # 98.5 % of the digits lie at or below 0.985


def test_calibration_and_judging_share_no_font():
    families = {name[:4] for name in CALIBRATION_FONTS} & {name[:4] for name in TEST_FONTS}
    assert not families
    assert all(font_path(name).exists() for name in (*CALIBRATION_FONTS, *TEST_FONTS))


@pytest.mark.parametrize("scribble", [splines, wanderings])
def test_scribbles_are_pictures_and_repeatable(scribble):
    images = scribble(5, np.random.default_rng(3))
    assert images.shape == (5, 28, 28) and images.dtype == np.uint8
    assert (images.max(axis=(1, 2)) > 128).all()
    np.testing.assert_array_equal(images, scribble(5, np.random.default_rng(3)))


def test_what_is_saved_is_read_again(tmp_path: Path):
    novelty = load_novelty()
    novelty.save(tmp_path / "copy.npz")
    copy: Novelty = load_novelty.__wrapped__(tmp_path / "copy.npz")
    images = load_sample().test.images[:9]
    np.testing.assert_array_equal(copy.score(images, np.ones(9)), novelty.score(images, np.ones(9)))
    assert copy.threshold == novelty.threshold
