"""The models that nothing beats in both of two costs."""

from __future__ import annotations

import numpy as np
import pandas as pd


def pareto_front(table: pd.DataFrame, cost: str, error: str) -> pd.Series:
    """Mark the rows for which no other row is as good in both columns and better in one; less is better in both.

    Parameters
    ----------
    table : any rows
    cost, error : names of two numeric columns; a row with a NaN in one is never on the front

    Returns
    -------
    (n,) bool, with the index of `table`
    """
    values = table[[cost, error]].to_numpy(dtype=np.float64)
    known = ~np.isnan(values).any(axis=1)
    as_good = (values[None, :, :] <= values[:, None, :]).all(axis=2)
    better = (values[None, :, :] < values[:, None, :]).any(axis=2)
    beaten = np.logical_and(as_good, better).any(axis=1)
    return pd.Series(known & ~beaten, index=table.index, name="front")
