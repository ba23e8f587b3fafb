"""Real pen strokes that judge how well drawings are read, and the ways of reading them that are compared.

The strokes are those of the 30 training writers of UCI's "Pen-Based Recognition of Handwritten Digits" (E. Alpaydin,
F. Alimoglu, CC BY 4.0), kept as `pen_strokes.npz`. No model trains on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.errors import DataError
from core.reading.drawing import written_strokes
from core.reading.fabric import strokes_of_document
from core.reading.strokes import SIZE, Stroke, render

TABLET, CANVAS, PEN = 500, 280, 18
"""Units of the tablet's side, pixels of the canvas it is shown on, and the width of the pen there."""

Document = dict[str, Any]


@dataclass(frozen=True)
class PenStrokes:
    """The samples of `pen_strokes.npz`.

    Attributes
    ----------
    points : ndarray
        (p, 2) int16, x and y in tablet units, y down.
    stroke_start, sample_start : ndarray
        int32; stroke s is `points[stroke_start[s]:stroke_start[s + 1]]`, sample i likewise of the strokes.
    labels : ndarray
        (n,) uint8.
    writer : ndarray
        (n,) int16, from 1 to 30.
    """

    points: np.ndarray
    stroke_start: np.ndarray
    sample_start: np.ndarray
    labels: np.ndarray
    writer: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def reported(self) -> np.ndarray:
        """(n,) bool: samples of the 10 writers (3, 6, 9, ... 30) on whom nothing was chosen."""
        return np.asarray(self.writer % 3 == 0)

    def document(self, sample: int) -> Document:
        """Return one sample as the canvas would return it, drawn with a pen of 18 px on 280 x 280 px."""
        first, last = self.sample_start[sample], self.sample_start[sample + 1]
        lines = [self.points[self.stroke_start[s] : self.stroke_start[s + 1]] for s in range(first, last)]
        return {"version": "7.1.0", "objects": [_path_object(line * (CANVAS / TABLET)) for line in lines]}

    def documents(self) -> Iterator[Document]:
        """Yield each sample as a drawing, in order."""
        return (self.document(sample) for sample in range(len(self)))


def load_pen_strokes(path: Path) -> PenStrokes:
    """Read `pen_strokes.npz`.

    Raises
    ------
    DataError
        The file is missing or holds other arrays.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return PenStrokes(*(file[name] for name in PenStrokes.__dataclass_fields__))
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"No pen strokes could be read from {path}: {error}") from error


def _path_object(line: np.ndarray) -> Document:
    """Return a pen line as Fabric.js's pencil writes it: quadratic curves between the middles of its segments."""
    places: list[list[float]] = line.tolist()
    if len(places) == 1:
        places = [places[0], [places[0][0] + PEN / 1000, places[0][1]]]
    commands: list[list[Any]] = [["M", *places[0]]]
    for (x, y), (next_x, next_y) in pairwise(places):
        commands.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
    commands.append(["L", *places[-1]])
    middle = (line.min(axis=0) + line.max(axis=0)) / 2
    return {
        "type": "Path", "originX": "center", "originY": "center", "left": float(middle[0]), "top": float(middle[1]),
        "stroke": "#000000", "strokeWidth": PEN, "fill": None, "path": commands,
    }  # fmt: skip


def resized(document: Document) -> np.ndarray:
    """Return what most drawing apps do: the whole canvas, shrunk to 28 x 28. (28, 28) uint8."""
    return cv2.resize(_canvas(document), (SIZE, SIZE), interpolation=cv2.INTER_AREA)


def cropped(document: Document) -> np.ndarray:
    """Cut out the ink, scale it to 20 px, pad it evenly. (28, 28) uint8."""
    x, y, width, height = cv2.boundingRect(canvas := _canvas(document))
    scale = 20 / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    digit = cv2.resize(canvas[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
    left, top = (SIZE - size[0]) // 2, (SIZE - size[1]) // 2
    picture = np.zeros((SIZE, SIZE), np.uint8)
    picture[top : top + size[1], left : left + size[0]] = digit
    return picture


def centred(document: Document) -> np.ndarray:
    """Cut out, scale to 20 px and move the centre of mass to the middle, by whole pixels. (28, 28) uint8."""
    picture = cropped(document)
    moments = cv2.moments(picture)
    shift = [(SIZE - 1) / 2 - moments[name] / moments["m00"] for name in ("m10", "m01")]
    return cv2.warpAffine(picture, np.array([[1, 0, round(shift[0])], [0, 1, round(shift[1])]], float), (SIZE, SIZE))


def rendered(document: Document) -> np.ndarray:
    """Return digit Lab's way: the strokes drawn again as MNIST was made, read as one digit. (28, 28) uint8."""
    return render(written_strokes(document))


def _canvas(document: Document) -> np.ndarray:
    """Return (280, 280) uint8: what the canvas shows, white on black."""
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    for stroke in strokes_of_document(document):
        _draw(canvas, stroke)
    return canvas


def _draw(canvas: np.ndarray, stroke: Stroke) -> None:
    points = np.round(stroke.points * 16).astype(np.int32)
    cv2.polylines(canvas, [points], False, 255, round(stroke.width), cv2.LINE_AA, 4)


drawing_pipelines: dict[str, Callable[[Document], np.ndarray]] = {
    "resize to 28 x 28": resized,
    "crop and pad": cropped,
    "20 px box, centre of mass": centred,
    "Digit Lab": rendered,
}
