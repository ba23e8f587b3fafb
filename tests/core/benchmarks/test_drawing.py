"""The table of the drawing benchmark, on answers made here and on a handful of real strokes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from core.benchmarks.drawing import OURS, REACH, counted, pictures_by_pipeline, rows_of, run, strokes_path
from core.errors import DataError
from core.reading.pen_strokes import load_pen_strokes

pytestmark = pytest.mark.data

LABELS = np.array([0, 1, 0, 1, 0, 1], np.uint8)
WRITERS = np.array([3, 3, 6, 6, 9, 9])
ANSWERS = {"crop and pad": np.zeros(6, np.uint8), OURS: np.array([0, 1, 0, 7, 0, 1], np.uint8)}


def test_the_table_counts_by_pipeline_writer_and_digit():
    rows = {row.what: row for row in rows_of("cnn", ANSWERS, LABELS, WRITERS)}
    assert rows["cnn, crop and pad"].ours == [0.5]
    assert rows[f"cnn, {OURS}"].ours == [pytest.approx(5 / 6)]
    assert rows[f"cnn, {OURS}: worst writer"].ours == [0.5]
    assert "writer 6" in rows[f"cnn, {OURS}: worst writer"].note
    assert rows[f"cnn, {OURS}: drawings of a 1"].ours == [pytest.approx(2 / 3)]


def test_only_the_network_by_our_pipeline_has_something_to_reach():
    reaches = {row.what: row for row in rows_of("cnn", ANSWERS, LABELS, WRITERS) if row.reach}
    assert list(reaches) == [f"cnn, {OURS}"]
    assert reaches[f"cnn, {OURS}"].reach == REACH
    assert reaches[f"cnn, {OURS}"].reached is False
    assert not any(row.reach for row in rows_of("svm", ANSWERS, LABELS, WRITERS))


def test_counts_come_with_their_interval():
    # Wilson's interval of 90 of 100 (Brown, Cai and DasGupta 2001 give 0.826 to 0.945)
    assert counted(np.arange(100) < 90) == "90 of 100, 95 % interval 82.6 to 94.5 %"


def test_without_the_strokes_a_sentence_says_where_they_belong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DIGITLAB_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match=r"No pen strokes could be read from .*pen_strokes\.npz"):
        run(True, False)
    monkeypatch.delenv("DIGITLAB_DATA_DIR")
    with pytest.raises(DataError, match="set DIGITLAB_DATA_DIR"):
        strokes_path()


@pytest.mark.skipif("DIGITLAB_DATA_DIR" not in os.environ, reason="pen_strokes.npz is not part of the project")
def test_every_pipeline_makes_a_picture_of_every_drawing():
    pictures = pictures_by_pipeline(load_pen_strokes(strokes_path()), np.array([0, 500]))
    assert OURS in pictures
    assert {images.shape for images in pictures.values()} == {(2, 28, 28)}
