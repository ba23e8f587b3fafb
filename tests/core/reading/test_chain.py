"""Which parts of a piece of ink are read together."""

from __future__ import annotations

import cv2
import numpy as np

from core.reading.chain import read_chain
from core.reading.ink import Ink
from core.reading.judge import Judged
from core.reading.pieces import find_pieces


def prefers_wide(images: np.ndarray) -> Judged:
    """Believe to 0.7 that wide pictures are 4s, and nothing of narrow ones."""
    boxes = [cv2.boundingRect((image > 100).astype(np.uint8)) for image in images]
    sure = np.array([0.7 if width > 0.6 * height else 0.1 for _, _, width, height in boxes], np.float32)
    rows = np.repeat(((1 - sure) / 9)[:, None], 10, axis=1)
    rows[:, 4] = sure
    return Judged(rows, np.where(sure > 0.5, 1.0, 0.1))


def test_a_whole_piece_may_be_one_digit_however_far_its_parts_lie_apart():
    strength = np.zeros((140, 130), np.uint8)  # two strokes, joined by a thin line that may be ruled
    for x in (26, 104):
        cv2.line(strength, (x, 26), (x, 114), 255, 12)
    cv2.line(strength, (26, 70), (104, 70), 255, 4)
    ink = Ink(strength, (strength > 0).astype(np.uint8))
    assert read_chain(strength, find_pieces(ink), prefers_wide).text == "4"
