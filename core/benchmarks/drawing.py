"""How well the shipped models read real pen strokes of people they never saw, by what is made of a drawing first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.benchmarks.row import Row
from core.errors import DataError
from core.evaluation.intervals import wilson_interval
from core.models.serving.predictor import Predictor
from core.models.serving.shipped import shipped
from core.reading.pen_strokes import PenStrokes, drawing_pipelines, load_pen_strokes
from core.settings import settings

FILE = "pen_strokes.npz"
OURS = "Digit Lab"
PUBLISHED = {"resize to 28 x 28": 0.33, "crop and pad": 0.82, "20 px box, centre of mass": 0.88}
"""What a network with 99.3 % on MNIST's test set reads of these drawings by the ways of other apps (see the design)."""

REACH = 0.97
QUICK = 5
"""The quick benchmark reads every fifth drawing."""

UNIT = "accuracy"


def run(quick: bool, final: bool) -> list[Row]:
    """Read the drawings of the 10 reported writers with every shipped model.

    Raises
    ------
    DataError
        The strokes are not in the data folder, or no model is shipped.
    """
    strokes = load_pen_strokes(strokes_path())
    samples = np.flatnonzero(strokes.reported)[:: QUICK if quick else 1]
    pictures = pictures_by_pipeline(strokes, samples)
    cards = list(shipped().values())
    if not cards:
        raise DataError("No model is shipped; `python -m core ship` trains them.")
    rows: list[Row] = []
    for card in sorted(cards, key=lambda card: card.specification.model != "cnn"):
        predictor = Predictor.load(card.folder)
        read = {name: predictor.predict(images) for name, images in pictures.items()}
        rows += rows_of(card.name, read, strokes.labels[samples], strokes.writer[samples])
    return rows


def strokes_path() -> Path:
    """Return where the strokes are expected; raises DataError where no data folder is set."""
    folder = settings().data_dir
    if folder is None:
        raise DataError(f"The drawings are missing; set DIGITLAB_DATA_DIR to the folder that holds {FILE}.")
    return folder / FILE


def pictures_by_pipeline(strokes: PenStrokes, samples: np.ndarray) -> dict[str, np.ndarray]:
    """Return what each way of reading makes of the drawings: (n, 28, 28) uint8 by its name."""
    documents = [strokes.document(sample) for sample in samples]
    return {
        name: np.stack([pipeline(document) for document in documents]) for name, pipeline in drawing_pipelines.items()
    }


def rows_of(model: str, read: dict[str, np.ndarray], labels: np.ndarray, writers: np.ndarray) -> list[Row]:
    """Return accuracy of one model by pipeline, then of our pipeline by its worst writer and by digit.

    Parameters
    ----------
    read : pipeline -> (n,) what the model read
    labels, writers : (n,)
    """
    ours = read[OURS] == labels
    rows = [_by_pipeline(model, name, answers == labels) for name, answers in read.items()]
    worst = min(np.unique(writers), key=lambda writer: ours[writers == writer].mean())
    rows.append(_row(f"{model}, {OURS}: worst writer", ours[writers == worst], note=f"writer {worst}; "))
    digits = [(digit, ours[labels == digit]) for digit in np.unique(labels)]
    return rows + [_row(f"{model}, {OURS}: drawings of a {digit}", right) for digit, right in digits]


def _by_pipeline(model: str, name: str, right: np.ndarray) -> Row:
    if name in PUBLISHED:
        return _row(f"{model}, {name}", right, note=f"{PUBLISHED[name]:.0%} in the design's measurement; ")
    return _row(f"{model}, {name}", right, reach=REACH if model == "cnn" else None)


def _row(what: str, right: np.ndarray, *, note: str = "", reach: float | None = None) -> Row:
    return Row(what, UNIT, [float(right.mean())], reach=reach, higher_is_better=True, note=note + counted(right))


def counted(right: Sequence[bool] | np.ndarray) -> str:
    """Return how many, and between which shares the truth lies: "2,430 of 2,498, 95 % interval 96.6 to 97.9 %"."""
    share = wilson_interval(int(np.sum(right)), len(right))
    return f"{int(np.sum(right)):,} of {len(right):,}, 95 % interval {100 * share.low:.1f} to {100 * share.high:.1f} %"
