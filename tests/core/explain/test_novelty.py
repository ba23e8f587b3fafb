"""The warning "not a digit", held against real digits, and letters and paths that nothing was fitted on."""

from __future__ import annotations

import numpy as np
import pytest

from core.data import load_sample
from core.explain.novelty import FRAGMENT, JOINED, STRANGE, load_novelty
from core.reading.novelty_training.lettering import (
    FONTS,
    HERSHEY,
    JUDGING_FONTS,
    JUDGING_HERSHEY,
    faces,
    font_path,
)
from core.reading.novelty_training.samples import SHARES, Samples


@pytest.fixture(scope="module")
def samples() -> Samples:
    digits = load_sample().test
    return Samples(digits.images, digits.labels, faces(JUDGING_FONTS, JUDGING_HERSHEY), seed=9)


def test_the_stated_figures_keep_the_promise():
    novelty = load_novelty()
    assert novelty.false_alarms <= 0.02
    assert min(novelty.caught.values()) >= 0.85


def test_real_digits_pass():
    assert load_novelty().refuses(load_sample().test.images).mean() <= 0.02


@pytest.mark.parametrize("kind", ["letter", "doodle", "scribble", "noise", "inverted", "joined"])
def test_what_is_no_digit_is_caught(samples: Samples, kind: str):
    assert load_novelty().refuses(samples.of(kind, 150)).mean() >= 0.8


def test_two_digits_in_one_picture_are_called_several(samples: Samples):
    assert load_novelty().joined(samples.of("joined", 100)).mean() >= 0.7


def test_the_score_depends_on_the_picture_alone_one_by_one_or_in_batches():
    images = load_sample().test.images[:9]
    novelty = load_novelty()
    alone = np.concatenate([novelty.score(image[None]) for image in images])
    np.testing.assert_allclose(novelty.score(images), alone, atol=1e-5)
    assert len(novelty.score(images[:0])) == 0


def test_fitting_and_judging_share_no_font():
    assert not {name[:4] for name in FONTS} & {name[:4] for name in JUDGING_FONTS}
    assert not set(HERSHEY) & set(JUDGING_HERSHEY)
    assert all(font_path(name).exists() for name in (*FONTS, *JUDGING_FONTS))


def test_samples_hold_every_class_and_are_repeatable():
    digits = load_sample().test
    made = [Samples(digits.images, digits.labels, faces(), seed=4).make(400) for _ in range(2)]
    np.testing.assert_array_equal(made[0][0], made[1][0])
    assert set(made[0][1]) == {*range(10), STRANGE, JOINED, FRAGMENT}
    assert sum(SHARES.values()) == pytest.approx(1)
    assert made[0][0].shape[1:] == (28, 28) and made[0][0].dtype == np.uint8
