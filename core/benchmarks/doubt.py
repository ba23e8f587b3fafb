"""How much of what is misread is marked as doubtful, and how much of what is read right: the doubt that people see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.benchmarks.drawing import FILE
from core.benchmarks.pictures import QUICK, other_hands, public_pictures
from core.benchmarks.rates import counted
from core.benchmarks.row import Row
from core.benchmarks.shared_data import data_file
from core.data.sources import load_dataset
from core.errors import ImageError
from core.models.serving.predictor import Reader
from core.reading.doubt import agreeing
from core.reading.drawing import read_drawing
from core.reading.look import Look
from core.reading.pen_strokes import load_pen_strokes
from core.reading.picture import read_picture
from core.runs.answer import answering_run
from core.runs.model_cache import predictor

CAUGHT, PASSED = 0.8, 0.05
SHARES = (0.01, 0.02, 0.05, 0.1)
"""Shares of the digits read right that a threshold may mark, where the curve is told."""

DRAWINGS = 3
"""The benchmark reads every third drawing of the 20 writers that are not reported."""


Found = tuple[Look, str]
"""What is read, and what is written."""


@dataclass(frozen=True, eq=False)
class Marked:
    """Digits of one source, n of them.

    Attributes
    ----------
    doubt : ndarray
        (n,) float, 0 to 1.
    marked, misread : ndarray
        (n,) bool.
    """

    doubt: np.ndarray
    marked: np.ndarray
    misread: np.ndarray


def run(quick: bool, final: bool) -> list[Row]:
    """Read public pictures, digits by other hands and drawings, and hold the doubt against what was misread.

    Raises
    ------
    InputError
        They are not in the data folder.
    """
    reader = predictor(answering_run(load_dataset()))
    sources = {
        "public pictures": _pictures(reader),
        "digits by other hands": _hands(reader, QUICK if quick else 1),
        "drawings by 20 writers": _drawings(reader, DRAWINGS * (QUICK if quick else 1)),
    }
    found = {name: marked(looks) for name, looks in sources.items()}
    found["all together"] = _together(list(found.values()))
    rows = [row for name, digits in found.items() for row in rows_of(name, digits)]
    return rows + [_at(share, found["all together"]) for share in SHARES]


def _pictures(reader: Reader) -> Iterator[Found]:
    once = (case for case in public_pictures() if not case.sort.startswith("public pictures:"))
    return _read((partial(read_picture, case.data, reader), case.text) for case in once)


def _hands(reader: Reader, every: int) -> Iterator[Found]:
    return _read((partial(read_picture, case.data, reader), case.text) for case in other_hands(every))


def _drawings(reader: Reader, every: int) -> Iterator[Found]:
    strokes = load_pen_strokes(data_file(FILE))
    samples = np.flatnonzero(~strokes.reported)[::every].tolist()
    return _read((partial(read_drawing, strokes.document(i), reader), str(strokes.labels[i])) for i in samples)


def _read(cases: Iterator[tuple[Callable[[], Look], str]]) -> Iterator[Found]:
    """Yield what is found and what is written; what is refused has no digit that could be marked."""
    for read, text in cases:
        try:
            yield read(), text
        except ImageError:
            continue


def marked(looks: Iterable[Found]) -> Marked:
    """Return every digit that was found, with whether it is what is written there: lines are aligned as texts are."""
    found = [(look, ~agreeing(look.text, text)) for look, text in looks]
    return Marked(
        np.concatenate([look.doubt for look, _ in found]),
        np.concatenate([look.doubtful for look, _ in found]),
        np.concatenate([misread for _, misread in found]),
    )


def _together(parts: list[Marked]) -> Marked:
    return Marked(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("doubt", "marked", "misread")))


def rows_of(name: str, digits: Marked) -> list[Row]:
    """Return the share marked of what was misread and of what was read right."""
    rows = []
    if digits.misread.any():
        caught = digits.marked[digits.misread]
        rows.append(
            Row(f"{name}: misread digits that are marked", "share marked", [float(caught.mean())], reach=CAUGHT,
                higher_is_better=True, note=counted(caught))
        )  # fmt: skip
    wrong = digits.marked[~digits.misread]
    return [
        *rows,
        Row(f"{name}: digits read right that are marked", "share marked", [float(wrong.mean())], reach=PASSED,
            note=counted(wrong)),
    ]  # fmt: skip


def _at(share: float, digits: Marked) -> Row:
    """Return the share of misread digits that a threshold catches which marks a share of those read right."""
    threshold = float(np.quantile(digits.doubt[~digits.misread], 1 - share))
    caught = digits.doubt[digits.misread] > threshold
    what = f"all together: misread digits marked where {100 * share:.0f} % of those read right are"
    note = f"threshold {threshold:.3g}; {counted(caught)}"
    return Row(what, "share marked", [float(caught.mean())], higher_is_better=True, note=note)
