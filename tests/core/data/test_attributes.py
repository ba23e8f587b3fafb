from __future__ import annotations

import cv2
import numpy as np
import pandas as pd
import pytest

from core.data.attributes import attributes, class_distances
from core.data.sample import load_sample
from core.preprocessing.pictures import deskew
from core.preprocessing.thickness import stroke_widths


def bar(width: int, *, top: int = 4, bottom: int = 24, left: int = 12) -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    image[top:bottom, left : left + width] = 255
    return image


def measured(*images: np.ndarray) -> pd.DataFrame:
    return attributes(np.stack(images), np.zeros(len(images), np.uint8))


def test_a_bar_has_the_size_ink_and_place_that_it_was_drawn_with() -> None:
    row = measured(bar(4)).iloc[0]
    assert (row["height"], row["width"], row["ink"], row["slant"]) == (20, 4, 80, 0)
    assert (row["shift_x"], row["shift_y"]) == (-0.5, -0.5)  # its middle is 13.5, MNIST's is 14


@pytest.mark.parametrize("width", [2, 3, 4])
def test_the_stroke_width_of_a_long_line_is_nearly_that_of_the_pen(width: int) -> None:
    assert stroke_widths(bar(width)[None])[0] == pytest.approx(width, rel=0.2)


def test_slant_is_the_angle_of_a_line_and_positive_to_the_right() -> None:
    right, left = (np.zeros((28, 28), np.uint8) for _ in range(2))
    cv2.line(right, (10, 24), (18, 4), 255, 2)  # 8 across on 20 down: 21.8 degrees
    cv2.line(left, (18, 24), (10, 4), 255, 2)
    assert measured(right, left)["slant"].tolist() == pytest.approx([21.8, -21.8], abs=1.5)


def test_deskewed_digits_have_no_slant() -> None:
    images = load_sample().validation.images[:100]
    slants = attributes(deskew(images), np.zeros(100, np.uint8))["slant"].abs()
    assert slants.median() < 2


def test_loops_are_counted() -> None:
    zero, eight, speck = (np.zeros((28, 28), np.uint8) for _ in range(3))
    cv2.circle(zero, (14, 14), 7, 255, 2)
    cv2.circle(eight, (14, 9), 4, 255, 2)
    cv2.circle(eight, (14, 18), 4, 255, 2)
    speck[4:24, 10:16] = 255
    speck[10, 12] = 0
    assert measured(bar(3), zero, eight, speck)["loops"].tolist() == [0, 1, 2, 0]


def test_distances_are_relative_to_the_class() -> None:
    images = np.stack([bar(3), bar(3), bar(3), bar(3, left=4), bar(5)])
    distances = class_distances(images, np.array([1, 1, 1, 1, 7], np.uint8))
    assert distances[:4].mean() == pytest.approx(1)
    assert distances[3] == distances.max() and distances[4] == 1  # the only 7 has no class to be compared with


def test_blank_pictures_are_measured_too() -> None:
    row = measured(np.zeros((28, 28), np.uint8)).iloc[0]
    assert np.isfinite(row.to_numpy(float)).all() and row["ink"] == row["height"] == row["loops"] == 0
