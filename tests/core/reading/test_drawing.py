"""Drawings of digits, made here stroke by stroke, to pictures like MNIST's."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.errors import ImageError
from core.reading.drawing import digits_of_drawing
from core.reading.strokes import MNIST_STYLE, Stroke, render

ARC = np.linspace(0, 2 * np.pi, 30)
LOOP = [(0.5 + 0.5 * np.sin(a), 0.5 - 0.5 * np.cos(a)) for a in ARC]
DIGITS = {  # strokes in a box about 0.6 wide and 1 high, y down
    0: [[(0.6 * x, y) for x, y in LOOP]],
    1: [[(0.3, 0), (0.3, 1)]],
    2: [[(0, 0.2), (0.3, 0), (0.6, 0.2), (0.5, 0.5), (0, 1), (0.6, 1)]],
    3: [[(0, 0.1), (0.3, 0), (0.6, 0.2), (0.25, 0.48), (0.6, 0.75), (0.3, 1), (0, 0.9)]],
    4: [[(0.3, 0), (0, 0.6), (0.6, 0.6)], [(0.45, 0.3), (0.45, 1)]],
    5: [[(0.1, 0), (0, 0.45), (0.4, 0.4), (0.6, 0.7), (0.3, 1), (0, 0.9)], [(0.1, 0), (0.6, 0)]],
    6: [[(0.5, 0), (0.1, 0.5), (0.1, 0.9), (0.4, 1), (0.6, 0.75), (0.35, 0.55), (0.05, 0.7)]],
    7: [[(0, 0), (0.6, 0), (0.2, 1)], [(0.1, 0.5), (0.55, 0.5)]],
    8: [[(0.6 * x, 0.45 * y) for x, y in LOOP], [(0.6 * x, 0.46 + 0.54 * y) for x, y in LOOP]],
    9: [[(0.55, 0.2), (0.3, 0), (0.05, 0.2), (0.3, 0.45), (0.55, 0.2), (0.5, 1)]],
}


def pen_path(points, pen: float) -> dict:
    points = np.asarray(points, float)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    place = {"originX": "center", "originY": "center", "left": middle[0], "top": middle[1]}
    commands = [["M", *points[0].tolist()], *(["L", *point] for point in points.tolist())]
    return {"type": "Path", "strokeWidth": pen, "path": commands, **place}


def drawing(*digits: tuple[int, float, float, float], pen: float = 18) -> dict:
    """Digits as (label, x, y, height)."""
    strokes = [np.array(stroke) * h + (x, y) for label, x, y, h in digits for stroke in DIGITS[label]]
    return {"objects": [pen_path(stroke, pen) for stroke in strokes]}


def ink_box(image: np.ndarray) -> tuple[int, int]:
    return cv2.boundingRect((image > image.max() / 2).astype(np.uint8))[2:]


@pytest.mark.parametrize("label", DIGITS)
def test_each_digit_is_one_centred_picture_of_twenty_pixels(label):
    (digit,) = digits_of_drawing(drawing((label, 40, 60, 150)))
    assert digit.image.dtype == np.uint8 and digit.image.shape == (28, 28)
    assert max(ink_box(digit.image)) in (19, 20, 21)
    moments = cv2.moments(digit.image)
    centre = np.array([moments["m10"], moments["m01"]]) / moments["m00"]
    np.testing.assert_allclose(centre, 13.5, atol=0.1)
    assert digit.image.max() > 110  # a line of 1 pixel between two columns fills half of each, 118 after the blur
    assert len(np.unique(digit.image)) > 4  # grey edges


@pytest.mark.parametrize("label", DIGITS)
def test_pen_place_and_size_do_not_matter(label):
    (usual,) = digits_of_drawing(drawing((label, 40, 60, 150)))
    for document in (
        drawing((label, 40, 60, 150), pen=4),
        drawing((label, 150, 10, 150), pen=30),
        drawing((label, 3, 250, 25), pen=6),
        drawing((label, -500, 4000, 3000), pen=50),
    ):
        (other,) = digits_of_drawing(document)
        assert np.abs(other.image.astype(int) - usual.image).max() <= 12


def test_the_box_holds_the_ink_on_the_canvas():
    (digit,) = digits_of_drawing(drawing((0, 40, 60, 150), pen=18))
    assert np.allclose(digit.box, (31, 51, 108, 168), atol=1)


def test_forty_two_is_two_digits():
    digits = digits_of_drawing(drawing((4, 20, 60, 150), (2, 150, 65, 140)))
    alone = [digits_of_drawing(drawing((label, 0, 0, 150)))[0] for label in (4, 2)]
    for found, expected in zip(digits, alone, strict=True):
        assert np.abs(found.image.astype(int) - expected.image).max() <= 12


def test_digits_are_read_line_by_line_whatever_the_order_of_drawing():
    places = [(7, 150, 200, 90), (1, 20, 10, 80), (5, 20, 205, 90), (8, 220, 15, 90), (4, 120, 5, 90)]
    found = digits_of_drawing(drawing(*places, pen=8))
    assert [digit.line for digit in found] == [0, 0, 0, 1, 1]
    middles = [digit.box[0] + digit.box[2] / 2 for digit in found]
    assert middles[:3] == sorted(middles[:3]) and middles[3:] == sorted(middles[3:])


def test_stray_dots_are_left_out():
    document = drawing((3, 40, 60, 150))
    document["objects"].append(pen_path([(250, 20), (250.02, 20)], 18))
    assert len(digits_of_drawing(document)) == 1


def zigzag(size: int, step: int) -> list[tuple[float, float]]:
    rows = range(0, size, step)
    return [(x, y) for i, y in enumerate(rows) for x in ((0, size) if i % 2 else (size, 0))]


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ([], "canvas is empty"),
        ([pen_path([(50, 50), (50.02, 50)], 18)], "single dot is not enough"),
        ([pen_path([(50, 50), (50, 50)], 18)] * 3, "single dot is not enough"),
        ([pen_path(zigzag(280, 12), 18)], "filled with ink"),
        ([pen_path([(x, 0), (x, 9)], 2) for x in range(0, 6000, 20)], "up to 200 digits; this one has 300 pieces"),
    ],
)
def test_what_holds_no_digit_gets_a_sentence(objects, words):
    with pytest.raises(ImageError, match=words):
        digits_of_drawing({"objects": objects})


def test_a_scribbled_but_open_drawing_is_not_called_filled():
    assert digits_of_drawing({"objects": [pen_path(zigzag(280, 60), 10)]})


def test_strokes_are_as_wide_as_mnist_writes():
    # The ink of a straight line is its width times its length, grey edges included.
    image = render([Stroke(np.array([[0.0, 0.0], [0.0, 100.0]]), 20)])
    rows = image.sum(axis=1)[8:20] / 255
    np.testing.assert_allclose(rows, MNIST_STYLE.pen, atol=0.15)
