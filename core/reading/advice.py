"""What to do about a picture from which no digit could be read, by what is wrong with it."""

from __future__ import annotations

import cv2
import numpy as np

DARK, FLAT, BLURRED = 80, 30, 12.0
"""Grey level that the lightest twentieth of a dark picture stays below; range of grey levels of one that is nearly one
colour; variance of the Laplacian below which a picture has no sharp edge (Pech-Pacheco and others, 2000)."""

HELPS = "What helps: one sheet that fills the picture, dark ink on plain paper, no shadow across the digits."


def advice(picture: np.ndarray) -> str:
    """Say what to change about a picture (h, w, 3) uint8 that was refused."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    low, light, high = np.percentile(grey, (1, 95, 99))
    if high - low < FLAT:
        dark = light < DARK
        return f"It is nearly one colour: {'take it with more light' if dark else 'use a darker pen'}. {HELPS}"
    if light < DARK:
        return f"It is very dark: take it with more light. {HELPS}"
    if cv2.Laplacian(grey, cv2.CV_64F).var() < BLURRED:
        return f"It is blurred: hold the camera still, and let it focus. {HELPS}"
    return HELPS
