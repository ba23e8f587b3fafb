"""Histograms of oriented gradients: which way the strokes run, in every part of the picture.

Imports nothing but numpy: its source is part of the script that ships beside every model.
"""

from __future__ import annotations

import numpy as np

FAINT = np.float32(1e-6)


def hog(
    values: np.ndarray,
    cell: int = 4,
    reach: float = 1.25,
    orientations: int = 8,
    signed: bool = True,
    contrast: str = "local",
    root: bool = False,
) -> np.ndarray:
    """Describe each picture by the directions of its edges, cell by cell.

    After Dalal and Triggs, "Histograms of oriented gradients for human detection" (2005), with cells that overlap as in
    Maji and Malik, "Fast and accurate digit classification" (2009). A gradient votes for every direction by the third
    power of the cosine between them, which needs no arctangent (Tola et al., "DAISY", 2010).

    Parameters
    ----------
    values : (n, h, w) float32
    cell : int
        Distance between the centres of neighbouring cells, in pixels.
    reach : float
        How far a cell's window reaches from its centre, in cells, falling off linearly; above 0.5 they overlap.
    orientations : int
        Directions told apart.
    signed : bool
        Whether the two sides of a stroke count as different directions.
    contrast : str
        "local" divides a cell by the strength of its neighbourhood, "picture" by that of the whole picture, "none"
        leaves it.
    root : bool
        Whether to take the square root of every value in the end, as Arandjelović and Zisserman, "Three things everyone
        should know to improve object retrieval" (2012), so that a few strong edges do not outweigh the others.

    Returns
    -------
    (n, rows * columns * orientations) float32
        Finite and at least 0.
    """
    n, height, width = values.shape
    rows, columns = windows(height, cell, reach), windows(width, cell, reach)
    votes = _votes(values, orientations, signed)  # (n, h, orientations, w)
    down = np.matmul(rows, votes.reshape(n, height, -1))  # (n, rows, orientations * w)
    cells = np.matmul(down.reshape(n, -1, width), columns.T)  # (n, rows * orientations, columns)
    cells = cells.reshape(n, len(rows), orientations, len(columns))
    balanced = np.asarray((cells * _balance(cells, contrast)).reshape(n, -1))
    return np.sqrt(balanced) if root else balanced


def windows(length: int, cell: int, reach: float) -> np.ndarray:
    """Return weights (cells, length) float32 of the pixels of one row or column in each of its cells."""
    count = max(1, (length - 1) // cell)
    first = (length - 1 - (count - 1) * cell) / 2
    distance = np.abs(np.arange(length)[None, :] - (first + cell * np.arange(count))[:, None])
    return np.maximum(0, 1 - distance / (reach * cell)).astype(np.float32)


def _votes(values: np.ndarray, orientations: int, signed: bool) -> np.ndarray:
    """Return strength of the gradient along each direction at every pixel, (n, h, orientations, w) float32."""
    across, down = np.zeros_like(values), np.zeros_like(values)
    across[:, :, 1:-1] = values[:, :, 2:] - values[:, :, :-2]
    down[:, 1:-1] = values[:, 2:] - values[:, :-2]
    strength = np.sqrt(across * across + down * down) + FAINT
    votes = np.empty((len(values), values.shape[1], orientations, values.shape[2]), np.float32)
    across /= strength
    down /= strength
    paired = signed and orientations % 2 == 0
    for position in range(orientations // 2 if paired else orientations):
        angle = (2 if signed else 1) * np.pi * position / orientations
        cosine = across * np.float32(np.cos(angle)) + down * np.float32(np.sin(angle))
        vote = cosine * cosine * cosine * strength
        votes[:, :, position] = np.maximum(vote, 0) if signed else np.abs(vote)
        if paired:
            votes[:, :, position + orientations // 2] = np.maximum(-vote, 0)
    return votes


def _balance(cells: np.ndarray, contrast: str) -> np.ndarray:
    """Factor for every cell, (n, rows or 1, 1, columns or 1) float32."""
    if contrast == "none":
        return np.ones((1, 1, 1, 1), np.float32)
    energy = np.zeros_like(cells[:, :, 0])
    for position in range(cells.shape[2]):
        energy += cells[:, :, position] ** 2  # one direction after the other: the order of a sum decides its last bit
    energy = _around(energy) if contrast == "local" else _overall(energy)
    return (1 / np.sqrt(energy + np.float32(0.1)))[:, :, None, :]


def _around(energy: np.ndarray) -> np.ndarray:
    """Sum over each cell and its eight neighbours, which count half along each axis."""
    padded = np.zeros((len(energy), energy.shape[1] + 2, energy.shape[2] + 2), np.float32)
    padded[:, 1:-1, 1:-1] = energy
    half = np.float32(0.5)
    down = padded[:, 1:-1] + half * (padded[:, :-2] + padded[:, 2:])
    return down[:, :, 1:-1] + half * (down[:, :, :-2] + down[:, :, 2:])


def _overall(energy: np.ndarray) -> np.ndarray:
    """Return mean over all cells of a picture."""
    ones = np.full((energy.shape[1] * energy.shape[2], 1), 1 / (energy.shape[1] * energy.shape[2]), np.float32)
    return np.asarray(np.matmul(energy.reshape(len(energy), 1, -1), ones))
