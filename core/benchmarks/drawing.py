"""How well real pen strokes of unseen people are read: by the page's own way, and by other programs' ways."""

from __future__ import annotations

import numpy as np

from core.benchmarks.rates import UNIT, counted
from core.benchmarks.row import Row
from core.benchmarks.shared_data import data_file
from core.data.sources import load_dataset
from core.errors import DataError, ImageError
from core.models.serving.predictor import Predictor, Reader
from core.models.serving.shipped import shipped
from core.reading.drawing import read_drawing
from core.reading.pen_strokes import Document, PenStrokes, drawing_pipelines, load_pen_strokes
from core.runs.answer import answering_run
from core.runs.model_cache import predictor as model_of

FILE = "pen_strokes.npz"
OURS = "Digit Lab"
PAGE = "Digit Lab, the page's own way"
"""Splitting into digits and the answering model included; right is what reads exactly the one digit."""

PEER = "20 px box, centre of mass"
PUBLISHED = {"resize to 28 x 28": 0.33, "crop and pad": 0.82, "20 px box, centre of mass": 0.88}
"""What a network with 99.3 % on MNIST's test set reads of these drawings by the ways of other apps (see the design)."""

REACH = 0.975
QUICK = 5
"""The quick benchmark reads every fifth drawing."""


def run(quick: bool, final: bool) -> list[Row]:
    """Read the drawings of the 10 reported writers with every shipped model.

    Raises
    ------
    InputError
        The strokes are not in the data folder.
    DataError
        No model is shipped.
    """
    strokes = load_pen_strokes(data_file(FILE))
    samples = np.flatnonzero(strokes.reported)[:: QUICK if quick else 1]
    cards = list(shipped().values())
    if not cards:
        raise DataError("No model is shipped; `python -m core ship` trains them.")
    rows = page_rows(strokes, samples)
    pictures = pictures_by_pipeline(strokes, samples)
    for card in sorted(cards, key=lambda card: card.specification.model != "cnn"):
        predictor = Predictor.load(card.folder)
        read = {name: predictor.predict(images) for name, images in pictures.items()}
        rows += rows_of(card.name, read, strokes.labels[samples], strokes.writer[samples])
    return rows


def page_rows(strokes: PenStrokes, samples: np.ndarray) -> list[Row]:
    """Return what the page answers to whole drawings: over all, for the worst writer, and by digit."""
    reader = model_of(answering_run(load_dataset()))
    read = [_text(strokes.document(sample), reader) for sample in samples]
    labels, writers = strokes.labels[samples], strokes.writer[samples]
    right = np.array([text == str(label) for text, label in zip(read, labels, strict=True)])
    worst = min(np.unique(writers), key=lambda writer: right[writers == writer].mean())
    rows = [
        _row(PAGE, right, reach=REACH),
        _row(f"{PAGE}: worst writer", right[writers == worst], note=f"writer {worst}; "),
    ]
    return rows + [_row(f"{PAGE}: drawings of a {digit}", right[labels == digit]) for digit in np.unique(labels)]


def _text(document: Document, reader: Reader) -> str:
    try:
        return read_drawing(document, reader).text
    except ImageError:
        return ""


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
    return _row(f"{model}, {name}", right)


def _row(what: str, right: np.ndarray, *, note: str = "", reach: float | None = None) -> Row:
    return Row(what, UNIT, [float(right.mean())], reach=reach, higher_is_better=True, note=note + counted(right))
