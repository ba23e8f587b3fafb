"""The table of the drawing benchmark, on answers made here and on a handful of real strokes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from core.benchmarks import drawing, novelty, pictures
from core.benchmarks.drawing import FILE, OURS, pictures_by_pipeline, rows_of
from core.benchmarks.rates import counted
from core.benchmarks.shared_data import data_file
from core.errors import InputError
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


def test_counts_come_with_their_interval():
    # Wilson's interval of 90 of 100 (Brown, Cai and DasGupta 2001 give 0.826 to 0.945)
    assert counted(np.arange(100) < 90) == "90 of 100, 95 % interval 82.6 to 94.5 %"


@pytest.mark.parametrize("benchmark", [drawing.run, pictures.run, novelty.run])
def test_without_the_shared_data_a_sentence_says_what_is_needed(benchmark, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("DIGITLAB_DATA_DIR", str(tmp_path))
    with pytest.raises(InputError, match=r"This benchmark needs .*set DIGITLAB_DATA_DIR"):
        benchmark(True, False)
    assert InputError.exit_code == 2


@pytest.mark.skipif("DIGITLAB_DATA_DIR" not in os.environ, reason="pen_strokes.npz is not part of the project")
def test_every_pipeline_makes_a_picture_of_every_drawing():
    pictures = pictures_by_pipeline(load_pen_strokes(data_file(FILE)), np.array([0, 500]))
    assert OURS in pictures
    assert {images.shape for images in pictures.values()} == {(2, 28, 28)}
