from __future__ import annotations

import numpy as np
import pytest

from core.charts.confusion import ALL, confusion_heatmap
from core.evaluation.confusion import VIEWS, view

MATRIX = 100 * np.eye(10, dtype=int)
MATRIX[4, 9] = 12


@pytest.mark.parametrize("kind", VIEWS)
def test_every_cell_can_be_clicked(kind: str) -> None:
    figure = confusion_heatmap(view(MATRIX, kind, MATRIX), kind)
    cells = next(trace for trace in figure.data if trace.name == "cells")

    assert sorted(map(tuple, cells.customdata)) == [(true, predicted) for true in range(10) for predicted in range(10)]
    assert all(
        (x, y) == (predicted, true) for x, y, (true, predicted) in zip(cells.x, cells.y, cells.customdata, strict=True)
    )
    assert 0 < cells.marker.opacity < 0.05


def test_hover_tells_the_mistake_in_words() -> None:
    cells = confusion_heatmap(view(MATRIX, "errors")).data[1]

    assert cells.hovertext[49] == "<b>4</b> predicted as <b>9</b><br>12 images, 10.7 % of the 4s"


def test_totals_carry_all() -> None:
    totals = confusion_heatmap(view(MATRIX, "errors")).data[2]
    texts = {tuple(at): text for at, text in zip(totals.customdata, totals.text, strict=True)}

    assert texts[4, ALL] == "12"
    assert texts[ALL, 9] == "12"
    assert texts[ALL, ALL] == "12"
    assert texts[0, ALL] == "0"


def test_selection_is_framed() -> None:
    frame = confusion_heatmap(view(MATRIX, "errors"), selected=(4, ALL)).layout.shapes[0]

    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (-0.5, 9.5, 3.5, 4.5)


def test_faultless_and_empty_classes_draw() -> None:
    figure = confusion_heatmap(view(np.zeros((10, 10), dtype=int), "rows"), "rows")

    assert figure.data[0].zmax > 0
