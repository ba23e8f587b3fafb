"""Which digit each pixel belongs to: where digits cross or stand on a ruled line, and what the network learns."""

from __future__ import annotations

import cv2
import numpy as np

from core.data.sample import read_sample
from core.reading.chain import read_chain
from core.reading.ink import Ink
from core.reading.judge import judge_of
from core.reading.owners import HEIGHT, NOBODY, full, over_segment
from core.reading.owners_training.samples import WIDTH, line_of, targets
from core.reading.pieces import find_pieces
from tests.core.reading.reading_network import network


def overlapping(first: np.ndarray, second: np.ndarray, by: int) -> np.ndarray:
    """Two digits (28, 28), each alone on the sheet of both, (2, h, w), their boxes overlapping."""
    left, right = (image[:, image.any(axis=0)] for image in (first, second))
    layers = np.zeros((2, 28, left.shape[1] + right.shape[1] - by), np.uint8)
    layers[0, :, : left.shape[1]], layers[1, :, -right.shape[1] :] = left, right
    return layers[:, layers.any(axis=(0, 2))]


def test_pixels_of_digits_that_overlap_belong_to_their_own_digit_and_crossings_to_both():
    images, _ = read_sample()
    chosen = images[np.random.default_rng(3).integers(0, len(images), (60, 2))]
    parted = right = crossing = both = 0
    for first, second in chosen:
        layers = overlapping(first, second, 3)
        shares, _ = over_segment(layers.max(axis=0))
        if len(shares) != 2:
            continue
        parted += 1
        ink = layers > 128
        alone, crossed = ink[0] ^ ink[1], ink.all(axis=0)
        right += (shares.argmax(axis=0) == ink.argmax(axis=0))[alone].mean()
        both += (full(shares) > 0.3).all(axis=0)[crossed].sum()
        crossing += crossed.sum()
    assert parted >= 54
    assert right / parted > 0.97
    assert both > 0.6 * crossing


def test_a_ruled_line_is_no_digit_s_and_the_digits_on_it_are_read():
    images, labels = read_sample()
    digits = np.pad(np.hstack([images[3], images[1003]]), ((0, 0), (8, 8)))
    digits = digits[digits.any(axis=1)]
    ink = digits.copy()
    ink[-4:-2] = np.maximum(ink[-4:-2], 200)
    none = over_segment(ink)[0].sum(axis=0)[-4:-2][digits[-4:-2] == 0]
    assert np.median(none) < 0.2
    large = np.pad(cv2.resize(ink, None, fx=3, fy=3), 20)
    found = Ink(large, (large > 50).astype(np.uint8))
    assert read_chain(large, find_pieces(found), judge_of(network())).text == f"{labels[3]}{labels[1003]}"


def test_a_line_of_which_no_digit_takes_a_pixel_stays_whole(monkeypatch):
    monkeypatch.setattr(
        "core.reading.chain.over_segment", lambda ink: (np.zeros((1, *ink.shape), np.float32), np.zeros(0))
    )
    ink = np.pad(np.full((8, 60), 255, np.uint8), 10)
    assert len(read_chain(ink, find_pieces(Ink(ink, (ink > 0).astype(np.uint8))), judge_of(network()))) <= 1


def test_what_the_network_learns_adds_up_to_the_ink():
    images, _ = read_sample()
    rng = np.random.default_rng(0)
    lines = [line_of(images, rng) for _ in range(40)]
    wanted = targets(lines)
    assert wanted.shape == (40, HEIGHT, WIDTH, NOBODY + 1)
    np.testing.assert_allclose(wanted.sum(axis=3), np.stack([line.ink for line in lines]) / 255, atol=1e-3)
    assert (wanted[..., NOBODY] > 0.5).any() and {len(line.centres) for line in lines} == {1, 2, 3, 4, 5}
