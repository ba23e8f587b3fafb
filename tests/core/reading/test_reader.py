from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ImageError
from core.models.serving.predictor import Reader
from core.reading.reader import read_path

LINE = {"type": "path", "path": [["M", 140, 40], ["L", 140, 240]], "stroke": "#000", "strokeWidth": 18, "fill": None}
DRAWING = {"version": "4.4.0", "objects": [LINE], "background": ""}
BLANK = {"version": "4.4.0", "objects": []}


class Ones(Reader):
    """Reads a 1 in everything."""

    nbytes = 0
    recipes = ()

    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        return np.eye(10, dtype=np.float32)[np.ones(len(images), int)]


def written(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_many_drawings_are_read_in_their_order(tmp_path: Path) -> None:
    path = written(tmp_path / "many.jsonl", "\n\n".join(json.dumps(drawing) for drawing in (DRAWING, BLANK, DRAWING)))
    readings = list(read_path(path, Ones()))
    assert [(reading.index, reading.text) for reading in readings] == [(0, "1"), (1, ""), (2, "1")]
    assert readings[1].warnings


@pytest.mark.parametrize("name", ["one.json", "one.jsonl"])
def test_a_byte_order_mark_is_no_part_of_a_drawing(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(DRAWING), "utf-8-sig")
    (reading,) = read_path(path, Ones())
    assert reading.text and not reading.warnings


def test_one_row_that_is_no_json_does_not_end_the_others(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", json.dumps(DRAWING) + "\n{nonsense\n")
    _, second = read_path(path, Ones())
    assert "not JSON" in second.warnings[0]


@pytest.mark.parametrize(("name", "content"), [("a.json", "[]"), ("a.jsonl", ""), ("a.jsonl", "\n \n")])
def test_a_file_without_a_drawing_is_refused(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(ImageError, match=f"{name} holds no drawing"):
        list(read_path(written(tmp_path / name, content), Ones()))


def test_a_folder_is_read_picture_by_picture(tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(tmp_path / "blank.png")
    written(tmp_path / "broken.png", "no picture")
    readings = list(read_path(tmp_path, Ones()))
    assert [Path(reading.path).name for reading in readings] == ["blank.png", "broken.png"]
    assert all(reading.warnings for reading in readings)


def test_a_folder_without_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="There is no image in the folder"):
        list(read_path(tmp_path, Ones()))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="There is no such device here.")
@pytest.mark.parametrize("name", ["endless.png", "endless.json", "endless.jsonl"])
def test_a_source_that_never_ends_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.reading.reader.MOST_TEXT_BYTES", 10**6)
    (tmp_path / name).symlink_to("/dev/zero")
    with pytest.raises(ImageError, match="has more"):
        list(read_path(tmp_path / name, None))  # type: ignore[arg-type]
