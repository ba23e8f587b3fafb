"""The augmentation that makes a training set hold more pictures like those of a slice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from core.evaluation.slice_terms import Slice
from core.preprocessing.augment import Augmentation

Reach = Callable[[float, float], float]
"""From how far the slice's mean of an attribute is from the mean of all pictures, and that mean, to an augmentation."""

REACHES: Mapping[str, tuple[str, Reach]] = {
    "slant": ("shear", lambda apart, _: math.tan(math.radians(apart))),
    "stroke_width": ("thickness", lambda apart, _: apart),
    "ink": ("thickness", lambda apart, mean: 2.7 * apart / mean),  # 2.7 px: MNIST's mean stroke width
    "height": ("scale", lambda apart, mean: apart / mean),
    "width": ("scale", lambda apart, mean: apart / mean),
    "shift_x": ("shift", lambda apart, _: apart),
    "shift_y": ("shift", lambda apart, _: apart),
}
NONE = Augmentation()
SHAPE = {"elastic": 1.0}
"""For attributes of shape (loops, distance from the class mean, source): distortions, as no field changes one alone."""


def augmentation_for(part: Slice, measured: pd.DataFrame, start: Augmentation = NONE) -> Augmentation:
    """Return an augmentation that reaches from the mean picture to the mean picture of a slice.

    Parameters
    ----------
    part : Slice
    measured : as `core.data.attributes.attributes` makes it, of the same pictures
    start : Augmentation
        What the training varies already; nothing is varied less.
    """
    wanted: dict[str, float] = {}
    for attribute in part.attributes:
        amounts = _amount(attribute, part.members, measured) if attribute in REACHES else SHAPE
        for name, amount in amounts.items():
            wanted[name] = max(amount, wanted.get(name, 0.0))
    values = start.model_dump()
    for field in Augmentation.declared():
        if field.name in wanted:
            step, high = float(field.step or 1), float(field.high or 0)
            stepped = round(min(high, max(step, math.ceil(wanted[field.name] / step) * step)), 6)
            values[field.name] = max(values[field.name], stepped)
    return Augmentation.model_validate(values)


def _amount(attribute: str, members: np.ndarray, measured: pd.DataFrame) -> dict[str, float]:
    field, reach = REACHES[attribute]
    values = measured[attribute].to_numpy(float)
    mean = float(values.mean())
    return {field: reach(abs(float(values[members].mean()) - mean), mean)}
