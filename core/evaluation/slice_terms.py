"""What a slice is made of: one end of one attribute, in words, with its limit and the pictures it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

QUARTER, TENTH = 0.25, 0.10
LARGEST = 0.5
"""Share of all pictures; a condition that more of them fulfil, as many are equally tall, says nothing of a part."""


@dataclass(frozen=True)
class End:
    """One end of an attribute: how its quarter and its tenth are called, before or after the word "digits"."""

    wide: str
    narrow: str
    before: bool = True


@dataclass(frozen=True)
class Scale:
    """An attribute with two ends.

    Attributes
    ----------
    title, unit : str
    low, high : End
    least : float or None
        The ends begin at least so far below and above 0, so that "leans left" is never said of a digit that leans
        right; None where 0 has no meaning.
    """

    title: str
    unit: str
    low: End
    high: End
    least: float | None = None


SCALES: dict[str, Scale] = {
    "slant": Scale(
        "slant", "°", End("that lean left", "that lean far left", False),
        End("that lean right", "that lean far right", False), least=0,
    ),
    "stroke_width": Scale("stroke width", " px", End("thin", "very thin"), End("thick", "very thick")),
    "height": Scale("height", " px", End("short", "very short"), End("tall", "very tall")),
    "width": Scale("width", " px", End("narrow", "very narrow"), End("wide", "very wide")),
    "ink": Scale(
        "ink", " px", End("with little ink", "with very little ink", False),
        End("with much ink", "with very much ink", False),
    ),
    "shift_x": Scale(
        "shift to the right", " px", End("shifted left", "shifted far left", False),
        End("shifted right", "shifted far right", False), least=1,
    ),
    "shift_y": Scale(
        "shift down", " px", End("shifted up", "shifted far up", False),
        End("shifted down", "shifted far down", False), least=1,
    ),
    "distance": Scale(
        "distance from the class mean", "", End("typical", "very typical"), End("unusual", "very unusual")
    ),
}  # fmt: skip
LOOPS = ("without a loop", "with one loop", "with two loops or more")


@dataclass(frozen=True, eq=False)
class Term:
    """One condition: `wide` for a quarter or a category, which may be paired; not for a tenth."""

    attribute: str
    words: str
    before: bool
    limits: str
    members: np.ndarray  # (n,) bool
    wide: bool = True


@dataclass(frozen=True, eq=False)
class Slice:
    """Pictures that fulfil one or two conditions.

    Attributes
    ----------
    words : str
        "thin digits that lean left"
    limits : str
        "stroke width at most 2.1 px, slant at most -3.0°"
    members : (n,) bool
    attributes : tuple of str
        The attributes asked.
    """

    words: str
    limits: str
    members: np.ndarray
    attributes: tuple[str, ...]

    @classmethod
    def of(cls, *chosen: Term) -> Slice:
        """Return the pictures that fulfil all of some conditions."""
        before = ", ".join(term.words for term in chosen if term.before)
        after = ", ".join(term.words for term in chosen if not term.before)
        return cls(
            " ".join(part for part in (before, "digits", after) if part),
            ", ".join(term.limits for term in chosen),
            np.logical_and.reduce([term.members for term in chosen]),
            tuple(term.attribute for term in chosen),
        )


def terms(measured: pd.DataFrame, source: np.ndarray | None = None) -> list[Term]:
    """Return the conditions: the quarter and the tenth at either end of each scale, loops, and sources.

    Parameters
    ----------
    measured : as `core.data.attributes.attributes` makes it
    source : (n,) str, optional
    """
    found = [term for name, scale in SCALES.items() for term in _ends(name, scale, measured[name].to_numpy(float))]
    loops = np.minimum(measured["loops"].to_numpy(), len(LOOPS) - 1)
    found += [Term("loops", words, False, words, loops == count) for count, words in enumerate(LOOPS)]
    names = [] if source is None else sorted(set(source.tolist()))
    found += [Term("source", f"from {name}", False, f"from {name}", source == name) for name in names]
    return [term for term in found if term.members.sum() <= LARGEST * len(measured)]


def _ends(name: str, scale: Scale, values: np.ndarray) -> Iterator[Term]:
    if not len(values):
        return
    for share, wide in ((QUARTER, True), (TENTH, False)):
        low, high = (float(limit) for limit in np.quantile(values, [share, 1 - share]))
        if scale.least is not None:
            low, high = min(low, -scale.least), max(high, scale.least)
        for end, limit, is_low in ((scale.low, low, True), (scale.high, high, False)):
            members = values <= limit if is_low else values >= limit
            limits = f"{scale.title} at {'most' if is_low else 'least'} {limit:.1f}{scale.unit}".replace("-", "−")
            yield Term(name, end.wide if wide else end.narrow, end.before, limits, members, wide)
