from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.dataset import Arrays, full_dataset
from core.data.exports import write_averages, write_images
from core.errors import ParameterError, ReportError


def test_pictures_and_table_hold_the_digits(small_mnist: Arrays, tmp_path: Path) -> None:
    split = full_dataset(small_mnist, "made for a test").validation
    table = write_images(split, [3, 0], tmp_path / "new" / "folder")
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["index"]) for row in rows] == [split.index[3], split.index[0]]
    for row, number in zip(rows, (3, 0), strict=True):
        assert int(row["label"]) == split.labels[number]
        with Image.open(table.parent / row["file"]) as picture:
            assert picture.mode == "L"
            np.testing.assert_array_equal(np.asarray(picture), split.images[number])


@pytest.mark.parametrize("number", [-1, 20])
def test_number_outside_the_split_is_named(small_mnist: Arrays, tmp_path: Path, number: int) -> None:
    split = full_dataset(small_mnist, "made for a test").test
    with pytest.raises(ParameterError, match=f"`numbers` must be between 0 and 19; got {number}"):
        write_images(split, [0, number], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_a_file_is_named(small_mnist: Arrays, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    split = full_dataset(small_mnist, "made for a test").test
    with pytest.raises(ReportError, match="The images cannot be written to"):
        write_images(split, [0], tmp_path / "file")


def test_averages_are_those_of_each_digit(small_mnist: Arrays, tmp_path: Path) -> None:
    split = full_dataset(small_mnist, "made for a test").train
    table = write_averages(split, tmp_path)
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["images"]) for row in rows] == [int((split.labels == digit).sum()) for digit in range(10)]
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1)
    for digit, row in enumerate(rows):
        with Image.open(tmp_path / row["mean"]) as picture:
            mean = split.images[split.labels == digit].mean(axis=0)
            np.testing.assert_allclose(np.asarray(picture), mean, atol=0.51)
    with Image.open(tmp_path / rows[3]["variance"]) as picture:
        assert picture.size == (28, 28)
