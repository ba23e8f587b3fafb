from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest

from core.ui.components.sheet import data_url, least_height, mosaic


@pytest.mark.parametrize(("digits", "height", "width"), [(1, 28, 28), (20, 28, 560), (21, 56, 560), (60, 84, 560)])
def test_mosaic_has_as_many_rows_as_digits_need(digits, height, width):
    assert mosaic(np.ones((digits, 28, 28), np.uint8)).shape == (height, width)


def test_mosaic_puts_a_digit_at_its_row_and_column():
    images = np.random.default_rng(0).integers(0, 256, (45, 28, 28), dtype=np.uint8)
    np.testing.assert_array_equal(mosaic(images)[28:56, 3 * 28 : 4 * 28], images[23])


def test_mosaic_is_black_where_there_is_no_digit():
    assert not mosaic(np.full((21, 28, 28), 255, np.uint8))[28:, 28:].any()


def test_data_url_holds_the_picture_unchanged():
    picture = np.random.default_rng(1).integers(0, 256, (56, 84), dtype=np.uint8)
    encoded = base64.b64decode(data_url(picture).removeprefix("data:image/png;base64,"))
    np.testing.assert_array_equal(cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE), picture)


def test_the_room_kept_for_a_sheet_is_never_more_than_it_takes() -> None:
    # 40 digits of 56 pixels with two lines below: at least three rows on the widest page, each higher than its parts
    assert least_height(["4 → 9\n98 %"] * 40, 56) == 3 * (56 + 34)
    assert least_height(["5"], 56) == 73
