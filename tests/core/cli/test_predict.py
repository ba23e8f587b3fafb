from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.sample import load_sample
from core.runs.leaderboard import find
from core.runs.model_cache import predictor
from tests.core.cli.conftest import Command, Document
from tests.core.data.forms import bare_csv, kaggle_test, npz

SAMPLE = load_sample()
IMAGES, LABELS = SAMPLE.test.images[:12], SAMPLE.test.labels[:12]


def expected() -> list[str]:
    return [str(digit) for digit in predictor(find("cnn", SAMPLE)).predict(IMAGES)]


@pytest.mark.parametrize("form", ["npy", "npz", "csv"])
def test_files_of_many_pictures_are_read_row_by_row(document: Document, tmp_path: Path, form: str) -> None:
    if form == "npy":
        path = tmp_path / "x.npy"
        np.save(path, IMAGES)
    else:
        path = (npz if form == "npz" else bare_csv)(tmp_path, IMAGES, LABELS)
    rows = document("predict", str(path))
    assert [row["text"] for row in rows] == expected()
    assert [row["index"] for row in rows] == list(range(12))


def test_a_submission_has_a_row_for_each_image_of_kaggles_file(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    finished = command("predict", str(kaggle_test(tmp_path, IMAGES)), "--submission", str(out))
    assert finished.returncode == 0, finished.stderr
    head, *rows = csv.reader(out.read_text().splitlines())
    assert head == ["ImageId", "Label"]
    assert rows == [[str(number), digit] for number, digit in enumerate(expected(), 1)]


def test_a_bad_file_among_good_ones_is_told_and_the_others_are_read(command: Command, tmp_path: Path) -> None:
    good, folder = tmp_path / "good.png", tmp_path / "folder"
    folder.mkdir()
    for path in (good, folder / "a.png"):
        Image.fromarray(IMAGES[3]).save(path)
    bad = [tmp_path / "bad.png", folder / "b.png", tmp_path / "nowhere.png", tmp_path / "bad.csv"]
    for path in (bad[0], bad[1], bad[3]):
        path.write_text("no,picture\n")
    finished = command("predict", str(bad[0]), str(good), str(folder), str(bad[2]), str(bad[3]), "--json")
    document = json.loads(finished.stdout)
    assert finished.returncode == 2
    assert [row["path"] for row in document if "error" in row] == [str(path) for path in bad]
    assert all(Path(row["path"]).name in row["error"] for row in document if "error" in row)
    assert [row["text"] for row in document if "error" not in row] == [expected()[3]] * 2
    assert len(finished.stderr.splitlines()) == 4
    assert "Traceback" not in finished.stderr


def test_a_mask_of_0_and_1_is_read_as_ink(document: Document, tmp_path: Path) -> None:
    """Array libraries save a thresholded picture so; it is black to the eye."""
    mask = (IMAGES[3] > 127).astype(np.uint8)
    for name, values in (("mask", mask), ("ink", 255 * mask)):
        Image.fromarray(np.kron(values, np.ones((6, 6), np.uint8))).save(tmp_path / f"{name}.png")
    first, second = document("predict", str(tmp_path / "mask.png"), str(tmp_path / "ink.png"))
    assert first["text"] == second["text"] == str(LABELS[3])
    np.save(tmp_path / "mask.npy", mask)
    assert document("predict", str(tmp_path / "mask.npy"))[0]["text"] == str(LABELS[3])


@pytest.mark.parametrize("shade", [0, 255])
def test_rows_of_one_shade_hold_no_digit_and_are_not_read_one_by_one(
    document: Document, tmp_path: Path, shade: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.reading.rows.read_picture", None)
    rows = np.full((300, 28, 28), shade, np.uint8)
    rows[7] = IMAGES[0]
    np.save(tmp_path / "x.npy", rows)
    read = document("predict", str(tmp_path / "x.npy"))
    assert [row["index"] for row in read if row["digits"]] == [7]
    assert all("No digit was found" in " ".join(row["warnings"]) for row in read if not row["digits"])
