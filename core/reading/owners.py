"""Which digit each pixel of ink belongs to, where digits touch, overlap or stand on a ruled line: a small network says.

It sees a line of writing and says of every pixel how far to the left or right the middle of its digit lies, so pixels
where strokes cross have two owners (instances by votes for their centres: Kendall, Gal and Cipolla, "Multi-task
learning using uncertainty to weigh losses", 2018). It does not read digits: the classifier decides which parts
are one digit. `python -m core.reading.owners_training` makes it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

PATH = Path(__file__).with_name("owners.onnx")

HEIGHT = 24
"""Pixels that a line is high for the network."""

OFFSETS, STEP = 19, 2
"""Distances of a middle that the network tells apart, and pixels between them."""

NOBODY = OFFSETS
"""What the network says after the distances: the pixel is no digit's but a ruled line's."""

OWNED, GHOST = 2.5, 0.25
"""A digit is drawn with a share from a tenth on, in full from a half on."""

MULTIPLE, MARGIN = 8, 8
"""The network takes widths that are a multiple of the first; columns of paper to each side."""

SMOOTH, PROMINENT = 1.0, 0.4
"""Columns by which votes are blurred, and how far a peak must stand out to be a digit or a part of one."""


def over_segment(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share the ink of a piece among more parts than it has digits.

    Parameters
    ----------
    ink : ndarray
        (h, w) uint8, 0 paper to 255 ink: one piece.

    Returns
    -------
    shares : ndarray
        (k, h, w) float32: the share of each part, from left to right, in each pixel, 0 to 1; what is missing to 1
        is no digit's.
    apart : ndarray
        (k - 1,) float: how clearly each part is another digit than the next, 0 to 1.
    """
    height, width = ink.shape
    scale = HEIGHT / height
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(ink, (max(2, round(width * scale)), HEIGHT), interpolation=how)
    chances = _chances(small)
    cuts, apart = _valleys(_votes(chances, small))
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    middles = np.arange(small.shape[1])[:, None] + STEP * (np.arange(OFFSETS) - OFFSETS // 2)
    found = [
        np.einsum("yxo,xo->yx", chances[..., :OFFSETS], ((middles >= low) & (middles < high)).astype(np.float32))
        for low, high in pairwise(edges)
    ]
    return np.stack([cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR) for part in found]), apart


def full(share: np.ndarray) -> np.ndarray:
    """Return how much of each pixel's ink a digit is drawn with, 0 to 1: all where it owns half."""
    return np.clip(OWNED * share - GHOST, 0, 1)


def _chances(small: np.ndarray) -> np.ndarray:
    """Return (HEIGHT, w, OFFSETS + 1) float32: how likely each distance is for each pixel of a line (HEIGHT, w)."""
    width = small.shape[1]
    padding = MARGIN + -(width + 2 * MARGIN) % MULTIPLE
    padded = np.pad(small, ((0, 0), (MARGIN, padding)))[None, :, :, None].astype(np.float32)
    session = _session()
    logits = session.run(None, {session.get_inputs()[0].name: padded})[0][0, :, MARGIN : MARGIN + width]
    logits = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(logits / logits.sum(axis=-1, keepdims=True), np.float32)


def _votes(chances: np.ndarray, small: np.ndarray) -> np.ndarray:
    """Return (w,) float: how much ink has its middle at each column, smoothed."""
    width, reach = small.shape[1], STEP * (OFFSETS // 2)
    ink = np.einsum("yxo,yx->xo", chances[..., :OFFSETS], small.astype(np.float32) / 255)
    votes = np.zeros(width + 2 * reach, np.float32)
    for place in range(OFFSETS):
        votes[place * STEP : place * STEP + width] += ink[:, place]
    return np.asarray(cv2.GaussianBlur(votes[None], (0, 0), SMOOTH)[0, reach : reach + width])


def _valleys(votes: np.ndarray) -> tuple[list[int], np.ndarray]:
    """Return columns between the middles of digits, ascending, and how deep they lie, 0 to 1.

    They are the lowest between each two peaks that stand out.
    """
    found: list[tuple[int, float]] = []
    peaks: list[float] = []
    peak = low = 0.0
    at = 0
    for column, value in enumerate(votes.tolist()):
        if min(peak, value) - low >= PROMINENT:
            found.append((at, low))
            peaks.append(peak)
            peak = low = value
        elif value > peak:
            peak = low = value
        elif value < low:
            low, at = value, column
    peaks.append(peak)
    depths = [1 - low / min(pair) for (_, low), pair in zip(found, pairwise(peaks), strict=True)]
    return [column for column, _ in found], np.array(depths, float)


@lru_cache(maxsize=1)
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(PATH.read_bytes(), options, providers=["CPUExecutionProvider"])
