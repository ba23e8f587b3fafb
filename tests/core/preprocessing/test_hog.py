from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.data.sample import load_sample
from core.preprocessing.hog import hog, windows

DIGITS = load_sample().train.images[:3].astype(np.float32) / 255


def by_hand(picture: np.ndarray, cell: int, reach: float, orientations: int, signed: bool) -> np.ndarray:
    """The definition, pixel by pixel: a vote is the gradient's length times the cosine to the third."""
    side = len(picture)
    count = (side - 1) // cell
    found = np.zeros((count, orientations, count))
    turn = 2 * math.pi if signed else math.pi
    for y in range(side):
        for x in range(side):
            across = picture[y, x + 1] - picture[y, x - 1] if 0 < x < side - 1 else 0
            down = picture[y + 1, x] - picture[y - 1, x] if 0 < y < side - 1 else 0
            length, angle = math.hypot(across, down), math.atan2(down, across)
            for place in np.ndindex(found.shape):
                row, bin_, column = place
                cosine = math.cos(angle - turn * bin_ / orientations)
                cosine = max(cosine, 0) if signed else abs(cosine)
                weight = 1.0
                for at, index in ((y, row), (x, column)):
                    middle = (side - 1) / 2 + (index - (count - 1) / 2) * cell
                    weight *= max(0, 1 - abs(at - middle) / (reach * cell))
                found[place] += length * cosine**3 * weight
    return found.ravel()


@pytest.mark.parametrize(("orientations", "signed"), [(8, True), (5, True), (4, False)])
def test_hog_is_its_definition(orientations: int, signed: bool) -> None:
    found = hog(DIGITS[:1], 9, 1.0, orientations, signed, "none")[0]
    assert found == pytest.approx(by_hand(DIGITS[0], 9, 1.0, orientations, signed), abs=1e-4)


def test_a_vertical_edge_speaks_for_one_direction() -> None:
    picture = np.zeros((1, 28, 28), np.float32)
    picture[:, :, 14:] = 1
    strength = hog(picture, orientations=4, signed=True, contrast="none").reshape(6, 4, 6).sum(axis=(0, 2))
    assert strength[0] > 0
    assert strength[1:] == pytest.approx([0, 0, 0], abs=1e-4)


def test_unsigned_directions_do_not_see_which_side_is_ink() -> None:
    assert hog(1 - DIGITS, signed=False) == pytest.approx(hog(DIGITS, signed=False), abs=1e-4)
    assert np.abs(hog(1 - DIGITS) - hog(DIGITS)).max() > 0.1


def test_local_contrast_makes_a_faint_digit_like_a_strong_one() -> None:
    def distance(contrast: str) -> float:
        faint, strong = hog(DIGITS * 0.7, contrast=contrast), hog(DIGITS, contrast=contrast)
        return float(np.linalg.norm(faint - strong) / np.linalg.norm(strong))

    assert max(distance("local"), distance("picture")) < 0.05 < 0.29 < distance("none")


def test_the_root_is_taken_of_what_there_was() -> None:
    np.testing.assert_array_equal(hog(DIGITS, root=True), np.sqrt(hog(DIGITS)))


@settings(max_examples=30, deadline=None)
@given(
    arrays(np.uint8, st.tuples(st.integers(1, 2), st.just(28), st.just(28))),
    st.integers(2, 10),
    st.integers(4, 16),
    st.booleans(),
    st.sampled_from(["local", "picture", "none"]),
)
def test_features_are_finite_and_not_negative(
    images: np.ndarray, cell: int, orientations: int, signed: bool, contrast: str
) -> None:
    features = hog(images.astype(np.float32) / 255, cell, 1.25, orientations, signed, contrast)
    assert features.dtype == np.float32
    assert features.shape == (len(images), len(windows(28, cell, 1.25)) ** 2 * orientations)
    assert np.isfinite(features).all() and features.min() >= 0


@pytest.mark.parametrize("grey", [0.0, 1.0])
def test_a_flat_picture_has_no_directions(grey: float) -> None:
    assert not hog(np.full((1, 28, 28), grey, np.float32)).any()
