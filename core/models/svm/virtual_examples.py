"""Virtual examples: the same digit a pixel further, turned or scaled, for models that cannot know that it stays one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from core.arrays import Float32Array, UInt8Array

CENTRE = 13.5
"""Middle of a picture of 28 pixels."""


@dataclass(frozen=True)
class Transform:
    """One change of a picture: pixels right and down, degrees clockwise, and a factor of size."""

    right: float = 0.0
    down: float = 0.0
    degrees: float = 0.0
    scale: float = 1.0

    def matrix(self) -> Float32Array:
        """Return (2, 3) float32, from a pixel (x, y) of the result to where it comes from."""
        angle = np.radians(self.degrees)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / self.scale
        middle = np.array([CENTRE + self.right, CENTRE + self.down])
        return np.column_stack([turn, CENTRE - turn @ middle]).astype(np.float32)


SHIFTS_4 = (Transform(right=1), Transform(right=-1), Transform(down=1), Transform(down=-1))
SHIFTS_8 = (*SHIFTS_4, *(Transform(right=x, down=y) for x, y in product((-1, 1), repeat=2)))
TURNS = (Transform(degrees=10), Transform(degrees=-10))
SIZES = (Transform(scale=1.1), Transform(scale=0.9))

TRANSFORMS: dict[str, tuple[Transform, ...]] = {
    "none": (),
    "shifts_4": SHIFTS_4,
    "shifts_8": SHIFTS_8,
    "turns": TURNS,
    "shifts_and_turns": SHIFTS_4 + TURNS,
    "all": SHIFTS_4 + TURNS + SIZES,
}
"""By the name that a parameter gives them."""


def transformed(images: UInt8Array, transform: Transform) -> np.ndarray:
    """Change pictures (n, 28, 28) uint8 alike; what leaves is lost, what comes in is black."""
    matrix, flags = transform.matrix(), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.stack([cv2.warpAffine(image, matrix, image.shape[::-1], flags=flags) for image in images])
