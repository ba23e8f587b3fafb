"""The ways of reading a drawing that the benchmark compares, on a drawing made here and on the real strokes."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import DataError
from core.reading.pen_strokes import PenStrokes, drawing_pipelines, load_pen_strokes

pytestmark = pytest.mark.data


@pytest.fixture
def seven() -> PenStrokes:
    """One 7 in two strokes in the tablet's left top corner, one dot and a 1, by writers 2, 3 and 3."""
    points = [(50, 60), (150, 60), (90, 260), (70, 160), (140, 160), (250, 250), (400, 100), (400, 400)]
    return PenStrokes(
        np.array(points, np.int16), np.array([0, 3, 5, 6, 8]), np.array([0, 2, 3, 4]), np.array([7, 0, 1], np.uint8),
        np.array([2, 3, 3], np.int16),
    )  # fmt: skip


def test_a_sample_becomes_a_drawing_on_the_canvas(seven):
    document = seven.document(0)
    commands = [item["path"][0] + item["path"][-1] for item in document["objects"]]
    assert commands[0] == ["M", pytest.approx(28), pytest.approx(33.6), "L", pytest.approx(50.4), pytest.approx(145.6)]
    assert commands[1] == ["M", pytest.approx(39.2), pytest.approx(89.6), "L", pytest.approx(78.4), pytest.approx(89.6)]
    assert len(list(seven.documents())) == len(seven) == 3
    assert seven.reported.tolist() == [False, True, True]


def test_pipelines_differ_in_place_and_size(seven):
    pictures = {name: pipeline(seven.document(0)) for name, pipeline in drawing_pipelines.items()}
    assert all(picture.shape == (28, 28) and picture.dtype == np.uint8 for picture in pictures.values())
    plain, crop, centred, ours = (cv2.boundingRect((p > 60).astype(np.uint8)) for p in pictures.values())
    assert plain[3] < 15  # 218 of 500 units of the tablet
    assert crop[1] == 4 and crop[3] == centred[3] == 20
    assert 19 <= ours[3] <= 21
    moments = cv2.moments(pictures["20 px box, centre of mass"])
    assert abs(moments["m10"] / moments["m00"] - 13.5) <= 0.5


def test_a_missing_or_foreign_file_is_named(tmp_path: Path):
    np.savez(tmp_path / "other.npz", points=np.zeros(3))
    for name in ("none.npz", "other.npz"):
        with pytest.raises(DataError, match=f"No pen strokes could be read from .*{name}"):
            load_pen_strokes(tmp_path / name)


@pytest.mark.skipif("DIGITLAB_DATA_DIR" not in os.environ, reason="pen_strokes.npz is not part of the project")
def test_the_real_strokes():
    strokes = load_pen_strokes(Path(os.environ["DIGITLAB_DATA_DIR"]) / "pen_strokes.npz")
    assert len(strokes) == 7_494
    assert set(np.unique(strokes.writer[strokes.reported])) == set(range(3, 31, 3))
    for sample in range(0, len(strokes), 150):
        assert drawing_pipelines["Digit Lab"](strokes.document(sample)).any()
