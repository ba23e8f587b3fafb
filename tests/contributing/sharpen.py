"""Sharpen: a step of preprocessing that makes edges steeper."""

from __future__ import annotations

from typing import ClassVar, Literal

import cv2
import numpy as np

from core.declaration import parameter
from core.preprocessing.base_step import BaseStep

WIDTH = 1.0  # pixels


def sharpen(images: np.ndarray, amount: float = 0.5) -> np.ndarray:
    """Add to pictures (n, h, w) uint8 what a blur would take from them."""
    pictures = [
        cv2.addWeighted(image, 1 + amount, cv2.GaussianBlur(image, (0, 0), WIDTH), -amount, 0) for image in images
    ]
    return np.stack(pictures)


class Sharpen(BaseStep):
    """Unsharp mask."""

    title = "Sharpen"
    help = "Makes edges steeper."
    source = "Gonzalez and Woods, section 3.6"
    function: ClassVar = sharpen

    kind: Literal["sharpen"] = "sharpen"
    amount: float = parameter(0.5, "Share of the detail that is added.", ge=0, le=2, step=0.1)
