from __future__ import annotations

import io

import numpy as np
from PIL import Image

from core.charts.sheets import layout, picture, sheet

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)


def test_digits_are_drawn_where_the_plan_says() -> None:
    plan = layout(7, 5, scale=2)
    drawn = picture(IMAGES, plan)
    left, top = plan.corner(6)

    np.testing.assert_array_equal(drawn[top : top + 56 : 2, left : left + 56 : 2, 0], IMAGES[6])
    assert drawn[0, 0, 3] == 0


def test_png_holds_what_was_drawn() -> None:
    read = np.asarray(Image.open(io.BytesIO(sheet(IMAGES, 5))))

    np.testing.assert_array_equal(read, picture(IMAGES, layout(7, 5)))


def test_captions_and_frames_leave_the_digits_alone() -> None:
    plan = layout(7, 5, caption_lines=2)
    drawn = picture(IMAGES, plan, ["true 4\nread 9"] * 7, ["#D55E00"] * 7)
    left, top = plan.corner(0)

    np.testing.assert_array_equal(drawn[top : top + 56 : 2, left : left + 56 : 2, 0], IMAGES[0])
    assert drawn[top - 1, left].tolist() == [0xD5, 0x5E, 0x00, 255]
    assert drawn[top + plan.tile + 4 : top + plan.tile + plan.caption, left : left + plan.tile, 3].max() > 0
