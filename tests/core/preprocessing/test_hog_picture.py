from __future__ import annotations

import numpy as np
import pytest

from core.preprocessing.hog import hog
from core.preprocessing.hog_picture import SIDE, hog_picture


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("signed", [True, False])
def test_lines_run_along_the_stroke(upright: bool, signed: bool) -> None:
    stroke = np.zeros((1, 28, 28), np.float32)
    stroke[0, 4:24, 12:16] = 1
    picture = hog_picture(hog(stroke if upright else stroke.transpose(0, 2, 1), signed=signed)[0], 8, signed=signed)
    middle = picture[2 * SIDE : 4 * SIDE, 2 * SIDE : 4 * SIDE].astype(float)
    down, across = np.abs(np.diff(middle, axis=0)).sum(), np.abs(np.diff(middle, axis=1)).sum()
    assert (down < across) == upright  # along a line nothing changes
    assert picture.dtype == np.uint8 and picture.max() == 255 and picture.shape == (6 * SIDE, 6 * SIDE)


def test_a_blank_picture_has_no_lines() -> None:
    assert not hog_picture(np.zeros(6 * 6 * 8, np.float32), 8, signed=True).any()
