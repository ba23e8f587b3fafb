"""The corruptions there are, how severe they come, and which of them make up MNIST-C.

The parameters are those of MNIST-C (Mu & Gilmer 2019, arXiv:1906.02337; its code, github.com/google-research/mnist-c,
`corruptions.py`) where it defines them by severity. Its published images have one severity each, `mnist_c` below. The
other severities of `stripe`, `dotted_line`, `zigzag` and `canny_edges`, and `occlusion`, are ours. MNIST-C's
`gaussian_blur` blurs down the columns only, by a slip of its call to scikit-image; `blur` here has its widths and goes
both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import UInt8Array
from core.data.corruptions import geometry, marks, pixels
from core.errors import ParameterError

SEVERITIES = (1, 2, 3, 4, 5)
PAPER = "Mu & Gilmer 2019, MNIST-C"
OURS = "Digit Lab"

Amount = float | tuple[float, ...]
Damage = Callable[[np.ndarray, Any, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Corruption:
    """One way to damage digits.

    Attributes
    ----------
    name, title : str
    amounts : tuple of five amounts
        The amount at severity 1 to 5, a number or several.
    unit : str
        What the amounts measure.
    source : str
        Who chose the amounts.
    damage : callable
        (images (n, 28, 28) uint8, amount, random generator) -> images of the same shape and dtype.
    mnist_c : int or None
        The severity of MNIST-C's published images; None for what is not one of its fifteen.
    """

    name: str
    title: str
    amounts: tuple[Amount, ...]
    unit: str
    source: str
    damage: Damage
    mnist_c: int | None = None

    @property
    def amounts_in_words(self) -> str:
        """The five amounts, such as "1, 2, 3, 4, 5", several numbers of one as "10 and 3, 15 and 5"."""
        parts = [amount if isinstance(amount, tuple) else (amount,) for amount in self.amounts]
        return ", ".join(" and ".join(f"{number:g}" for number in amount) for amount in parts)


def corrupt(images: UInt8Array, name: str, severity: int, seed: int = 0) -> UInt8Array:
    """Damage images.

    Parameters
    ----------
    images : ndarray (n, 28, 28) uint8
        Left as they are.
    name : str
        A key of `CORRUPTIONS`.
    severity : int
        1 (slight) to 5 (severe).
    seed : int
        Decides directions, places and noise; the same seed damages the same images alike.

    Returns
    -------
    ndarray (n, 28, 28) uint8

    Raises
    ------
    ParameterError
        No such corruption, or no such severity.
    """
    if name not in CORRUPTIONS:
        raise ParameterError(f"`corruption` must be one of {', '.join(CORRUPTIONS)}; got {name}.")
    if severity not in SEVERITIES:
        raise ParameterError(f"`severity` must be between 1 and 5; got {severity}.")
    chosen = CORRUPTIONS[name]
    return chosen.damage(images, chosen.amounts[severity - 1], np.random.default_rng(seed))


_DROPS = (
    (0.65, 0.3, 4, 0.69, 0.6), (0.65, 0.3, 3, 0.68, 0.6), (0.65, 0.3, 2, 0.68, 0.5), (0.65, 0.3, 1, 0.65, 1.5),
    (0.67, 0.4, 1, 0.65, 1.5),
)  # fmt: skip
_FOG = ((1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4))
_GLASS = ((0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2))

CORRUPTIONS: dict[str, Corruption] = {
    corruption.name: corruption
    for corruption in (
        Corruption("shift", "Shifted", (1, 2, 3, 4, 5), "px along both axes", PAPER, geometry.shift, 3),
        Corruption("rotation", "Rotated", (0.2, 0.4, 0.6, 0.8, 1.0), "radians", PAPER, geometry.rotation, 2),
        Corruption("scale", "Shrunk", (0.9, 0.8, 0.7, 0.6, 0.5), "of the size", PAPER, geometry.scale, 3),
        Corruption("shear", "Slanted", (0.2, 0.4, 0.6, 0.8, 1.0), "radians", PAPER, geometry.shear, 2),
        Corruption("noise", "Noisy", (0.08, 0.12, 0.18, 0.26, 0.38), "of full ink", PAPER, pixels.noise),
        Corruption("shot_noise", "Shot noise", (60, 25, 12, 5, 3), "photons", PAPER, pixels.shot_noise, 5),
        Corruption(
            "impulse_noise", "Impulse noise", (0.03, 0.06, 0.09, 0.17, 0.27), "of the pixels", PAPER,
            pixels.impulse_noise, 4,
        ),
        Corruption("blur", "Blurred", (1, 2, 3, 4, 6), "px", PAPER, pixels.blur),
        Corruption("glass_blur", "Frosted glass", _GLASS, "px, px and rounds", PAPER, pixels.glass_blur, 1),
        Corruption(
            "motion_blur", "Motion blur", ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15)), "px", PAPER,
            pixels.motion_blur, 1,
        ),
        Corruption("contrast", "Faint", (0.4, 0.3, 0.2, 0.1, 0.05), "of the contrast", PAPER, pixels.contrast),
        Corruption("brightness", "Bright", (0.1, 0.2, 0.3, 0.4, 0.5), "of full ink", PAPER, pixels.brightness, 5),
        Corruption("fog", "Fog", _FOG, "thickness and smoothness", PAPER, marks.fog, 5),
        Corruption("spatter", "Spatter", _DROPS, "(noise, blur, threshold)", PAPER, marks.spatter, 4),
        Corruption("stripe", "Striped", (3, 4, 5, 6, 7), "columns at each side", OURS, marks.stripe, 5),
        Corruption("dotted_line", "Dotted lines", (1, 2, 3, 4, 5), "lines", OURS, marks.dotted_line, 1),
        Corruption("zigzag", "Zigzags", (1, 2, 3, 4, 5), "zigzags", OURS, marks.zigzag, 1),
        Corruption("canny_edges", "Edges only", (0.6, 0.8, 1.0, 1.3, 1.6), "px of blur", OURS, marks.canny_edges, 3),
        Corruption("occlusion", "Covered", (4, 6, 8, 10, 12), "px a side", OURS, marks.occlusion),
    )
}  # fmt: skip

MNIST_C: dict[str, int] = {name: chosen.mnist_c for name, chosen in CORRUPTIONS.items() if chosen.mnist_c is not None}
"""The fifteen corruptions of MNIST-C, with the severity of its published images."""
