from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.reading.advice import advice


def seven(paper: int, ink: int) -> np.ndarray:
    picture = np.full((200, 200, 3), paper, np.uint8)
    cv2.polylines(picture, [np.array([(50, 40), (150, 40), (90, 170)])], False, (ink, ink, ink), 9)
    return picture


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (seven(240, 235), "nearly one colour: use a darker pen"),
        (seven(20, 12), "nearly one colour: take it with more light"),
        (seven(70, 5), "very dark: take it with more light"),
        (cv2.GaussianBlur(seven(240, 20), (0, 0), 25), "blurred: hold the camera still"),
        (seven(240, 20), "What helps"),
    ],
)
def test_a_refused_picture_is_told_what_is_wrong_with_it(picture: np.ndarray, told: str) -> None:
    assert told in advice(picture)
