"""Slices of pictures, by measured attributes, on which a model is worse than elsewhere by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from core.arrays import BoolArray, Float64Array
from core.errors import ParameterError
from core.evaluation.comparison import holm, mcnemar
from core.evaluation.intervals import paired_difference, wilson_interval
from core.evaluation.slice_terms import Slice, Term, terms

FEWEST = 50
"""Pictures in a slice; a smaller one is not looked at."""

LEVEL = 0.01
"""Of the family-wise error rate; stricter than for two models, as the slices of many models are looked at."""


def slices(measured: pd.DataFrame, source: np.ndarray | None = None) -> list[Slice]:
    """Return every slice that is looked at: one attribute, or two together.

    Slices depend on the pictures only, so all models are judged on the same ones. Pairs are made of the wider terms
    only (quarters, not tenths), which keeps the number of tests and with it Holm's correction small.

    Parameters
    ----------
    measured : as `core.data.attributes.attributes` makes it
    source : (n,) str, optional
        Where each picture comes from.
    """
    found = terms(measured, source)
    alone = [(term,) for term in found]
    pairs = [pair for pair in combinations(found, 2) if _may_be_paired(*pair)]
    made = (Slice.of(*chosen) for chosen in (*alone, *pairs))
    return [part for part in made if part.members.sum() >= FEWEST]


def _may_be_paired(first: Term, second: Term) -> bool:
    return first.attribute != second.attribute and first.wide and second.wide


def judge_slices(parts: Sequence[Slice], wrong: BoolArray) -> pd.DataFrame:
    """Test in each slice whether the model is worse there than elsewhere (Fisher's exact test, one-sided, Holm).

    Parameters
    ----------
    parts : as `slices` makes them
    wrong : (n,) bool
        Which pictures the model misclassifies.

    Returns
    -------
    one row a slice, the smallest p value first: `slice` (in words), `limits`, `images`, `wrong`, `share`, `low`, `high`
    (of errors in the slice, 0..1, 95 % interval), `elsewhere` (share of errors in all other pictures), `p`, `p_holm`
    (corrected for all slices), `found` (worse by more than chance, and not explained by a slice above with a
    common attribute)
    """
    columns = ["slice", "limits", "images", "wrong", "share", "low", "high", "elsewhere", "p", "p_holm", "found"]
    if not parts:
        return pd.DataFrame(columns=columns)
    members = _members(parts, wrong)
    images, inside = members.sum(axis=1), (members & wrong).sum(axis=1)
    p = np.array([chance_of(int(k), int(n), int(wrong.sum()), len(wrong)) for k, n in zip(inside, images, strict=True)])
    intervals = [wilson_interval(int(k), int(n)) for k, n in zip(inside, images, strict=True)]
    table = pd.DataFrame(
        {
            "slice": [part.words for part in parts],
            "limits": [part.limits for part in parts],
            "images": images,
            "wrong": inside,
            "share": inside / images,
            "low": [interval.low for interval in intervals],
            "high": [interval.high for interval in intervals],
            "elsewhere": (wrong.sum() - inside) / (len(wrong) - images),
            "p": p,
            "p_holm": holm(p),
        }
    )
    return table.assign(found=_distinct(parts, wrong, table["p_holm"].to_numpy(np.float64))).sort_values(
        ["p", "slice"], kind="stable", ignore_index=True
    )


def _members(parts: Sequence[Slice], wrong: BoolArray) -> BoolArray:
    if len(parts[0].members) != len(wrong):
        raise ParameterError(
            f"`wrong` must have one value per picture ({len(parts[0].members):,}); got {len(wrong):,}."
        )
    return np.stack([part.members for part in parts])


def _distinct(parts: Sequence[Slice], wrong: BoolArray, p_holm: Float64Array) -> BoolArray:
    """Mark the significant slices that stronger ones with a common attribute do not explain.

    A slice is explained where it is no worse than elsewhere without their pictures. This only takes slices away, so the
    error rate that Holm's procedure keeps stays.
    """
    found = np.zeros(len(parts), bool)
    for place in np.argsort(p_holm, kind="stable").tolist():
        if p_holm[place] >= LEVEL:
            break
        left = np.ones(len(wrong), bool)
        for stronger in np.flatnonzero(found).tolist():
            if set(parts[stronger].attributes) & set(parts[place].attributes):
                left &= ~parts[stronger].members
        found[place] = _p_worse(parts[place].members[left], wrong[left]) < LEVEL
    return found


def _p_worse(members: BoolArray, wrong: BoolArray) -> float:
    return chance_of(int((members & wrong).sum()), int(members.sum()), int(wrong.sum()), len(wrong))


def chance_of(inside: int, drawn: int, wrong: int, total: int) -> float:
    """Return the probability of `inside` errors or more among `drawn` of `total` pictures of which `wrong` are errors.

    The upper tail of the hypergeometric distribution, as `scipy.stats.hypergeom.sf(inside - 1, total, wrong, drawn)`
    gives it; that module takes 45 MB of the server and half a second.
    """
    found = np.arange(max(inside, drawn + wrong - total, 0), min(drawn, wrong) + 1)
    logarithms = _log_choose(wrong, found) + _log_choose(total - wrong, drawn - found) - _log_choose(total, drawn)
    return float(min(1.0, np.exp(logarithms).sum()))


def _log_choose(items: int, chosen: int | np.ndarray) -> Float64Array:
    from scipy.special import gammaln

    return np.asarray(gammaln(items + 1) - gammaln(np.add(chosen, 1)) - gammaln(np.subtract(items + 1, chosen)))


def compare_on_slices(parts: Sequence[Slice], first: BoolArray, second: BoolArray) -> pd.DataFrame:
    """Compare two models on each slice with McNemar's test, Holm-corrected for all slices.

    Parameters
    ----------
    first, second : (n,) bool
        Which pictures each model misclassifies.

    Returns
    -------
    one row a slice, the smallest p value first: `slice`, `images`, `first`, `second` (share of errors, 0..1),
    `difference`, `low`, `high` (first less second, 95 % interval), `p`, `p_holm`
    """
    rows = []
    for part in parts:
        one, other, images = first[part.members], second[part.members], int(part.members.sum())
        only = int((one & ~other).sum()), int((other & ~one).sum())
        apart = paired_difference(*only, images)
        shares = float(one.mean()), float(other.mean())
        rows.append((part.words, images, *shares, apart.value, apart.low, apart.high, mcnemar(*only)))
    table = pd.DataFrame(rows, columns=["slice", "images", "first", "second", "difference", "low", "high", "p"])
    corrected = table.assign(p_holm=holm(table["p"].to_numpy(np.float64)))
    return corrected.sort_values(["p", "slice"], kind="stable", ignore_index=True)
