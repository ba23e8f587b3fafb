from __future__ import annotations

import base64
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.charts.sheets import clickable_sheet, layout, picture, sheet

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)


@given(st.integers(1, 60), st.integers(1, 20), st.integers(1, 4), st.integers(0, 3))
def test_every_point_of_a_digit_maps_back_to_it(items: int, columns: int, scale: int, lines: int) -> None:
    plan = layout(items, columns, scale=scale, caption_lines=lines)

    for item in range(items):
        left, top = plan.corner(item)
        assert plan.item_at(left, top) == plan.item_at(left + plan.tile - 1, top + plan.tile - 1) == item
    assert plan.item_at(plan.width, 0) is None
    assert plan.item_at(0, -1) is None


def test_beside_the_last_digit_is_nothing() -> None:
    plan = layout(7, 5)
    left, top = plan.corner(6)

    assert plan.item_at(left + plan.tile + plan.gap, top) is None


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


def test_marks_carry_the_items_and_lie_on_their_digits() -> None:
    figure = clickable_sheet(IMAGES, ["a\nb"] * 7, items=range(40, 47), columns=5)
    picture_trace, marks = figure.data
    plan = layout(7, 5, caption_lines=2)

    assert [plan.item_at(x, y) for x, y in zip(marks.x, marks.y, strict=True)] == list(range(7))
    assert marks.customdata[:, 0].tolist() == list(range(40, 47))
    assert marks.hovertext[0] == "a<br>b"
    png = base64.b64decode(picture_trace.source.removeprefix("data:image/png;base64,"))
    assert Image.open(io.BytesIO(png)).size == (plan.width, plan.height)
    assert figure.layout.height == plan.height


def test_no_images_is_said() -> None:
    assert clickable_sheet(IMAGES[:0]).layout.annotations[0].text == "No images here."
    assert len(sheet(IMAGES[:0])) > 0
