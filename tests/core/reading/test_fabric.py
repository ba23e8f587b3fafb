"""Fabric.js documents to strokes; expected places are worked out by hand from Fabric.js' own rules."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ImageError
from core.reading.drawing import digits_of_drawing
from core.reading.fabric import strokes_of_document
from core.reading.segments import FoundDigit

BAR = [["M", 10, 20], ["L", 110, 20]]  # 100 px long, its middle at (60, 20)


def path(commands=BAR, **settings) -> dict:
    middle = {"originX": "center", "originY": "center", "left": 60, "top": 20}
    return {"type": "Path", "strokeWidth": 10, "path": commands, **middle, **settings}


def ends(item: dict) -> list[list[float]]:
    (stroke,) = strokes_of_document({"objects": [item]})
    return [stroke.points[0].tolist(), stroke.points[-1].tolist()]


def test_a_path_stays_where_it_was_drawn():
    assert ends(path()) == [[10, 20], [110, 20]]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"left": 160, "top": 50}, [[110, 50], [210, 50]]),
        ({"scaleX": 2}, [[-40, 20], [160, 20]]),
        ({"angle": 90}, [[60, -30], [60, 70]]),
        ({"flipX": True}, [[110, 20], [10, 20]]),
        ({"skewY": 45}, [[10, -30], [110, 70]]),
        # From the left top corner the pen's width counts: the box is 110 x 10.
        ({"originX": "left", "originY": "top", "left": 5, "top": 15}, [[10, 20], [110, 20]]),
        ({"originX": "right", "originY": "bottom", "left": 115, "top": 25}, [[10, 20], [110, 20]]),
        ({"originX": "left", "originY": "top", "left": 5, "top": 15, "angle": 90}, [[0, 20], [0, 120]]),
        ({"originX": "left", "originY": "top", "left": 0, "top": 0, "scaleX": 2, "scaleY": 2}, [[10, 10], [210, 10]]),
    ],
)
def test_moved_scaled_and_turned_paths(settings, expected):
    np.testing.assert_allclose(ends(path(**settings)), expected, atol=1e-9)


def test_scaling_a_path_scales_its_pen():
    (stroke,) = strokes_of_document({"objects": [path(scaleX=2, scaleY=2)]})
    assert stroke.width == pytest.approx(20)


def test_curves_run_through_their_middles():
    # B(1/2) of a quadratic is a quarter of its ends and half of its control point; a cubic's weights are 1 3 3 1 / 8.
    quadratic = path([["M", 0, 0], ["Q", 50, 100, 100, 0]], left=50, top=25)
    cubic = path([["M", 0, 0], ["C", 0, 80, 100, 80, 100, 0]], left=50, top=30)
    for item, middle in ((quadratic, (50, 50)), (cubic, (50, 60))):
        (stroke,) = strokes_of_document({"objects": [item]})
        assert np.linalg.norm(stroke.points - middle, axis=1).min() < 1e-9


def test_a_move_begins_a_new_stroke_and_z_closes_one():
    triangle = path([["M", 0, 0], ["L", 10, 0], ["L", 10, 10], ["Z"], ["M", 40, 0], ["L", 50, 0]], left=25, top=5)
    first, second = strokes_of_document({"objects": [triangle]})
    assert first.points[0].tolist() == first.points[-1].tolist() == [0, 0]
    assert second.points[-1].tolist() == [50, 0]


def test_lines_boxes_circles_and_polygons_are_strokes_too():
    shapes = [
        {"type": "Line", "x1": -30, "y1": 0, "x2": 30, "y2": 0, "left": 50, "top": 50, "originX": "center"},
        {"type": "Rect", "width": 20, "height": 40, "left": 0, "top": 0},
        {"type": "Circle", "radius": 10, "left": 0, "top": 0},
        {"type": "Polygon", "points": [{"x": 0, "y": 0}, {"x": 10, "y": 0}, {"x": 10, "y": 10}], "left": 0, "top": 0},
    ]
    strokes = strokes_of_document({"objects": shapes})
    assert [len(stroke.points) for stroke in strokes] == [2, 5, 65, 4]
    assert np.ptp(strokes[2].points, axis=0) == pytest.approx([20, 20])


def test_text_and_pictures_are_passed_over():
    assert strokes_of_document({"objects": [{"type": "IText", "text": "7"}, {"type": "Image"}, {}]}) == []
    assert strokes_of_document({"objects": []}) == strokes_of_document(None) == []


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "not a drawing"),
        ("7", "not a drawing"),
        ({"objects": {}}, "not a drawing"),
        ({"objects": [3]}, "not a drawing"),
        ({"objects": [path()] * 1001}, "up to 1,000 strokes; this one has 1,001"),
        ({"objects": [path([["M", 0, 0]] * 25_001)]}, "up to 25,000 points; this one has 25,001"),
        ({"objects": [path([["M", 0, 0], *[["L", 1, 1]] * 20_000])] * 20}, "up to 200,000 points"),
        ({"objects": [path(math.nan)]}, "no list of commands"),
        ({"objects": [path([["A", 1, 2, 3]])]}, "allowed are M, L, Q, C and Z"),
        ({"objects": [path([["L", 1]])]}, "allowed are M, L, Q, C and Z"),
        ({"objects": [path([["L", 1, "x"]])]}, "`path` in a drawing must be a number; got str"),
        ({"objects": [path([["L", 1, math.nan]])]}, "within 100,000 of zero"),
        ({"objects": [path(left=1e308)]}, "`left` in a drawing must be a number within"),
        ({"objects": [path(left=10**5000)]}, "`left` in a drawing must be a number within"),
        ({"objects": [path(scaleX=True)]}, "`scaleX` in a drawing must be a number; got bool"),
        ({"objects": [path(skewX=90)] * 2 + [path(scaleX=99_999)]}, "pixels off the canvas"),
        ({"objects": [{"type": "Polygon", "points": [1]}]}, "no list of points"),
    ],
)
def test_what_is_no_drawing_is_refused_by_name(document, words):
    with pytest.raises(ImageError, match=words):
        strokes_of_document(document)


NUMBERS = st.one_of(st.floats(), st.integers(), st.sampled_from([0, 1e308, -1e308, 5e-324, 10**400]))
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4)
)
COMMANDS = st.lists(
    st.one_of(
        JUNK,
        st.tuples(st.sampled_from("MLQCZA"), st.lists(NUMBERS | st.floats(-500, 500), max_size=6)).map(
            lambda command: [command[0], *command[1]]
        ),
        st.tuples(st.floats(-300, 300), st.floats(-300, 300)).map(lambda place: ["L", *place]),
    ),
    max_size=12,
)
FIELDS = ["left", "top", "scaleX", "scaleY", "angle", "skewX", "skewY", "strokeWidth", "originX", "originY", "radius"]
OBJECTS = st.builds(
    lambda kind, commands, fields: {"type": kind, "path": commands, "points": commands, **fields},
    st.sampled_from(["path", "Path", "Circle", "Rect", "Line", "Polygon", "IText"]) | JUNK,
    COMMANDS | JUNK,
    st.dictionaries(st.sampled_from(FIELDS), st.floats(-300, 300) | JUNK, max_size=5),
)


def digits_or_sentence(document) -> list[FoundDigit] | str:
    try:
        return digits_of_drawing(document)
    except ImageError as error:
        return str(error)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({"objects": st.lists(OBJECTS | JUNK, max_size=4)}) | JUNK)
def test_any_document_gives_digits_or_one_sentence(document):
    outcome = digits_or_sentence(document)
    if isinstance(outcome, str):
        assert outcome.endswith(".") and "\n" not in outcome
    else:
        assert outcome and all(digit.image.shape == (28, 28) and digit.image.any() for digit in outcome)
